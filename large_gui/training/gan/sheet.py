"""Draw a sheet of images of a generator: the same codes every time, so that sheets can be compared."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from large_gui.nets.pixels import to_pixels
from large_gui.nets.stylegan2 import StyleGAN2

COLUMNS, ROWS = 8, 4
_BATCH = 16


def sheet(generator: StyleGAN2, truncation: float = 1.0) -> Image.Image:
    """32 images of random codes, drawn with the constant noise.

    Parameters
    ----------
    truncation
        Factor of the codes' distance from their mean; 1 shows what the generator has really learned.
    """
    device = generator.mean_latent.device
    z = np.random.default_rng(1).standard_normal((COLUMNS * ROWS, generator.z_dim)).astype(np.float32)
    pixels: list[NDArray[np.uint8]] = []
    with torch.inference_mode():
        w = generator.mapping(torch.from_numpy(z).to(device))
        w = generator.mean_latent + truncation * (w - generator.mean_latent)
        for part in torch.split(w, _BATCH):
            pixels.extend(to_pixels(generator.preview(part).cpu()))
    side = generator.preview_resolution
    picture = Image.new("RGB", (COLUMNS * side, ROWS * side))
    for i, one in enumerate(pixels):
        picture.paste(Image.fromarray(one), (i % COLUMNS * side, i // COLUMNS * side))
    return picture
