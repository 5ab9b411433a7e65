"""Codes of W+ measured along directions in S: their styles are computed, and nothing is drawn."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.layers import flattened, narrowed
from large_gui.errors import InputError, ModelFileError
from large_gui.models.library import open_model
from large_gui.models.model import Generates
from large_gui.models.spaces import measured_along, needs_styles, style_sizes, why_not_measured
from tests import small_models
from tests.packs import write_pack

RANDOM = np.random.default_rng(0)


def in_s(sizes: tuple[int, ...], name: str = "smile") -> Direction:
    normal = RANDOM.standard_normal(sum(sizes))
    return Direction(name, normal / np.linalg.norm(normal), 0.5, layer_sizes=sizes)


@pytest.fixture
def model(home: object) -> Generates:
    """A small StyleGAN2 without an encoder."""
    return small_models.generator_pack("small")


def test_styles_are_measured_whichever_directions_are_beside_them(model: Generates) -> None:
    sizes = style_sizes(model)
    assert sizes == tuple(layer.width for layer in model.generator().style_layers)
    codes = RANDOM.standard_normal((5, *model.shape)).astype(np.float32)
    with torch.inference_mode():
        styles = torch.cat(model.generator().styles(torch.from_numpy(codes)), 1).numpy()
    flat = Direction("age", np.eye(model.shape[1])[0])
    one, other = in_s(sizes), in_s(sizes)
    parts = [one, flat, flattened(other, model.shape[0]), narrowed(one, (2, 5), 8), flattened(flat, 8)]
    found = measured_along(model, codes, parts)
    expected = [
        distances(styles, one), distances(codes, flat), styles @ other.normal + 0.5 * len(sizes),
        distances(styles, narrowed(one, (2, 5), 8)), codes[:, :, 0].sum(1) / 8**0.5,
    ]  # fmt: skip
    np.testing.assert_allclose(found, np.stack(expected, 1), atol=1e-4)
    assert [needs_styles(model, part) for part in parts] == [True, False, True, True, False]


def test_styles_do_not_depend_on_their_company(model: Generates) -> None:
    codes = RANDOM.standard_normal((40, *model.shape)).astype(np.float32)
    direction = in_s(style_sizes(model))
    together = measured_along(model, codes, [direction])
    alone = np.concatenate([measured_along(model, code[None], [direction]) for code in codes])
    np.testing.assert_array_equal(together, alone)


def test_why_styles_can_not_be_measured(model: Generates) -> None:
    sizes = style_sizes(model)
    assert why_not_measured(model, in_s(sizes)) is None
    other = why_not_measured(model, in_s((*sizes, 3)))
    assert isinstance(other, InputError) and "of another generator" in other.sentence
    assert f"{sum(sizes)} numbers in {len(sizes)} layers" in other.hint
    write_pack("nothing")
    without = why_not_measured(open_model("nothing"), in_s(sizes))
    assert isinstance(without, ModelFileError) and "has no styles" in without.sentence
    faces = open_model("faces")
    missing = why_not_measured(faces, in_s(style_sizes(faces)))
    assert missing is not None and "not on this machine" in missing.sentence and "fetch" in missing.hint
