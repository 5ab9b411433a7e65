"""Optimisation brings the image nearer, stays near the start, and is the same every time."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.core.latent import LatentSpace
from large_gui.core.reporter import SilentReporter
from large_gui.errors import Cancelled
from large_gui.models.optimize import Optimized, optimize
from large_gui.nets.stylegan2 import StyleGAN2
from tests import small_models


class Eye:
    """Stands for an encoder: colours in the large are its features."""

    aligned_size, batch = 32, 4

    def describe(self, aligned: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(aligned, 4).flatten(1)


@pytest.fixture(scope="module")
def generator() -> StyleGAN2:
    return small_models.generator()


@pytest.fixture(scope="module")
def goal(generator: StyleGAN2) -> Tensor:
    """A W code ``(L, D)`` that the start is a little off."""
    with torch.inference_mode():
        return generator.broadcast(generator.mapping(torch.randn(1, 32)))[0].clone()


def run(generator: StyleGAN2, goal: Tensor, space: LatentSpace, steps: int = 100) -> Optimized:
    with torch.no_grad():
        target = generator(goal[None])
    start = generator.mean_latent + 0.6 * (goal - generator.mean_latent)
    kept = start.clone()
    found = optimize(generator, Eye(), target, start, SilentReporter(), space=space, steps=steps)  # type: ignore[arg-type]
    assert torch.equal(start, kept)
    return found


@pytest.mark.parametrize("space", [LatentSpace.W, LatentSpace.W_PLUS])
def test_the_image_comes_nearer(generator: StyleGAN2, goal: Tensor, space: LatentSpace) -> None:
    found = run(generator, goal, space)
    assert found.loss_before == pytest.approx(1.0)
    assert found.loss_after < 0.2
    assert found.pixels_after < 0.5 * found.pixels_before
    assert found.code.shape == goal.shape
    same_rows = torch.allclose(found.code, found.code[:1].expand_as(found.code))
    assert same_rows == (space is LatentSpace.W)
    start = generator.mean_latent + 0.6 * (goal - generator.mean_latent)
    if space is LatentSpace.W:
        assert (found.code - goal).norm() < (start - goal).norm()
    with torch.no_grad():
        rms = (generator(found.code[None]) - generator(goal[None])).square().mean().sqrt()
    assert rms.item() == pytest.approx(found.pixels_after, rel=1e-3)


def test_it_is_the_same_every_time(generator: StyleGAN2, goal: Tensor) -> None:
    first, second = (run(generator, goal, LatentSpace.W_PLUS, 5) for _ in range(2))
    assert torch.equal(first.code, second.code)


def test_never_worse_than_the_start(generator: StyleGAN2, goal: Tensor) -> None:
    with torch.no_grad():
        target = generator(goal[None])
    found = optimize(generator, Eye(), target, goal, SilentReporter(), steps=5)  # type: ignore[arg-type]
    assert found.loss_after <= found.loss_before
    assert found.pixels_after <= found.pixels_before
    none = run(generator, goal, LatentSpace.W_PLUS, 0)
    assert none.loss_after == none.loss_before


def test_it_can_be_cancelled(generator: StyleGAN2, goal: Tensor) -> None:
    class Stop(SilentReporter):
        steps = 0

        def check_cancelled(self) -> None:
            self.steps += 1
            if self.steps > 3:
                raise Cancelled

    with torch.no_grad():
        target = generator(goal[None])
    with pytest.raises(Cancelled):
        optimize(generator, Eye(), target, goal, Stop())  # type: ignore[arg-type]
