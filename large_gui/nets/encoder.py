"""What every network that turns images into codes has, whichever it is."""

from __future__ import annotations

from typing import Any, Protocol, Self

from torch import Tensor


class Encoder(Protocol):
    """A network that reads images prepared for it and returns their codes.

    Attributes
    ----------
    aligned_size
        Side of the frames that it reads, in pixels.
    batch
        How many of them it reads at once.
    """

    aligned_size: int
    batch: int

    def read(self, aligned: Tensor) -> Tensor:
        """Frames ``(B, 3, S, S)`` in -1..1 -> codes ``(B, L, D)``."""

    def to(self, *target: Any, **options: Any) -> Self:
        """The encoder on another device."""


class InversionEncoder(Encoder, Protocol):
    """An encoder into a generator's latent space."""

    def describe(self, aligned: Tensor) -> Tensor:
        """Features ``(B, F)`` of frames, which are similar for images that look similar."""
