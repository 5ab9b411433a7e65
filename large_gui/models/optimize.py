"""Refine the code of one image by optimisation, so that the generator's image comes nearer to it.

Latent optimisation: Abdal et al. 2019 (Image2StyleGAN, arXiv:1904.03189); the course of the learning
rate: Karras et al. 2020 (arXiv:1912.04958), appendix D. Here it starts from the encoder's code and is held
near it, since a code far from where the encoder's lie reconstructs well and measures badly (Tov et al. 2021,
arXiv:2102.02766).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.core.latent import LatentSpace
from large_gui.core.reporter import Reporter
from large_gui.nets.encoders import Encoder
from large_gui.nets.generator import Generator

_RATE = 0.04  # of the optimiser, in standard deviations of w
_PULL = 0.2  # toward the start: the weight of one standard deviation away from it
_RAMP_UP, _RAMP_DOWN = 0.05, 0.25  # shares of the steps
_SMALLEST = 16  # pixels a side of the coarsest comparison
_DRAWN = 500  # codes that say how far w spreads


@dataclass(frozen=True, eq=False)
class Refined:
    """What optimisation found.

    Attributes
    ----------
    code
        ``(L, D)``, the best one met.
    loss_before, loss_after
        Mean of what it is made of, each relative to the start, which therefore has 1.
    pixels_before, pixels_after
        Root mean square difference of image and reconstruction, of a range of 2.
    """

    code: Tensor
    loss_before: float
    loss_after: float
    pixels_before: float
    pixels_after: float


def optimize(
    generator: Generator, encoder: Encoder, aligned: Tensor, start: Tensor, reporter: Reporter, *,
    space: LatentSpace = LatentSpace.W_PLUS, steps: int = 100,
) -> Refined:  # fmt: skip
    """Bring the generator's image of a code nearer to an aligned image.

    The loss is the mean of a pixel part (squared differences at several sizes) and a perceptual part (squared
    difference of the encoder's features), each relative to the start, and a pull toward the start.

    Parameters
    ----------
    aligned
        ``(1, 3, S, S)`` in -1..1, as the encoder reads it.
    start
        ``(L, D)``; it is not changed.
    space
        W moves all rows alike, W+ each by itself.

    Returns
    -------
    The best code, on the generator's device. The same input gives the same result.
    """
    device = generator.mean_latent.device
    target, start = aligned.to(device), start.to(device)
    if space is LatentSpace.W:
        start = start.mean(0, keepdim=True).expand_as(start)
    scales = _scales(
        F.interpolate(target, (generator.preview_resolution,) * 2, mode="bilinear", antialias=True)
    )
    with torch.no_grad():
        features = encoder.describe(target)
    spread = _spread(generator)
    rows = 1 if space is LatentSpace.W else len(start)
    moved = torch.zeros(rows, start.shape[1], device=device, requires_grad=True)
    optimizer = torch.optim.Adam([moved], lr=1.0, betas=(0.9, 0.99))
    first: tuple[float, float] | None = None
    best = Refined(start, 1.0, math.inf, math.inf, math.inf)
    for step in range(steps + 1):
        reporter.check_cancelled()
        reporter.progress(step, steps, "Refining")
        image = generator.preview((start + moved)[None])
        pixels = _difference(_scales(image), scales)
        view = F.interpolate(image, target.shape[-2:], mode="bilinear", antialias=True)
        seen = (encoder.describe(view) - features).square().mean()
        if first is None:
            first = max(pixels.item(), 1e-8), max(seen.item(), 1e-12)
        away = (moved / spread).square().mean()
        loss = (pixels / first[0] + seen / first[1]) / 2 + _PULL * away
        rms = (image.detach() - scales[0]).square().mean().sqrt().item()
        if step == 0:
            best = Refined(start, loss.item(), loss.item(), rms, rms)
        elif loss.item() < best.loss_after:
            code = (start + moved).detach()
            best = Refined(code, best.loss_before, loss.item(), best.pixels_before, rms)
        if step < steps:
            optimizer.param_groups[0]["lr"] = _RATE * spread * _course(step / steps)
            (moved.grad,) = torch.autograd.grad(loss, moved)
            optimizer.step()
    return best


def _scales(image: Tensor) -> list[Tensor]:
    """The image at its size and halved again and again."""
    sizes = [image]
    while sizes[-1].shape[-1] > _SMALLEST:
        sizes.append(F.avg_pool2d(sizes[-1], 2))
    return sizes


def _difference(mine: list[Tensor], theirs: list[Tensor]) -> Tensor:
    return torch.stack([(a - b).square().mean() for a, b in zip(mine, theirs)]).mean()


def _spread(generator: Generator) -> float:
    """Standard deviation of w, over all of its entries."""
    z = torch.randn(_DRAWN, generator.z_dim, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        w = generator.mapping(z.to(generator.mean_latent.device))
    return float((w - generator.mean_latent).square().mean().sqrt())


def _course(progress: float) -> float:
    """Share of the learning rate: a linear rise, then full, then a half cosine down."""
    down = min(1.0, (1 - progress) / _RAMP_DOWN)
    return min(1.0, (progress + 1e-2) / _RAMP_UP) * (0.5 - 0.5 * math.cos(math.pi * down))
