"""The losses of inversion, with values by hand."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from large_gui.training.gan.hsr.extractors import Extractor
from large_gui.training.inversion.losses import (
    CodePrior,
    FeatureDistance,
    code_loss,
    delta_loss,
    pixel_loss,
)


class Colours(Extractor):
    """One stage, whose features are the colours."""

    def forward(self, images: Tensor) -> dict[int, Tensor]:
        return {4: images * 1.0}


def test_pixels_count_by_their_square() -> None:
    assert pixel_loss(torch.full((1, 3, 2, 2), 0.5), torch.full((1, 3, 2, 2), -0.5)) == 1.0


def test_perceptual_distance_is_of_directions_of_features() -> None:
    """Unit vectors at a right angle are 2 apart; length and equal positions don't count."""
    mine, theirs = torch.zeros(1, 3, 1, 2), torch.zeros(1, 3, 1, 2)
    mine[0, 0, 0], theirs[0, 0, 0, 0], theirs[0, 1, 0, 1] = 1.0, 5.0, 2.0
    mine.requires_grad_(True)
    theirs.requires_grad_(True)
    distance = FeatureDistance(Colours())(mine, theirs)
    assert math.isclose(float(distance.detach()), 1.0, rel_tol=1e-6)  # 0 and 2, averaged over two positions
    distance.backward()
    assert mine.grad is not None and theirs.grad is None


def test_codes_and_offsets_count_relative_to_the_spread_of_w() -> None:
    codes = torch.zeros(2, 3, 4)
    codes[0, 0] = 2.0  # one row of six is 16 away, squared
    assert math.isclose(float(code_loss(codes, torch.zeros(2, 3, 4), 8.0)), 16 / 6 / 8, rel_tol=1e-6)
    assert math.isclose(float(delta_loss(codes, 8.0)), 16 / 6 / 8, rel_tol=1e-6)


def test_the_prior_measures_in_deviations() -> None:
    """Deviations are 3 and 0.5: (3, 1) is one deviation off along one axis and two along the other."""
    corners = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]) * torch.tensor([3.0, 0.5])
    prior = CodePrior(corners + 7)
    assert math.isclose(prior.spread, 9.25, rel_tol=1e-6)
    assert math.isclose(float(prior(torch.tensor([[3.0, 1.0]]) + 7)), (1 + 4) / 2, rel_tol=1e-5)
    torch.testing.assert_close(prior(corners + 7), torch.tensor(1.0))


def test_the_prior_bears_codes_that_do_not_vary_in_some_direction() -> None:
    flat = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    assert torch.isfinite(CodePrior(flat)(torch.tensor([[0.0, 1.0]])))
