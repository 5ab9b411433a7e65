"""Perceptual path length: Karras et al. 2019 (arXiv:1812.04948), section 4.1.

Two codes are joined by a path, and the path is walked by a tiny step. How much the picture changes, by a
perceptual distance, tells how smooth the space is there. The mean over many paths is the figure. Where a
length is large, pictures change abruptly and look least natural (Karras et al. 2020; HSR, section 3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from large_gui.metrics.feature_network import at_once
from large_gui.metrics.perceptual import PerceptualDistance
from large_gui.nets.generator import Generator
from large_gui.nets.stylegan2 import SynthesisBlock

Space = Literal["z", "w"]
Sampling = Literal["full", "end"]
# The paper's. Single precision then gives the mean of double precision within 0.05 % and each length within
# 0.5 %, on a random StyleGAN2 and on the faces of MobileStyleGAN. With 1e-5 that is 1 % and 3 %.
EPSILON = 1e-4
_BLOCK = 16  # paths whose codes are computed together; a class-conditional generator takes classes in turn
_TENTH = 0.1


@dataclass(frozen=True, eq=False)
class PathLengths:
    """The lengths of paths ``(N,)``, each ``d(G(t), G(t + eps)) / eps^2``.

    Path i is that of `path_codes` with the same seed, so that it can be drawn again.
    """

    lengths: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """The perceptual path length: the mean of all; none is discarded."""
        return float(self.lengths.mean())

    @property
    def error(self) -> float:
        """The standard error of the mean, of independent paths."""
        return float(self.lengths.std(ddof=1) / len(self.lengths) ** 0.5)

    @property
    def mean_without_tails(self) -> float:
        """The mean of those from the 1st to the 99th percentile, which NVIDIA's programs report.

        They say so in the code and not in the papers. What HSR is about lies in the tails.
        """
        low, high = np.percentile(self.lengths, [1, 99], method="inverted_cdf")
        return float(self.lengths[(self.lengths >= low) & (self.lengths <= high)].mean())

    @property
    def lowest(self) -> NDArray[np.intp]:
        """Numbers of the tenth of the paths with the lowest lengths, the lowest first (HSR, Fig. 4)."""
        return np.argsort(self.lengths, kind="stable")[: self._tenth]

    @property
    def highest(self) -> NDArray[np.intp]:
        """Numbers of the tenth of the paths with the highest lengths, the highest first (HSR, Fig. 6)."""
        return np.argsort(-self.lengths, kind="stable")[: self._tenth]

    @property
    def _tenth(self) -> int:
        return max(1, round(_TENTH * len(self.lengths)))


def path_lengths(
    generator: Generator, distance: PerceptualDistance, count: int, seed: int = 0, *, space: Space = "w",
    sampling: Sampling = "end", epsilon: float = EPSILON, device: str = "cpu",
    step: Callable[[int], None] = lambda done: None,
) -> PathLengths:  # fmt: skip
    """Measure paths between codes of random z, without truncation.

    Parameters
    ----------
    generator, distance
        They are on the device. Everything is computed in single precision at least: in half precision, or as
        TensorFloat-32, two pictures so near would differ by rounding alone. The noise is the generator's
        own, and so the same in both pictures.
    space
        ``w``: straight lines between two w. ``z``: arcs between two z.
    sampling
        ``full``: at a random place t of the path, uniform in 0..1. ``end``: at its beginning, t = 0.
    step
        Called with the number of paths that are done.
    """
    lengths = np.empty(count)
    with torch.inference_mode(), _in_single_precision(generator):
        for begin in range(0, count, _BLOCK):
            z0, z1, t = _drawn(generator.z_dim, seed, range(begin, min(begin + _BLOCK, count)))
            places = t if sampling == "full" else np.zeros_like(t)
            near, far = (
                torch.split(codes_at(generator, z0, z1, at, space, device), at_once(generator))
                for at in (places, places + epsilon)
            )
            done = begin
            for some in zip(near, far):
                step(done)
                found = distance(*(generator(codes).expand(-1, 3, -1, -1) for codes in some))
                lengths[done : done + len(found)] = (found.double() / epsilon**2).cpu().numpy()
                done += len(found)
    return PathLengths(lengths)


def path_codes(
    generator: Generator, seed: int, number: int, space: Space, steps: int, device: str = "cpu"
) -> Tensor:
    """W codes ``(steps + 1, D)`` at equal places of a path of `path_lengths`, both ends among them."""
    begin = number - number % _BLOCK
    z0, z1, _ = _drawn(generator.z_dim, seed, range(begin, begin + _BLOCK))
    with torch.inference_mode():
        codes = [
            codes_at(generator, z0, z1, np.full(_BLOCK, t), space, device)[number - begin]
            for t in np.linspace(0, 1, steps + 1)
        ]
    return torch.stack(codes)


def codes_at(
    generator: Generator, z0: NDArray[np.float64], z1: NDArray[np.float64], t: NDArray[np.float64],
    space: Space, device: str = "cpu",
) -> Tensor:  # fmt: skip
    """W codes ``(B, D)`` at the places t ``(B,)`` of the paths between z ``(B, Z)``.

    Places are computed in double precision: added to t in single precision, a step of 1e-4 would be wrong by
    up to a thousandth of itself.
    """

    precision = generator.mean_latent.dtype

    def on_device(array: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(array).to(device, precision)

    if space == "z":
        return generator.mapping(on_device(arc(z0, z1, t)))
    w0, w1 = (generator.mapping(on_device(z)).double() for z in (z0, z1))
    return (w0 + torch.from_numpy(t).to(device)[:, None] * (w1 - w0)).to(precision)


def arc(z0: NDArray[np.float64], z1: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points ``(B, Z)`` of arcs on the sphere that a mapping scales its z to (Shoemake 1985).

    Its radius is the root of Z, so that the mean square of a z is 1.
    """
    one, other = _on_sphere(z0), _on_sphere(z1)
    radius = one.shape[1] ** 0.5
    angle = np.arccos(np.clip((one * other).sum(1) / radius**2, -1, 1))
    across = other - one * ((one * other).sum(1) / radius**2)[:, None]
    across *= radius / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-300)
    return np.asarray(one * np.cos(t * angle)[:, None] + across * np.sin(t * angle)[:, None])


def _on_sphere(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(z / np.sqrt((z**2).mean(1, keepdims=True)))


def _drawn(
    width: int, seed: int, numbers: range
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Both z ``(B, Z)`` and the place t ``(B,)`` of paths; each has random numbers of its own."""
    randoms = [np.random.default_rng([seed, 4, number]) for number in numbers]
    z = np.stack([random.standard_normal((2, width)) for random in randoms])
    return z[:, 0], z[:, 1], np.array([random.uniform() for random in randoms])


@contextmanager
def _in_single_precision(generator: Generator) -> Iterator[None]:
    """Let blocks that were trained in half precision, and a graphics card, compute in single precision."""
    modules = generator.modules() if isinstance(generator, nn.Module) else ()
    halves = [module for module in modules if isinstance(module, SynthesisBlock) and module.in_half]
    for block in halves:
        block.in_half = False
    matrices = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    try:
        with torch.backends.cudnn.flags(enabled=torch.backends.cudnn.enabled, allow_tf32=False):
            yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = matrices
        for block in halves:
            block.in_half = True
