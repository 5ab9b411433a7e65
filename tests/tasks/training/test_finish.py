"""The best snapshot of a training run becomes a model like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from large_gui.core.choices import Crop
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.library import model_names, open_model
from large_gui.models.own_directions import keep_own
from large_gui.nets.checkpoints.own import write_generator
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.tasks.imports.model import ImportedModel, ImportOptions, import_model
from large_gui.tasks.models import model_card, verify
from large_gui.tasks.training import finish
from large_gui.tasks.training.finish import make_model
from large_gui.tasks.training.prepared import PreparedImages, write_list
from large_gui.training.gan.snapshots import snapshot_file
from tests import small_models

CONFIG = StyleGAN2Config((8, 8), z_dim=8, w_dim=8, mapping_widths=(8,), clamp=256.0, mapping_rate=0.02)


def write(file: Path, form: dict[str, Any]) -> None:
    file.write_text(json.dumps(form), "utf-8")


def prepared(run: Path, crop: Crop) -> None:
    write_list(run, PreparedImages(Path("/photos"), 8, crop, "", (), [], [], [], {}))


def generator_at(thousands: int) -> StyleGAN2:
    return small_models.generator(CONFIG, seed=thousands)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "red"
    (folder / "snapshots").mkdir(parents=True)
    about = {"version": 1, "name": "red", "folder": "/photos/tomatoes", "images": 5119}
    write(folder / "run.json", {**about, "settings": {"hsr": {"weight": 0.5}}, "created": "2026-11-26"})
    prepared(folder, Crop.SQUARE)
    write(folder / "best.json", {"images": 12_000, "metric": 31.4159, "metric_name": "FD of features"})
    for thousands in (8, 12, 40):
        write_generator(generator_at(thousands), snapshot_file(folder, 1000 * thousands))
    return folder


def made(run: Path, name: str = "ripe") -> ImportedModel:
    return make_model(run, name, SilentReporter())


def same(a: StyleGAN2, b: Any) -> bool:
    code = a.mapping(torch.ones(1, CONFIG.z_dim))
    return torch.equal(a(code), b(code))


def test_the_best_snapshot_becomes_a_model(run: Path) -> None:
    result = made(run)
    model, card, facts = open_model("ripe"), model_card("ripe"), dict(result.facts)
    assert same(generator_at(12), model.generator()), "the best, and not the newest"
    assert model.generator().config == CONFIG  # type: ignore[attr-defined]
    assert facts["trained here"] == "on 5,119 images of tomatoes"
    assert facts["training"] == "12 thousand images shown, with HSR (weight 0.5)"
    assert facts["encoder"] == "none: large-gui train encoder --model ripe"
    assert (facts["FD of features"], facts["licence"][:5]) == ("31.42", "yours")
    assert (card.alignment, card.trained_here, card.source) == ("square", True, "")
    assert next(iter(card.directions)) == "component_1"
    assert all((card.strips / f"{name}.webp").is_file() for name in card.directions)
    assert result.sheet.is_file() and all(good for _, good, _ in verify("ripe"))


@pytest.mark.parametrize(("crop", "alignment"), [(Crop.FACES, "FFHQ"), (Crop.PADDED, "padded")])
def test_images_are_prepared_as_those_it_was_trained_on(run: Path, crop: Crop, alignment: str) -> None:
    prepared(run, crop)
    made(run)
    assert open_model("ripe").pack.about.alignment == alignment


def test_without_a_figure_the_newest_is_taken(run: Path) -> None:
    (run / "best.json").unlink()
    form = json.loads((run / "run.json").read_text("utf-8"))
    write(run / "run.json", {**form, "settings": {"hsr": None}})
    facts = dict(made(run).facts)
    assert facts["training"] == "40 thousand images shown, without HSR" and "FD of features" not in facts
    assert same(generator_at(40), open_model("ripe").generator())


def test_a_damaged_best_is_told_and_the_newest_is_taken(run: Path) -> None:
    write(run / "best.json", {"images": "many"})
    reporter = SilentReporter()
    make_model(run, "ripe", reporter)
    assert reporter.warnings == ["best.json can't be read, so the best snapshot is not known."]
    assert same(generator_at(40), open_model("ripe").generator())


def test_only_a_model_of_the_same_run_is_replaced(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(run)
    write(run / "best.json", {"images": 40_000, "metric": 20, "metric_name": "FD of features"})
    made(run)
    assert same(generator_at(40), open_model("ripe").generator())
    form = json.loads((run / "run.json").read_text("utf-8"))
    write(run / "run.json", {**form, "created": "2026-11-27"})  # another run of the same name
    with pytest.raises(InputError, match="not made of this training"):
        made(run)
    small_models.generator_pack("foreign")
    for taken in ("foreign", "faces"):
        with pytest.raises(InputError, match=f"called {taken!r} already"):
            made(run, taken)
    for bad in ("", "a/b", "samples"):
        with pytest.raises(InputError):
            made(run, bad)
    assert same(generator_at(40), open_model("ripe").generator())


def test_an_encoder_is_not_lost_with_its_model(run: Path) -> None:
    made(run)
    pack = open_model("ripe").pack
    text = (pack.folder / "pack.json").read_text("utf-8")
    (pack.folder / "pack.json").write_text(
        text.replace('"encoder": null', '"encoder": {"network": "LiteEncoder", "licence": ""}'), "utf-8"
    )
    with pytest.raises(InputError, match="has got an encoder since"):
        made(run)


def test_kept_directions_of_the_earlier_snapshot_are_told(run: Path) -> None:
    made(run)
    keep_own("ripe", [Direction("red", torch.eye(8)[0].numpy())])
    reporter = SilentReporter()
    make_model(run, "ripe", reporter)
    assert "find them again" in reporter.warnings[0]


def test_what_is_no_run_is_told(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="There is no training in"):
        made(tmp_path)
    newest = snapshot_file(run, 12_000)
    newest.write_bytes(newest.read_bytes()[:-8])
    with pytest.raises(ModelFileError):
        made(run)
    for file in (run / "snapshots").iterdir():
        file.unlink()
    with pytest.raises(ModelFileError, match="no snapshot yet"):
        made(run)
    (run / "images.json").write_text("{", "utf-8")
    with pytest.raises(InputError, match="damaged"):
        made(run)
    (run / "run.json").write_text("[" * 100_000, "utf-8")
    with pytest.raises(InputError, match="damaged"):
        made(run)
    assert "ripe" not in model_names()


def test_a_full_disk_leaves_the_earlier_model(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(run)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(finish, "write_description", full)
    write(run / "best.json", {"images": 40_000, "metric": 20, "metric_name": "FD of features"})
    with pytest.raises(InputError, match="Make room"):
        made(run)
    assert same(generator_at(12), open_model("ripe").generator())


def test_a_snapshot_is_imported_like_any_file(run: Path) -> None:
    write_generator(generator_at(3), run / "mine.safetensors", "padded")
    options = ImportOptions("again", measured=2)
    facts = dict(import_model(run / "mine.safetensors", options, SilentReporter()).facts)
    assert facts["recognised"] == "StyleGAN2 of this program" and facts["clamp"] == "256"
    assert facts["images are padded"] == "to a square"
    assert same(generator_at(3), open_model("again").generator())
