"""``large-gui direction find`` and ``weigh``: what they write, and what they refuse."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import find_images
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.invert import embed_folder, open_cache
from tests import small_models
from tests.code_folders import CodeFolder
from tests.conftest import SAMPLES

Say = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def codes(pack: GanModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the codes of eight samples."""
    folder = tmp_path_factory.mktemp("samples")
    for path in sorted(SAMPLES.glob("*.jpg"))[:8]:
        shutil.copy(path, folder)
    made = tmp_path_factory.mktemp("cache") / "codes.sqlite"
    with open_cache(made) as cache:
        embed_folder(find_images(folder, SilentReporter()), pack, cache, SilentReporter())
    return made


@pytest.fixture
def photos(home: Path, codes: Path, tmp_path: Path) -> Path:
    """Eight samples whose codes are known, and tags of all of them beside the folder."""
    shutil.copy(codes, home)
    folder = tmp_path / "photos"
    folder.mkdir()
    for i, path in enumerate(sorted(SAMPLES.glob("*.jpg"))[:8]):
        shutil.copy(path, folder / f"{i}.jpg")
    tag(tmp_path, {f"{i}.jpg": i % 2 for i in range(8)})
    return folder


def tag(folder: Path, tags: dict[str, float]) -> None:
    (folder / "tags.csv").write_text(
        "path,value\n" + "".join(f"{p},{t:g}\n" for p, t in tags.items()), "utf-8"
    )


def find(photos: Path, finder: str, *more: object, out: str = "out.json") -> int:
    folder = photos.parent
    given = [photos, "--tags", folder / "tags.csv"] if finder == "svm" else []
    return main(["direction", "find", finder, *map(str, [*given, "--out", folder / out, *more])])


def read(file: Path) -> list[Direction]:
    form = json.loads(file.read_text("utf-8"))
    return [Direction.from_json(one) for one in (form if isinstance(form, list) else [form])]


def test_the_finders_are_listed_and_each_tells_its_arguments(capsys: Say) -> None:
    assert main(["direction", "find"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["svm", "ridge", "rank", "components", "sefa", "ganspace", "text"]
    for name, flags in (("svm", ["--tags", "--softness"]), ("components", ["--count", "[folder]"])):
        with pytest.raises(SystemExit):
            main(["direction", "find", name, "--help"])
        told = capsys.readouterr().out
        assert all(flag in told for flag in [*flags, "--layer-importance", "--progress"])


def test_a_direction_from_tags_sorts(photos: Path, tmp_path: Path, capsys: Say) -> None:
    out = tmp_path / "beard.json"
    assert find(photos, "svm", "--name", "long beard", "--progress", "none", out=out.name) == 0
    (found,) = read(out)
    assert found.name == "long_beard" and "4 images with it and 4 without" in found.provenance
    assert "large-gui sort FOLDER" in capsys.readouterr().out
    assert main(["sort", str(photos), "--direction", str(out), "--out", str(tmp_path / "o.csv")]) == 0
    rows = list(csv.DictReader((tmp_path / "o.csv").read_text("utf-8").splitlines()))
    assert {row["path"] for row in rows[4:]} == {"1.jpg", "3.jpg", "5.jpg", "7.jpg"}
    assert {row["direction"] for row in rows} == {"long_beard"}


def test_one_of_several_in_a_file_is_named(photos: Path, tmp_path: Path, capsys: Say) -> None:
    out = tmp_path / "c.json"
    assert find(photos, "components", photos, "--count", 3, out=out.name) == 0
    assert [d.name for d in read(out)] == ["component_1", "component_2", "component_3"]
    assert f"{out}:component_1" in capsys.readouterr().out
    shutil.copy(out, tmp_path / "my c.json")
    assert find(photos, "components", photos, "--count", 3, out="my c.json") == 0
    used = capsys.readouterr().out.splitlines()[-1].partition("--direction ")[2]
    assert shlex.split(used)[0] == f"{tmp_path / 'my c.json'}:component_1", "it can be copied"
    assert find(photos, "components", photos, out="c.npz") == 2
    assert "c.npz does not end in .json" in capsys.readouterr().err
    assert main(["direction", "weigh", "age", "--out", str(tmp_path / "c.npz")]) == 2
    assert "c.npz does not end in .json" in capsys.readouterr().err
    sort = ["sort", str(photos), "--out", str(tmp_path / "o.csv"), "--direction"]
    assert main([*sort, str(out)]) == 2
    assert "Name one, as in c.json:NAME: component_1, component_2" in capsys.readouterr().err
    assert main([*sort, f"{out}:age"]) == 2
    assert "no direction 'age' in c.json" in capsys.readouterr().err
    assert main([*sort, f"-{out}:component 2"]) == 0, "as the window writes it"
    assert "by -component_2, more to less" in capsys.readouterr().out
    assert main([*sort, f"{out}:component_1", "--out", str(out), "--force"]) == 2
    assert "would be lost" in capsys.readouterr().err


def test_it_may_go_to_standard_output(photos: Path, capsys: Say) -> None:
    assert find(photos, "components", photos, "--count", 2, "--out", "-") == 0
    told = capsys.readouterr()
    assert [form["name"] for form in json.loads(told.out)] == ["component_1", "component_2"]
    assert "standard output" in told.err


def test_files_are_protected(photos: Path, tmp_path: Path, capsys: Say) -> None:
    out = tmp_path / "out.json"
    for content in ("[1, 2]", '{"mine": 1}'):
        out.write_text(content, "utf-8")
        assert find(photos, "components", photos) == 2
        assert "--force" in capsys.readouterr().err and out.read_text("utf-8") == content
    for count in (2, 1, 3):  # a list and a single direction are both our own
        more = ["--force"] if count == 2 else []
        assert find(photos, "components", photos, "--count", count, *more) == 0
        assert len(read(out)) == count
    assert find(photos, "svm", "--force", out="tags.csv") == 2
    assert "would be lost" in capsys.readouterr().err
    assert find(photos, "svm", "--force", out="photos/1.jpg") == 2
    assert "would be lost" in capsys.readouterr().err
    assert find(photos, "components", out="missing/out.json") == 2
    assert "no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("finder", "more", "why"),
    [
        (
            "wisdom",
            [],
            "There is no finder 'wisdom'. There are: svm, ridge, rank, components, sefa, ganspace, text.",
        ),
        ("components", ["--count", "0"], "The option count can't be 0. It is 1 to 100."),
        ("components", ["--model", "cats"], "no model called 'cats'"),
        ("components", [], "can't draw samples. Give a folder of images"),
        ("svm", ["--softness", "nan"], "softness can't be nan. Give a finite"),
        ("svm", ["--layer-importance"], "learned with all layers alike. They can't be weighed"),
        ("ganspace", ["--layer-importance"], "generator of 'faces' is not on this machine. Run"),
    ],
)
def test_wrong_inputs_are_one_sentence(
    photos: Path, capsys: Say, finder: str, more: list[str], why: str
) -> None:
    assert find(photos, finder, *more) == 2
    told = capsys.readouterr().err
    assert why in told and "Traceback" not in told
    assert not (photos.parent / "out.json").exists()


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({f"{i}.jpg": i % 2 for i in range(4)} | {"4.jpg": 0.5}, "gives 4.jpg the tag 0.5, which is neither"),
        ({f"{i}.jpg": i < 2 for i in range(8)}, "2 images with it and 6 without are too few"),
        ({"other.jpg": 1}, "0 images with it and 0 without"),
    ],
)
def test_tags_that_will_not_do(photos: Path, capsys: Say, tags: dict[str, float], why: str) -> None:
    tag(photos.parent, tags)
    assert find(photos, "svm") == 2
    assert why in capsys.readouterr().err


def test_a_folder_without_faces(tmp_path: Path, capsys: Say) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    noise = np.random.default_rng(0)
    for i in range(6):
        Image.fromarray(noise.integers(0, 255, (160, 160, 3), np.uint8)).save(folder / f"{i}.png")
    tag(tmp_path, {f"{i}.png": i % 2 for i in range(6)})
    for finder, why in (("svm", "0 images with it"), ("components", "0 codes are too few")):
        assert find(folder, finder, *([folder] if finder == "components" else [])) == 2
        told = capsys.readouterr().err
        assert why in told and "6 images without a face are left out." in told


def test_layers_of_any_direction_of_a_model_that_generates(tmp_path: Path, capsys: Say) -> None:
    torch.save(small_models.rosinality_state(small_models.generator()), tmp_path / "mine.pt")
    options = ImportOptions(measured=8, licence="MIT")
    model = import_model(tmp_path / "mine.pt", options, SilentReporter()).name
    found, out = tmp_path / "c.json", tmp_path / "weighed.json"
    command = ["direction", "find", "components", "--model", model, "--count", "2", "--name", "mine"]
    assert main([*command, "--out", str(found), "--layer-importance"]) == 0
    assert all(d.layer_importance is not None for d in read(found))
    weigh = ["direction", "weigh", f"-{found}:mine_2"]
    assert main(["direction", "weigh", "--model", model, "--out", str(out), "--", f"-{found}:mine_2"]) == 0
    (weighed,) = read(out)
    assert (weighed.name, weighed.flipped) == ("mine_2", True) and weighed.layer_importance is not None
    assert f"Direction: {out}" in capsys.readouterr().out
    assert main([*weigh[:2], f"{found}:mine_1", "--model", model, "--out", str(found), "--force"]) == 2
    assert "would be lost" in capsys.readouterr().err


def test_a_model_that_makes_no_pictures_weighs_nothing(
    code_folder: CodeFolder, tmp_path: Path, capsys: Say
) -> None:
    code_folder.fill("w+")
    code_folder.bring(name="codes")
    out = str(tmp_path / "c.json")
    command = ["direction", "find", "components", str(code_folder.images), "--model", "codes", "--out", out]
    assert main([*command, "--layer-importance"]) == 2
    assert "makes no pictures. Choose a model with a generator." in capsys.readouterr().err
    assert main(command) == 0
    weigh = ["direction", "weigh", f"{out}:component2_1", "--model", "codes"]  # the model has a component_1
    assert main([*weigh, "--out", str(tmp_path / "w.json")]) == 2
    assert "makes no pictures" in capsys.readouterr().err


@pytest.fixture
def code_folder(tmp_path: Path, few_samples: Path) -> CodeFolder:
    return CodeFolder(tmp_path / "codes", few_samples)
