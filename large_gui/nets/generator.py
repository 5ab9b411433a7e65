"""What the rest of the program asks of a generator, whichever network it is."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class Generator(Protocol):
    """A StyleGAN: z -> w -> image.

    Attributes
    ----------
    num_ws
        Rows L of a W+ code.
    resolution, preview_resolution
        Side of ``forward``'s and ``preview``'s images in pixels.
    mean_latent
        ``(D,)``: the mean of w.
    """

    z_dim: int
    num_ws: int
    resolution: int
    preview_resolution: int
    mean_latent: Tensor

    def mapping(self, z: Tensor) -> Tensor:
        """z ``(B, Z)`` -> w ``(B, D)``."""

    def __call__(self, ws: Tensor) -> Tensor:
        """W ``(B, D)`` or W+ ``(B, L, D)`` -> images ``(B, 3, R, R)``, nominally -1..1."""

    def preview(self, ws: Tensor) -> Tensor:
        """The same image, smaller and faster."""
