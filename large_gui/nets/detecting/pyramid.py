"""The image pyramid in which P-Net looks for faces of every size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from large_gui.core.latent import Pixels

Size = tuple[int, int]  # width and height
Part = tuple[slice, slice]  # rows and columns


def halved(width: int, height: int, scale: float) -> list[Size]:
    """The sizes from ``scale`` down to P-Net's window, each of half the area of the one before."""
    sizes = []
    while scale * min(width, height) >= 12:
        sizes.append((round(width * scale), round(height * scale)))
        scale *= 0.709
    return sizes


class Pyramid:
    """One image at many sizes, all drawn in one picture, which P-Net reads at once.

    Each stands below the one before if there is room, otherwise to the right of all others. Corners are even
    because P-Net looks at every second pixel.

    Parameters
    ----------
    sizes
        The largest first.
    """

    def __init__(self, sizes: Sequence[Size]) -> None:
        self._places: list[tuple[int, int, int, int]] = []  # left, top, width, height
        left = top = right = 0
        for width, height in sizes:
            if top + height > sizes[0][1]:
                left, top = right, 0
            self._places.append((left, top, width, height))
            right, top = max(right, _even(left + width)), _even(top + height)
        self._whole = right, _even(sizes[0][1])

    def drawn(self, image: Image.Image) -> Pixels:
        """The picture."""
        picture = Image.new("RGB", self._whole)
        for left, top, *size in self._places:
            picture.paste(image.resize((size[0], size[1]), Image.Resampling.BILINEAR), (left, top))
        return np.asarray(picture)

    def beyond(self) -> list[Part]:
        """Parts of P-Net's first layer that reach beyond a size, where pooling would read them."""
        found = []
        for left, top, width, height in self._places:
            after, below = left + width - 2, top + height - 2
            if height % 2:
                found.append((slice(below, below + 1), slice(left, after + 1)))
            if width % 2:
                found.append((slice(top, below + 1), slice(after, after + 1)))
        return found

    def windows(self) -> list[Part]:
        """The part of what P-Net finds that belongs to each size."""
        return [
            (slice(top // 2, (top + height - 9) // 2), slice(left // 2, (left + width - 9) // 2))
            for left, top, width, height in self._places
        ]


def _even(length: int) -> int:
    return length + length % 2
