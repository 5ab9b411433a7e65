"""Making pictures, telling styles and refining are asked for; a model that can't says so in a sentence."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.errors import ModelFileError
from large_gui.models.library import open_model
from large_gui.models.model import Generates, generates, has_styles, refines
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.models import model_card
from tests import small_models
from tests.code_folders import CodeFolder


@pytest.fixture
def stylegan(tmp_path: Path) -> str:
    torch.save(small_models.encoder_checkpoint(small_models.generator()), tmp_path / "tiny.pt")
    return import_model(tmp_path / "tiny.pt", ImportOptions(measured=8), SilentReporter()).name


def test_a_stylegan_makes_pictures_tells_styles_and_refines(stylegan: str) -> None:
    model = open_model(stylegan)
    generator = generates(model).generator()
    codes = np.random.default_rng(0).standard_normal((3, *model.shape)).astype(np.float32)
    styles = has_styles(model).styles(codes)
    assert [style.shape for style in styles] == [(3, layer.width) for layer in generator.style_layers]
    with torch.inference_mode():
        drawn = generator.image_of_styles([torch.from_numpy(style) for style in styles])
        torch.testing.assert_close(drawn, generator(torch.from_numpy(codes)))
    assert refines(model) is model
    card = model_card(stylegan)
    assert card.can_draw and card.measures and card.refines and card.imported and not card.has_codes


def test_the_faces_have_styles_and_no_generator_yet(home: Path) -> None:
    model, card = open_model("faces"), model_card("faces")
    assert card.generates and not card.can_draw and card.fetched_from is not None
    with pytest.raises(ModelFileError, match="not on this machine"):
        generates(model).generator()
    with_styles = has_styles(model)
    assert len(with_styles.style_layers) == model.shape[0], "one for each row of its codes"
    with pytest.raises(ModelFileError, match="not on this machine"):
        with_styles.styles(np.zeros((1, *model.shape), np.float32))


def test_imported_codes_can_do_none_of_it(few_samples: Path, tmp_path: Path) -> None:
    folder = CodeFolder(tmp_path / "codes", few_samples)
    folder.fill("w+")
    folder.bring()
    model, card = open_model("mine"), model_card("mine")
    assert not isinstance(model, Generates) and not model.reads_pixels
    for ask, said in ((generates, "no pictures"), (has_styles, "no styles"), (refines, "no encoder")):
        with pytest.raises(ModelFileError, match=said):
            ask(model)
    assert card.measures and card.has_codes and not (card.generates or card.refines or card.can_draw)


def unpacked(home: Path, name: str) -> None:
    """Put a pack that version 0.1.0 wrote where imported ones lie."""
    before = Path(__file__).parents[1] / "written_before" / "packs"
    source = before / name if (before / name).is_dir() else before / "codes" / name
    target = home / "models" / name
    shutil.copytree(source, target)
    for packed in target.glob("*.xz"):
        packed.with_suffix("").write_bytes(lzma.decompress(packed.read_bytes()))
        packed.unlink()


@pytest.mark.parametrize("name", ["stylegan", "codes-s", "codes-w-plus"])
def test_packs_of_the_first_version_open_as_they_were(home: Path, name: str) -> None:
    from tests.project.test_written_before import EXPECTED

    unpacked(home, name)
    model, expected = open_model(name), EXPECTED["packs"][name]
    assert model.key == expected["encoder_key"]
    assert model.shape == (expected["num_ws"], expected["w_dim"])
    assert list(model.directions) == list(expected["directions"])
    card = model_card(name)
    assert (card.title, card.has_encoder, card.has_codes) == (
        expected["title"], expected["has_encoder"], expected["has_codes"],
    )  # fmt: skip
    assert [list(fact) for fact in card.facts] == expected["facts"]
    for direction, about in expected["directions"].items():
        found = model.direction(direction)
        assert list(found.normal.shape) == about["shape"] and found.space == about["space"]
        assert float(found.normal.sum(dtype=np.float64)) == pytest.approx(about["sum"], abs=1e-5)
