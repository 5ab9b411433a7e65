"""Folders, boundaries and weights that no pack can be made of."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, LargeError
from large_gui.models.library import model_names
from large_gui.models.pack import imported_folder
from large_gui.tasks.imports.codes import import_codes
from tests.code_folders import SHAPES, CodeFolder, drawn, write


@pytest.mark.parametrize(
    ("space", "shape", "sentence"),
    [
        ("w", (18, 512), r"a boundary in W\+ \(18 x 512\), the codes are in W \(512\)"),
        ("w+", (14, 512), r"a boundary in W\+ \(14 x 512\), the codes are in W\+ \(18 x 512\)"),
        ("w+", (9088,), r"a boundary in S \(9088\), the codes are in W\+"),
        ("s", (512,), r"a boundary in W \(512\), the codes are in S"),
        ("w", (7,), "no latent code"),
        ("w", None, "all zeros"),
    ],
)
def test_boundaries_that_do_not_fit_are_refused(
    space: str, shape: tuple[int, ...] | None, sentence: str, tmp_path: Path, code_folder: CodeFolder
) -> None:
    code_folder.fill(space)
    boundary = drawn(shape, 9) if shape else np.zeros(512)
    with pytest.raises(LargeError, match=sentence):
        code_folder.bring(write(tmp_path / "age.npy", boundary))
    assert "mine" not in model_names()
    assert not list(imported_folder().glob("*"))


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        (np.ones(17), "17 weights for 18 layers"), (-np.ones(18), "layer 1 the weight -1"),
        (np.zeros(18), "no layer any weight"), (np.full(18, np.nan), "layer 1 the weight nan"),
        (np.zeros((0,)), "no layer any weight"),
    ],
)  # fmt: skip
def test_weights_that_weigh_no_layers_are_refused(
    weights: NDArray[np.float64], why: str, tmp_path: Path, code_folder: CodeFolder
) -> None:
    code_folder.fill("w+")
    boundary = write(tmp_path / "age.npy", drawn((18, 512), 9))
    with pytest.raises(InputError, match=why):
        code_folder.bring(boundary, weights=write(tmp_path / "weights.npy", weights))


def test_weights_must_be_numbers_and_belong_to_a_boundary(tmp_path: Path, code_folder: CodeFolder) -> None:
    code_folder.fill("w+")
    boundary, words = write(tmp_path / "age.npy", drawn((18, 512), 9)), tmp_path / "words.pickle"
    for content in ({"a": 1}, ["a"], "a", None):
        words.write_bytes(pickle.dumps(content))
        with pytest.raises(InputError, match="can't be read as weights"):
            code_folder.bring(boundary, weights=words)
    with pytest.raises(InputError, match="There is no file"):
        code_folder.bring(boundary, weights=tmp_path / "nowhere.npy")
    with pytest.raises(InputError, match="there is none"):
        code_folder.bring(weights=write(tmp_path / "weights.npy", np.ones(18)))


def test_codes_of_several_kinds_are_refused(code_folder: CodeFolder) -> None:
    code_folder.fill("w")
    write(code_folder.path / "other.npy", drawn(SHAPES["w+"], 3))
    with pytest.raises(InputError, match=r"several kinds: W \(512\) and W\+ \(18 x 512\)"):
        code_folder.bring()


def test_folders_without_codes_or_their_images_are_refused(
    few_samples: Path, tmp_path: Path, code_folder: CodeFolder
) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        code_folder.bring()
    code_folder.path.mkdir()
    with pytest.raises(InputError, match=r"There are no codes.*one per image"):
        code_folder.bring()
    np.save(code_folder.path / "bad.npy", np.full(512, np.nan))
    with pytest.raises(InputError, match=r"There are no codes.*bad.npy holds no latent code"):
        code_folder.bring()
    write(code_folder.path / "stranger.npy", drawn(SHAPES["w"], 3))
    with pytest.raises(InputError, match="No code belongs to an image"):
        code_folder.bring()
    with pytest.raises(InputError, match="can't be read"):
        import_codes(code_folder.path, tmp_path / "nowhere", [], "mine", SilentReporter())


def test_a_disk_that_is_full_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, code_folder: CodeFolder
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    code_folder.fill("w")
    monkeypatch.setattr("large_gui.models.description.write_description", full)
    with pytest.raises(InputError, match="can't be written"):
        code_folder.bring()
    assert not list(imported_folder().glob("*"))
