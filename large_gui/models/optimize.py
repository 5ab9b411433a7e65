"""Refine the code of one image by optimisation, so that the generator's image comes nearer to it.

The optimisation is that of Abdal et al. 2019 (Image2StyleGAN, arXiv:1904.03189), with the learning rate
schedule of Karras et al. 2020 (arXiv:1912.04958), appendix D. Here it starts from the encoder's code and
stays near it, because a code far from all codes of the encoder reconstructs well but measures badly (Tov et
al. 2021, arXiv:2102.02766).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.core.latent import LatentSpace
from large_gui.core.reporter import Reporter
from large_gui.nets.encoder import InversionEncoder
from large_gui.nets.generator import Generator

_RATE = 0.04  # learning rate of the optimiser, in standard deviations of w
_PULL = 0.2  # weight in the loss of a distance of one standard deviation from the start
_RAMP_UP, _RAMP_DOWN = 0.05, 0.25  # shares of the steps
_SMALLEST = 16  # pixels a side of the smallest images that are compared
_DRAWN = 500  # codes that are drawn to measure the standard deviation of w


@dataclass(frozen=True, eq=False)
class Optimized:
    """The result of an optimisation.

    Attributes
    ----------
    code
        ``(L, D)``, the code with the smallest loss.
    loss_before, loss_after
        The loss, whose parts are relative to the start; the loss before is therefore 1.
    pixels_before, pixels_after
        Root mean square difference of image and reconstruction, whose values span a range of 2.
    """

    code: Tensor
    loss_before: float
    loss_after: float
    pixels_before: float
    pixels_after: float


def optimize(
    generator: Generator, encoder: InversionEncoder, aligned: Tensor, start: Tensor, reporter: Reporter, *,
    space: LatentSpace = LatentSpace.W_PLUS, steps: int = 100,
) -> Optimized:  # fmt: skip
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
        W changes all rows alike, W+ changes each row by itself.

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
    best = Optimized(start, 1.0, math.inf, math.inf, math.inf)
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
            best = Optimized(start, loss.item(), loss.item(), rms, rms)
        elif loss.item() < best.loss_after:
            code = (start + moved).detach()
            best = Optimized(code, best.loss_before, loss.item(), best.pixels_before, rms)
        if step < steps:
            optimizer.param_groups[0]["lr"] = _RATE * spread * _rate_schedule(step / steps)
            (moved.grad,) = torch.autograd.grad(loss, moved)
            optimizer.step()
    return best


def _scales(image: Tensor) -> list[Tensor]:
    """The image at its own size, at half of it, at a quarter, and so on."""
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


def _rate_schedule(progress: float) -> float:
    """Factor of the learning rate: it rises linearly to 1, stays there, then falls as half a cosine."""
    down = min(1.0, (1 - progress) / _RAMP_DOWN)
    return min(1.0, (progress + 1e-2) / _RAMP_UP) * (0.5 - 0.5 * math.cos(math.pi * down))
