"""The methods and attributes that every generator has, whichever network it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_AT_ONCE = 4096  # codes that are drawn together


@dataclass(frozen=True)
class StyleLayer:
    """A layer that a style modulates, which is one entry of an S code.

    Attributes
    ----------
    module
        Path of the layer in the generator.
    row
        Row of W+ that the style is computed from.
    width
        Length of the style, which is the number of the layer's input channels.
    """

    module: str
    row: int
    width: int


class Generator(Protocol):
    """A StyleGAN: z -> w -> styles -> image.

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

    @property
    def style_layers(self) -> list[StyleLayer]:
        """The layers of S in order, those that make the image of features (to-RGB) among them."""

    def affine(self, layer: StyleLayer) -> nn.Module:
        """What computes a layer's style ``(B, width)`` from its row of the code ``(B, D)``."""

    def mapping(self, z: Tensor) -> Tensor:
        """z ``(B, Z)`` -> w ``(B, D)``."""

    def __call__(self, ws: Tensor) -> Tensor:
        """W ``(B, D)`` or W+ ``(B, L, D)`` -> images ``(B, 3, R, R)``, nominally -1..1."""

    def preview(self, ws: Tensor) -> Tensor:
        """The same images, smaller and computed faster."""

    def styles(self, ws: Tensor) -> list[Tensor]:
        """S codes of W or W+ codes: one ``(B, width)`` for each of `style_layers`."""

    def image_of_styles(self, styles: Sequence[Tensor]) -> Tensor:
        """The images of S codes, as calling the generator with their W+ codes gives them."""

    def preview_of_styles(self, styles: Sequence[Tensor]) -> Tensor:
        """The images of S codes, as `preview` gives them."""

    def to(self, *target: Any, **options: Any) -> Self:
        """The generator on another device."""


def drawn_codes(generator: Generator, count: int, seed: int = 0) -> NDArray[np.float32]:
    """W codes ``(count, D)`` of random z; a seed gives the same codes in every run."""
    rng, device = np.random.default_rng(seed), generator.mean_latent.device
    codes = np.empty((count, generator.mean_latent.shape[-1]), np.float32)
    for begin in range(0, count, _AT_ONCE):
        z = rng.standard_normal((min(_AT_ONCE, count - begin), generator.z_dim)).astype(np.float32)
        with torch.inference_mode():
            codes[begin : begin + len(z)] = generator.mapping(torch.from_numpy(z).to(device)).cpu().numpy()
    return codes
