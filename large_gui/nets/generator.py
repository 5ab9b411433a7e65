"""The methods and attributes that every generator has, whichever network it is."""

from __future__ import annotations

from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Generator(Protocol):
    """A StyleGAN: z -> w -> image.

    Attributes
    ----------
    num_ws
        Rows L of a W+ code.
    resolution, preview_resolution
        Side of ``forward``'s and ``preview``'s images in pixels.
    """

    z_dim: int
    num_ws: int
    resolution: int
    preview_resolution: int

    @property
    def mean_latent(self) -> Tensor:
        """The mean of w, ``(D,)``."""

    def mapping(self, z: Tensor) -> Tensor:
        """z ``(B, Z)`` -> w ``(B, D)``."""

    def __call__(self, ws: Tensor) -> Tensor:
        """W ``(B, D)`` or W+ ``(B, L, D)`` -> images ``(B, 3, R, R)``, nominally -1..1."""

    def preview(self, ws: Tensor) -> Tensor:
        """The same images, smaller and computed faster."""

    def to(self, *target: Any, **options: Any) -> Self:
        """The generator on another device."""


def drawn_codes(generator: Generator, count: int, seed: int = 0) -> NDArray[np.float32]:
    """W codes ``(count, D)`` of random z; a seed gives the same codes in every run."""
    z = np.random.default_rng(seed).standard_normal((count, generator.z_dim)).astype(np.float32)
    with torch.inference_mode():
        w = generator.mapping(torch.from_numpy(z).to(generator.mean_latent.device))
    codes: NDArray[np.float32] = w.cpu().numpy()
    return codes
