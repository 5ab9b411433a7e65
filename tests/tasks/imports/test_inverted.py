"""What ``invert`` wrote comes back as a model: the same distances, ranks, flags and errors."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from large_gui.cli.main import main
from large_gui.models.description import QUALITY_FILE
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from large_gui.models.pack import imported_folder
from tests.conftest import SAMPLES

Say = pytest.CaptureFixture[str]
Arrays = dict[str, NDArray[Any]]


def run(*words: object) -> int:
    return main([str(word) for word in words])


@pytest.fixture(scope="session")
def inverted(tmp_path_factory: pytest.TempPathFactory, pack: GanModel) -> Path:
    """A folder of photos, one of them a copy and one without a face, and its codes beside it."""
    folder = tmp_path_factory.mktemp("inverted")
    (folder / "photos/more").mkdir(parents=True)
    for i, path in enumerate(sorted(SAMPLES.glob("*.jpg"))[:6]):
        shutil.copy(path, folder / "photos" / ("more" if i % 3 == 0 else ".") / path.name)
    shutil.copy(path, folder / "photos/copy.jpg")
    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    Image.fromarray(noise).save(folder / "photos/noise.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARGE_GUI_HOME", str(folder / "home"))
        assert run("invert", folder / "photos", "--out", folder / "codes.npz") == 0
        out = ["--direction", "age", "--out", folder / "before.csv"]
        assert run("sort", folder / "photos", *out) == 0
    return folder


@pytest.fixture
def given(inverted: Path, tmp_path: Path) -> Path:
    """The same, in a folder that a test may change."""
    return Path(shutil.copytree(inverted, tmp_path / "given", ignore=shutil.ignore_patterns("home")))


def bring(given: Path, *more: object, codes: str = "codes.npz") -> int:
    return run("model", "import-codes", given / codes, "--name", "mine", *more)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [row | {"model": ""} for row in csv.DictReader(lines)]


def change(given: Path, act: Callable[[Arrays], None]) -> None:
    """Change the arrays of the file."""
    with np.load(given / "codes.npz") as content:
        arrays = dict(content)
    act(arrays)
    np.savez(given / "codes.npz", **arrays)  # type: ignore[arg-type]


@pytest.mark.parametrize("with_images", [True, False])
def test_the_table_is_the_same(given: Path, with_images: bool, capsys: Say) -> None:
    assert bring(given, *(["--images", given / "photos"] if with_images else [])) == 0
    told = capsys.readouterr()
    assert "7 codes in W+; directions: age, " in told.out and "left out" not in told.err
    model, original = open_model("mine"), open_model("faces")
    assert list(model.directions) == list(original.directions) and model.shape == (23, 512)
    assert model.pack.about.source["key"] == original.key
    out = given / "after.csv"
    assert run("sort", given / "photos", "--model", "mine", "--direction", "age", "--out", out) == 0
    before, after = rows(given / "before.csv"), rows(out)
    assert before == after, "distances, ranks, flags and errors"
    noise = next(row for row in after if row["path"] == "noise.png")
    assert "unaligned" in noise["flags"] and not noise["rank"]
    assert run("model", "verify", "mine") == 0


def test_codes_belong_to_content(given: Path, capsys: Say) -> None:
    photos = sorted((given / "photos").glob("face*.jpg"))
    photos[0].rename(given / "photos/renamed.jpg")
    shutil.copy(SAMPLES / "face-100.jpg", photos[1])
    assert bring(given, "--images", given / "photos") == 0
    said = capsys.readouterr()
    assert "5 codes" in said.out
    assert f"left out: {photos[0].name}: no image of this name" in said.err
    assert f"left out: {photos[1].name}: the image was changed since it was inverted" in said.err
    assert bring(given, "--replace") == 0
    assert "7 codes" in capsys.readouterr().out
    out = given / "after.csv"
    assert run("sort", given / "photos", "--model", "mine", "--direction", "age", "--out", out) == 0
    reasons = {row["path"]: row["reason"] for row in rows(out)}
    assert "no code of this image" in reasons[photos[1].name] and not reasons["renamed.jpg"]


def test_a_file_of_the_first_version_needs_the_images(given: Path, capsys: Say) -> None:
    change(given, lambda arrays: arrays.pop("sha256"))
    assert bring(given) == 2
    assert "Give the folder of images with --images" in capsys.readouterr().err
    assert bring(given, "--images", given / "photos") == 0
    out = given / "after.csv"
    assert run("sort", given / "photos", "--model", "mine", "--direction", "age", "--out", out) == 0
    assert rows(given / "before.csv") == rows(out)


def test_without_its_model_the_directions_are_boundaries_or_components(given: Path, capsys: Say) -> None:
    change(given, lambda arrays: arrays.update(encoder=np.array("gone")))
    assert bring(given) == 0
    assert "directions: component_1, component_2" in capsys.readouterr().out
    age = open_model("faces").direction("age").normal
    np.save(given / "age.npy", 3 * age)
    assert bring(given, "--replace", "--boundary", given / "age.npy") == 0
    assert "directions: age\n" in capsys.readouterr().out
    assert np.allclose(open_model("mine").direction("age").normal, age, atol=1e-6)


def test_a_boundary_stands_beside_the_models_directions(given: Path, capsys: Say) -> None:
    np.save(given / "age.npy", np.eye(512)[0])
    assert bring(given, "--boundary", given / "age.npy") == 0
    assert list(open_model("mine").directions)[-1] == "age_2"


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda a: a.pop("codes"), "was not written by large-gui invert"),
        (lambda a: a.update(paths=np.arange(8.0)), "was not written by large-gui invert"),
        (lambda a: a.update(codes=a["codes"][:-1]), "was changed since it was written"),
        (lambda a: a.update(codes=a["codes"][0]), "was changed since it was written"),
        (lambda a: a.update(sha256=a["paths"]), "was changed since it was written"),
        (lambda a: a.update(codes=a["codes"] * np.nan), "None of the codes in codes.npz can be used"),
    ],
)
def test_what_is_no_such_file_is_told(
    given: Path, act: Callable[[Arrays], None], sentence: str, capsys: Say
) -> None:
    change(given, act)
    assert bring(given) == 2
    said = capsys.readouterr().err
    assert sentence in said and "Traceback" not in said
    assert not (imported_folder() / "mine").exists()


def test_two_codes_of_one_image_are_told(given: Path, capsys: Say) -> None:
    def act(arrays: Arrays) -> None:
        place = arrays["paths"].tolist().index("copy.jpg")
        arrays["codes"][place] += 1

    change(given, act)
    assert bring(given) == 0
    assert "its image has another code already" in capsys.readouterr().err


def test_other_files_and_none(given: Path, capsys: Say) -> None:
    for codes, sentence in {
        "before.csv": "before.csv was not written by large-gui invert",
        "none.npz": "There is no folder",
        "photos": "Give --images too",
    }.items():
        assert bring(given, codes=codes) == 2
        said = capsys.readouterr().err
        assert sentence in said and "Traceback" not in said
    (given / "codes.npz").write_bytes((given / "codes.npz").read_bytes()[:5000])
    assert bring(given) == 2
    assert "codes.npz is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", '{"kind": "code-quality", "version": 9, "images": {}}', "[]"])
def test_damaged_qualities_are_told(given: Path, text: str, capsys: Say) -> None:
    assert bring(given) == 0
    (imported_folder() / "mine" / QUALITY_FILE).write_text(text, "utf-8")
    out = given / "after.csv"
    assert run("sort", given / "photos", "--model", "mine", "--direction", "age", "--out", out) == 2
    said = capsys.readouterr().err
    assert QUALITY_FILE in said and "Traceback" not in said
