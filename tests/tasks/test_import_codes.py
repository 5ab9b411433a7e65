"""Codes from elsewhere become a pack, and a folder is sorted by exactly their distances."""

from __future__ import annotations

import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.models.library import model_names, open_model
from large_gui.tasks.invert import open_cache
from large_gui.tasks.sort import SortResult, sort_folder
from tests.code_folders import ENDS, SHAPES, CodeFolder, drawn, suffix, write


def ordered(images: Path, direction: str, name: str = "mine", *, flipped: bool = False) -> SortResult:
    pack = open_model(name)
    along = replace(pack.direction(direction), flipped=flipped)
    with open_cache() as cache:
        return sort_folder(images, pack, along, cache, SilentReporter())


def of_layers(code: NDArray[np.float32], boundary: NDArray[np.float32]) -> NDArray[np.float64]:
    """Distance of every layer, worked out by hand; the rows of a boundary are of unit length together."""
    code, boundary = code.astype(np.float64), boundary.astype(np.float64)
    boundary = boundary / np.linalg.norm(boundary)
    if code.shape == SHAPES["s"]:
        return np.array([part.sum() for part in np.split(code * boundary, ENDS)])
    return np.atleast_1d((code * boundary).sum(-1))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("space", "boundary_space"), [("w", "w"), ("w+", "w+"), ("w+", "w"), ("s", "s")])
def test_a_folder_is_sorted_by_the_distances_of_its_codes(
    space: str,
    boundary_space: str,
    weighted: bool,
    few_samples: Path,
    tmp_path: Path,
    code_folder: CodeFolder,
) -> None:
    written = code_folder.fill(space)
    boundary = 7 * drawn(SHAPES[boundary_space], 99)
    file = write(tmp_path / f"age/boundary{suffix(boundary_space)}", boundary)
    layers = {"w": 1, "w+": 18, "s": 26}[space]
    weights = np.arange(1.0, layers + 1) if weighted else np.ones(layers)
    options = {"weights": write(tmp_path / "weights.npy", weights)} if weighted else {}
    imported = code_folder.bring(file, **options)
    assert (imported.space, imported.count, imported.directions) == (space, len(written), ["age"])
    assert imported.problems == []
    assert "mine" in model_names()

    result = ordered(few_samples, "age")
    expected = {
        path: float(of_layers(code, boundary) @ weights / weights.sum()) for path, code in written.items()
    }
    found = {row.path: row.distance for row in result.rows if row.distance is not None}
    assert found == pytest.approx(expected, abs=1e-4)
    assert list(found) == sorted(expected, key=lambda path: expected[path])
    again = ordered(few_samples, "age", flipped=True)
    assert [row.path for row in again.rows[:10]] == list(found)[::-1], "now from the cache"


def test_images_without_a_code_are_named(few_samples: Path, tmp_path: Path, code_folder: CodeFolder) -> None:
    code_folder.fill("w")
    code_folder.bring(write(tmp_path / "age.npy", drawn(SHAPES["w"], 99)))
    pack, reporter = open_model("mine"), SilentReporter()
    with open_cache() as cache:
        result = sort_folder(few_samples, pack, pack.direction("age"), cache, reporter)
    missing = [p.relative_to(few_samples).as_posix() for p in code_folder.photos[-2:]]
    assert result.failed == 2
    assert [(row.path, row.flags) for row in result.rows[-2:]] == [(m, ("failed",)) for m in missing]
    assert reporter.warnings == [f"{m}: no code of this image was imported with mine" for m in missing]


@pytest.mark.parametrize("space", SHAPES)
def test_without_boundaries_there_are_components(
    space: str, few_samples: Path, code_folder: CodeFolder
) -> None:
    code_folder.fill(space)
    imported = code_folder.bring()
    assert imported.directions == [f"component_{i}" for i in range(1, 6)]
    found = [r.distance for r in ordered(few_samples, "component_1").rows if r.distance is not None]
    assert np.mean(found) == pytest.approx(0, abs=1e-4), "distance 0 is the mean of the codes"
    spreads = [
        np.std([r.distance for r in ordered(few_samples, name).rows if r.distance is not None])
        for name in imported.directions
    ]
    assert spreads == sorted(spreads, reverse=True)


def test_few_codes_have_few_components(code_folder: CodeFolder) -> None:
    for i, photo in enumerate(code_folder.photos[:5]):
        write(code_folder.path / f"{photo.stem}.npy", drawn(SHAPES["w"], i % 2))
    with pytest.raises(InputError, match="2 different codes are too few"):
        code_folder.bring()
    write(code_folder.path / f"{code_folder.photos[0].stem}.npy", drawn(SHAPES["w"], 7))
    assert code_folder.bring().directions == ["component_1", "component_2"]


def test_what_was_left_out_is_named(few_samples: Path, tmp_path: Path, code_folder: CodeFolder) -> None:
    written = code_folder.fill("w")
    code = drawn(SHAPES["w"], 5)
    flat = next(p for p in code_folder.photos if p.parent == few_samples)
    shutil.copy(code_folder.photos[-1], few_samples / "twice.jpg")
    shutil.copy(code_folder.photos[-1], few_samples / "twice.png")
    shutil.copy(flat, few_samples / "copy.jpg")
    for name in ("nobody", "twice", "copy"):
        write(code_folder.path / f"{name}.npy", code)
    write(code_folder.path / f"elsewhere/{flat.stem}.npy", 2 * code)
    (code_folder.path / "text.npy").write_text("no array")
    np.save(code_folder.path / "infinite.npy", np.where(np.arange(512) == 3, np.nan, code))
    (code_folder.path / f"{flat.stem}.pkl").write_bytes(pickle.dumps(code))
    imported = code_folder.bring(write(tmp_path / "age.npy", code))
    assert imported.count == len(written)
    unreadable = [problem for problem in imported.problems if problem.startswith("text.npy: This ")]
    assert len(unreadable) == 1
    assert sorted(imported.problems) == sorted(
        [
            *unreadable,
            f"{flat.stem}.pkl: there is another code of this name",
            "infinite.npy holds no latent code.",
            "nobody: no image of this name",
            "twice: several images of this name",
            f"{flat.stem}: its image has another code already",
            f"elsewhere/{flat.stem}: its image has another code already",
        ]
    )


def test_a_code_finds_the_only_image_of_its_name(
    few_samples: Path, tmp_path: Path, code_folder: CodeFolder
) -> None:
    for i, photo in enumerate(code_folder.photos):
        write(code_folder.path / f"{photo.stem}.npy", drawn(SHAPES["w"], i))
    imported = code_folder.bring(write(tmp_path / "age.npy", drawn(SHAPES["w"], 99)))
    assert (imported.count, imported.problems) == (len(code_folder.photos), [])
    assert ordered(few_samples, "age").failed == 0


def test_directions_have_names_of_their_own(tmp_path: Path, code_folder: CodeFolder) -> None:
    code_folder.fill("w")
    files = ["smile/boundary.npy", "a/age.npy", "b/age.npy", "-my own.npy"]
    boundaries = [write(tmp_path / "b" / f, drawn(SHAPES["w"], i)) for i, f in enumerate(files)]
    assert code_folder.bring(*boundaries).directions == ["smile", "age", "age_2", "my_own"]
    assert list(open_model("mine").directions) == ["smile", "age", "age_2", "my_own"]


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_the_length_of_a_boundary_does_not_matter(
    scale: float, few_samples: Path, tmp_path: Path, code_folder: CodeFolder
) -> None:
    code_folder.fill("w+")
    boundary = drawn(SHAPES["w+"], 99)
    code_folder.bring(
        write(tmp_path / "plain.npy", boundary), write(tmp_path / "scaled.npy", boundary * scale)
    )
    plain, scaled = ([r.distance for r in ordered(few_samples, n).rows[:10]] for n in ("plain", "scaled"))
    assert scaled == pytest.approx(plain, abs=1e-4)


def test_a_name_is_taken_once(few_samples: Path, tmp_path: Path, code_folder: CodeFolder) -> None:
    code_folder.fill("w")
    boundary = write(tmp_path / "age.npy", drawn(SHAPES["w"], 99))
    code_folder.bring(boundary)
    before = [row.distance for row in ordered(few_samples, "age").rows[:10]]
    with pytest.raises(InputError, match="already"):
        code_folder.bring(boundary)
    for name in ("faces", "../out", "", ".hidden"):
        with pytest.raises(InputError, match="model"):
            code_folder.bring(boundary, name=name, replace=name == "faces")
    for file in code_folder.path.rglob("*.npy"):
        np.save(file, 2 * np.load(file))
    code_folder.bring(boundary, replace=True)
    after = [row.distance for row in ordered(few_samples, "age").rows[:10]]
    assert after == pytest.approx([2 * d for d in before if d is not None], abs=1e-4), "no stale code is used"


def test_the_command(
    few_samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], code_folder: CodeFolder
) -> None:
    code_folder.fill("s")
    write(code_folder.path / "nobody.pickle", drawn(SHAPES["s"], 3))
    boundary = write(tmp_path / "age/boundary.pickle", drawn(SHAPES["s"], 99))
    command = ["model", "import-codes", str(code_folder.path), "--images", str(few_samples), "--name", "mine"]
    assert main([*command, "--boundary", str(boundary)]) == 0
    said = capsys.readouterr()
    assert "10 codes in S; directions: age" in said.out
    assert "left out: nobody: no image of this name" in said.err
    assert main([*command, "--boundary", str(boundary)]) == 2
    said = capsys.readouterr()
    assert "already" in said.err
    assert "Traceback" not in said.err
    assert main([*command, "--replace", "--boundary", str(tmp_path / "none.npy")]) == 2
    capsys.readouterr()
    assert main([*command, "--replace", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["codes"], told["space"], told["has_codes"]) == ("mine", 10, "s", True)
    assert told["directions"][0] == "component_1" and "nobody: no image of this name" in told["left_out"][0]
    out = tmp_path / "out.csv"
    sort = ["sort", str(few_samples), "--model", "mine", "--direction", "component_1", "--out", str(out)]
    assert main(sort) == 0
    assert out.read_text("utf-8").count("failed") == 2
    assert main(["model", "verify", "mine"]) == 0
    assert main(["model", "remove", "mine"]) == 0
    assert "mine" not in model_names()
