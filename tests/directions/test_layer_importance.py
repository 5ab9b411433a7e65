"""Layers that a direction works through are important; layers it can't reach are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.directions.layer_importance import layer_importance
from large_gui.nets.generator import StyleLayer
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

    def in_s(self) -> Direction:
        """The first axis of w, in S."""
        normal = torch.cat([affine[0] for affine in self.affines]).numpy()
        return Direction("s", normal / np.linalg.norm(normal), layer_sizes=WIDTHS)


AXIS, SPREAD = Direction("axis", np.eye(8)[0]), Direction("spread", np.ones(8) / 8**0.5)


@pytest.mark.parametrize("seed", range(5))
def test_a_property_of_two_layers_gives_these_two_nine_tenths(seed: int) -> None:
    toy = ToyGenerator()
    every_row = Direction("rows", np.tile(AXIS.normal, (5, 1)))
    asked = {"w": AXIS, "w+": every_row, "s": toy.in_s(), "spread": SPREAD}
    found = layer_importance(toy, asked, SilentReporter(), seed=seed)
    assert list(found) == list(asked)
    for space in ("w", "w+", "s"):
        assert found[space].sum() == pytest.approx(1)
        assert found[space][list(SEEN)].sum() >= 0.9, space
        assert found[space][list(SEEN)].min() >= 0.1, space
    assert found["spread"].min() > 0.02


def test_a_seed_repeats_it_and_company_changes_nothing() -> None:
    network = small_models.generator()
    sizes = tuple(layer.width for layer in network.style_layers)
    rng = np.random.default_rng(0)
    normals = rng.standard_normal(48), rng.standard_normal((8, 48)), rng.standard_normal(sum(sizes))
    asked = {
        str(i): Direction("d", normal / np.linalg.norm(normal), layer_sizes=sizes if i == 2 else None)
        for i, normal in enumerate(normals)
    }
    first, again, other = (layer_importance(network, asked, SilentReporter(), seed=s) for s in (3, 3, 4))
    for name, direction in asked.items():
        np.testing.assert_allclose(again[name], first[name], rtol=0.02)
        assert not np.allclose(other[name], first[name], rtol=1e-3)
        alone = layer_importance(network, {name: direction}, SilentReporter(), seed=3)[name]
        np.testing.assert_allclose(alone, first[name], rtol=0.02)
        assert len(first[name]) == (len(sizes) if name == "2" else network.num_ws)
