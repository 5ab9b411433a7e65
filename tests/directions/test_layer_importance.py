"""Layers that a direction works through are important; layers it can't reach are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.directions.layer_importance import layer_importance
from large_gui.nets.generator import Generator, StyleLayer
from tests import small_models

WIDTHS = (8, 6, 8, 4, 2)  # of the styles
SCALES = (1.0, 300.0, 1.0, 0.01, 1.0)  # of the styles, which differ as those of real generators do
SEEN = (1, 3)  # the layers through which the first axis of w changes the image


class ToyGenerator:
    """Five layers, each drawing its own part of the image; two of them alone see the first axis of w."""

    z_dim = 8
    num_ws = len(WIDTHS)
    resolution = preview_resolution = 10
    mean_latent = torch.zeros(8)

    def __init__(self) -> None:
        seeded = torch.Generator().manual_seed(0)
        self.affines = [torch.randn(8, width, generator=seeded) * s for width, s in zip(WIDTHS, SCALES)]
        self.paints = [torch.randn(width, 60, generator=seeded) / s for width, s in zip(WIDTHS, SCALES)]
        for layer, affine in enumerate(self.affines):
            affine[0] *= layer in SEEN
        self.style_layers = [StyleLayer(f"layer{i}", i, width) for i, width in enumerate(WIDTHS)]

    def mapping(self, z: Tensor) -> Tensor:
        return z

    def styles(self, ws: Tensor) -> list[Tensor]:
        rows = [ws] * self.num_ws if ws.ndim == 2 else ws.unbind(1)
        return [row @ affine for row, affine in zip(rows, self.affines)]

    def preview_of_styles(self, styles: Sequence[Tensor]) -> Tensor:
        drawn = torch.cat([style @ paint for style, paint in zip(styles, self.paints)], 1)
        return drawn.reshape(len(drawn), 3, 10, 10)

    def preview(self, ws: Tensor) -> Tensor:
        return self.preview_of_styles(self.styles(ws))


def in_s(generator: Generator, width: int) -> Direction:
    """The first axis of w, in S."""
    axis = torch.eye(width)[:1]
    with torch.no_grad():
        ends = [torch.cat(generator.styles(w), 1) for w in (axis, 0 * axis)]
    normal = (ends[0] - ends[1])[0].numpy()
    sizes = tuple(layer.width for layer in generator.style_layers)
    return Direction("s", normal / np.linalg.norm(normal), layer_sizes=sizes)


@pytest.mark.parametrize("seed", range(5))
def test_layers_that_draw_apart(seed: int) -> None:
    toy, axis = ToyGenerator(), np.eye(8)[0]
    asked = {
        "w": Direction("w", axis), "w+": Direction("w+", np.tile(axis, (5, 1))), "s": in_s(toy, 8),
        "spread": Direction("spread", np.ones(8) / 8**0.5),
    }  # fmt: skip
    found = layer_importance(toy, asked, SilentReporter(), seed=seed)
    assert list(found) == list(asked)
    for space in ("w", "w+", "s"):
        assert found[space].sum() == pytest.approx(1)
        assert found[space][list(SEEN)].sum() >= 0.9, space
        assert found[space][list(SEEN)].min() >= 0.05, space
    assert found["spread"].min() > 0.01


@pytest.mark.parametrize("rows", [(1, 2), (2, 5), (0, 6)])
def test_a_property_of_two_layers_of_a_stylegan_gives_these_nine_tenths(rows: tuple[int, int]) -> None:
    """Though every other layer could imitate in part what the two draw."""
    network = small_models.generator()
    with torch.no_grad():
        for layer in network.style_layers:
            if layer.row not in rows:
                network.affine(layer).weight[:, 0] = 0
    asked = {"w": Direction("w", np.eye(48)[0]), "s": in_s(network, 48)}
    found = layer_importance(network, asked, SilentReporter(), codes=3, steps=2)
    assert found["w"][list(rows)].sum() >= 0.9
    of_s = [layer.row in rows for layer in network.style_layers]
    assert found["s"][of_s].sum() >= 0.9


def test_a_seed_repeats_it_and_company_changes_nothing() -> None:
    network = small_models.generator()
    sizes = tuple(layer.width for layer in network.style_layers)
    rng = np.random.default_rng(0)
    asked = {
        name: Direction(name, normal / np.linalg.norm(normal), layer_sizes=sizes if name == "s" else None)
        for name, shape in (("w", 48), ("w+", (8, 48)), ("s", sum(sizes)))
        for normal in [rng.standard_normal(shape)]
    }

    def measured(names: Sequence[str], seed: int) -> dict[str, NDArray[np.float64]]:
        few = {name: asked[name] for name in names}
        return layer_importance(network, few, SilentReporter(), codes=2, steps=2, seed=seed)

    first, again, other = (measured([*asked], seed) for seed in (3, 3, 4))
    for name in asked:
        np.testing.assert_allclose(again[name], first[name], rtol=0.02)
        np.testing.assert_allclose(measured([name], 3)[name], first[name], rtol=0.02)
        assert not np.allclose(other[name], first[name], rtol=0.02)
        assert len(first[name]) == (len(sizes) if name == "s" else network.num_ws)
