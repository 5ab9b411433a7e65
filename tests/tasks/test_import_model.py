"""An imported checkpoint is a model pack like any other: it sorts, calibrates, walks, learns, and goes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from large_gui.cli.main import main
from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled, InputError, ModelFileError
from large_gui.folders import resources_folder
from large_gui.models.library import model_names, open_model
from large_gui.project.images.read import hash_file
from large_gui.tasks.imports.model import ImportedModel, ImportOptions, import_model
from large_gui.tasks.invert import open_cache
from large_gui.tasks.look import Viewer, known_code
from large_gui.tasks.models import remove, verify
from large_gui.tasks.sort import sort_folder
from tests import small_models
from tests.checkpoint_files import was_executed, write_ada_pickle, write_tf_pickle

OWN = sorted(file.parent.name for file in resources_folder().glob("*/pack.json"))


def write_encoder(file: Path, looks: int = 1) -> Path:
    kind = "BackboneEncoderUsingLastLayerIntoW" if looks == 1 else "BackboneEncoder"
    torch.save(small_models.encoder_checkpoint(small_models.generator(), kind, looks=looks), file)
    return file


def write_snapshot(file: Path) -> Path:
    state = small_models.ada_state(small_models.generator())
    return write_ada_pickle(file, state, small_models.OPTIONS)


def bring(file: Path, **options: object) -> ImportedModel:
    return import_model(file, ImportOptions(**options, measured=2), SilentReporter())  # type: ignore[arg-type]


@pytest.mark.parametrize("looks", [1, 2])
def test_an_encoder_sorts_calibrates_and_walks(tmp_path: Path, few_samples: Path, looks: int) -> None:
    imported = bring(write_encoder(tmp_path / "My pSp.pt", looks), licence="MIT")
    assert imported.name == "my-psp"
    pack = open_model(imported.name)
    assert pack.aligns_faces
    assert all(good for _, good, _ in verify(pack.name))
    with Image.open(imported.sheet) as sheet:
        assert np.asarray(sheet).std() > 10
    assert imported.inversion is not None
    facts = dict(imported.facts)
    assert facts["images"] == "32 x 32 pixels"
    assert facts["licence"] == "MIT"
    assert (tmp_path / "My pSp.pt").exists()
    (tmp_path / "My pSp.pt").unlink()  # it is not needed any more

    labels = tmp_path / "labels.csv"
    for path in sorted(few_samples.glob("*.jpg"))[2:]:
        path.unlink()  # the encoder is slow, and six show it
    photos = sorted(p.relative_to(few_samples).as_posix() for p in few_samples.rglob("*.jpg"))
    labels.write_text("path,value\n" + "".join(f"{p},{i}\n" for i, p in enumerate(photos[:4])))
    out, chart = tmp_path / "out.csv", tmp_path / "sheet.png"
    command = ["sort", str(few_samples), "--model", pack.name, "--direction", "component_1"]
    assert main([*command, "--labels", str(labels), "--out", str(out), "--sheet", str(chart)]) == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert len(rows) == len(photos)
    assert [float(r["distance"]) for r in rows] == sorted(float(r["distance"]) for r in rows)
    assert all(r["prediction"] for r in rows)
    with Image.open(chart) as drawn:
        assert drawn.width > 500

    with open_cache() as cache:
        code = known_code(hash_file(few_samples / photos[0]), pack, cache)
    viewer = Viewer(pack)
    still, moved = (viewer.walk(code, pack.direction("component_1"), d, full=True) for d in (0.0, 2.0))
    assert still.shape == (32, 32, 3)
    assert (still != moved).any()
    assert viewer.aligned_crop(few_samples / photos[0])[0].shape == (320, 320, 3)


@pytest.mark.slow
def test_a_generator_gets_an_encoder_of_its_own(tmp_path: Path, few_samples: Path) -> None:
    file = write_snapshot(tmp_path / "cats.pkl")
    bring(file, alignment="square")
    assert not was_executed()
    pack = open_model("cats")
    assert not pack.measures
    with open_cache() as cache, pytest.raises(ModelFileError, match="no encoder"):
        sort_folder(few_samples, pack, pack.direction("component_1"), cache, SilentReporter())
    command = ["train", "encoder", "--model", "cats", "--out", str(tmp_path / "run"), "--images", "512"]
    assert main([*command, "--steps", "3"]) == 0
    trained = open_model("cats")
    assert trained.measures
    assert all(good for _, good, _ in verify(trained.name))
    with open_cache() as cache:
        result = sort_folder(few_samples, trained, trained.direction("component_1"), cache, SilentReporter())
        again = sort_folder(few_samples, trained, trained.direction("component_1"), cache, SilentReporter())
    assert result.failed == 0
    assert [(r.path, r.distance) for r in result.rows] == [(r.path, r.distance) for r in again.rows]


def test_tensorflow_snapshot(tmp_path: Path) -> None:
    variables = small_models.tensorflow_variables(small_models.generator())
    imported = bring(write_tf_pickle(tmp_path / "old.pkl", variables, {}), name="old")
    assert not was_executed()
    network = open_model(imported.name).generator()
    torch.testing.assert_close(network.mean_latent, small_models.generator().mean_latent)


def test_what_is_not_understood_is_an_error_unless_asked(tmp_path: Path) -> None:
    content = small_models.encoder_checkpoint(small_models.generator())
    content["state_dict"]["encoder.extra"] = torch.zeros(2)
    torch.save(content, tmp_path / "n.pt")
    with pytest.raises(ModelFileError, match=r"encoder\.extra"):
        bring(tmp_path / "n.pt")
    assert model_names() == OWN
    imported = bring(tmp_path / "n.pt", ignore_unknown=True)
    assert ("not understood", "encoder.extra") in imported.facts


def test_names(tmp_path: Path) -> None:
    file = write_snapshot(tmp_path / "n.pkl")
    for bad in ("faces", "a/b", "..", ""):
        if bad:
            with pytest.raises(InputError):
                bring(file, name=bad)
    bring(file, name="mine")
    with pytest.raises(InputError, match="already"):
        bring(file, name="mine")
    bring(file, name="mine", replace=True)
    assert model_names() == [*OWN, "mine"]
    remove("mine")
    assert model_names() == OWN
    with pytest.raises(InputError, match="came with the program"):
        remove("faces")


def test_a_cancelled_import_leaves_nothing(tmp_path: Path, home: Path) -> None:
    class Stop(SilentReporter):
        def check_cancelled(self) -> None:
            if self.drawing:
                raise Cancelled

        drawing = False

        def tell(self, progress: Progress) -> None:
            self.drawing = progress.stage == "Drawing directions"

    with pytest.raises(Cancelled):
        import_model(write_snapshot(tmp_path / "n.pkl"), ImportOptions(), Stop())
    assert model_names() == OWN
    assert list((home / "models").iterdir()) == []


def test_a_damaged_pack_is_told(tmp_path: Path) -> None:
    imported = bring(write_snapshot(tmp_path / "n.pkl"))
    file = imported.folder / "generator.safetensors"
    file.write_bytes(file.read_bytes()[:-4] + b"\0\0\0\1")
    results = {name: good for name, good, _ in verify("n")}
    assert not results["generator.safetensors"]
    assert results["directions.json"]


def test_refusals_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.pt").write_text("<!DOCTYPE html><html><body>Sign in</body></html>")
    assert main(["model", "import", str(tmp_path / "page.pt")]) == 2
    assert "web page" in capsys.readouterr().err
    assert main(["model", "import", str(tmp_path / "absent.pkl")]) == 2
    assert main(["model", "fetch", "absent"]) == 2
    bring(write_snapshot(tmp_path / "n.pkl"))
    assert main(["model", "fetch", "n"]) == 2
    assert "this one was imported or trained" in capsys.readouterr().err
    assert main(["model", "list"]) == 0
    assert "here: generator" in capsys.readouterr().out
    assert main(["model", "remove", "n"]) == 0
