"""Show a direction in pictures: one generated image, moved from the negative to the positive end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from large_gui.core.companions import companion_step
from large_gui.core.direction import Direction
from large_gui.core.latent import Pixels
from large_gui.nets.generator import Generator
from large_gui.nets.pixels import to_pixels

STEPS = np.linspace(-2.5, 2.5, 5)  # standard deviations of the distances of generated codes
SIDE = 96  # pixels a side of each picture
_MOST_BYTES = 12_000


def draw_strip(
    generator: Generator, start: NDArray[np.float32], codes: NDArray[np.float32], direction: Direction
) -> Image.Image:
    """Draw five images side by side along a direction; the middle one is the image of ``start``.

    Each step changes the code as codes change on average with the distance (`core.companions`).

    Parameters
    ----------
    start
        ``(D,)``.
    codes
        ``(N, D)``, drawn from the generator.
    direction
        A direction in W.
    """
    spread = float(np.std(codes @ direction.normal))
    step = spread * companion_step(direction.normal, codes)
    ws = (start + STEPS[:, None] * step).astype(np.float32)
    with torch.inference_mode():
        images = torch.cat([generator.preview(torch.from_numpy(w)[None]) for w in ws])
    return side_by_side(to_pixels(images))


def side_by_side(pictures: Sequence[Pixels] | Pixels, side: int = SIDE) -> Image.Image:
    """N pictures ``(S, S, 3)`` in a row, each of ``side`` pixels."""
    result = Image.new("RGB", (side * len(pictures), side))
    for i, pixels in enumerate(pictures):
        result.paste(Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS), (i * side, 0))
    return result


def small_webp(image: Image.Image) -> bytes:
    """The image as WebP, in the best quality that fits into 12 kB."""
    from io import BytesIO

    for quality in range(80, 20, -5):
        stream = BytesIO()
        image.save(stream, "WEBP", quality=quality, method=6)
        if stream.tell() <= _MOST_BYTES:
            break
    return stream.getvalue()
