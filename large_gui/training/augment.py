"""Augment generated images so that an encoder trained on them also works on photographs.

Aligned photographs are slightly misplaced, sometimes cropped tighter than the generator's images with the
border filled by reflection, and have the colours, blur, noise and compression of a camera. Every effect is
drawn again for each image.
"""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from large_gui.nets.pixels import to_pixels, to_tensor


def augment(images: Tensor, size: int, frame: float = 1.0) -> Tensor:
    """Draw one augmented view of each image.

    Parameters
    ----------
    images
        ``(B, 3, H, W)`` in -1..1.
    size
        Side of the views in pixels.
    frame
        Share of the image's side that a view shows, around the middle.

    Returns
    -------
    ``(B, 3, size, size)`` in -1..1.
    """
    return _compressed(_photometric(_geometric(images, size, frame)).clamp(-1, 1))


def _uniform(n: int, low: float, high: float, *shape: int) -> Tensor:
    return torch.empty(n, *shape).uniform_(low, high)


def _geometric(images: Tensor, size: int, frame: float) -> Tensor:
    """Misplace by a similarity transform, then crop tighter and fill the frame by reflection."""
    n = len(images)
    scale = torch.exp(torch.randn(n) * 0.05)
    angle = torch.randn(n) * math.radians(2.5)
    shift = torch.randn(n, 2) * 0.03
    theta = torch.stack(
        (
            torch.stack((scale * angle.cos(), -scale * angle.sin(), shift[:, 0]), 1),
            torch.stack((scale * angle.sin(), scale * angle.cos(), shift[:, 1]), 1),
        ),
        1,
    )
    # A tight crop shows this window of the frame (-1..1); outside it is mirrored back in.
    tight = torch.rand(n, 1) < 0.6
    low = torch.where(tight, _uniform(n, -1.0, -0.4, 2), torch.tensor(-1.0))
    high = torch.where(tight, _uniform(n, 0.5, 1.0, 2), torch.tensor(1.0))
    axis = ((torch.arange(size) + 0.5) * 2 / size - 1) * frame
    view = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1)[None]  # (1, S, S, 2)
    view = _reflect(view, low[:, None, None], high[:, None, None])
    ones = torch.ones_like(view[..., :1])
    grid = torch.cat((view, ones), -1).flatten(1, 2) @ theta.transpose(1, 2)
    return F.grid_sample(images, grid.view(n, size, size, 2), padding_mode="reflection", align_corners=False)


def _reflect(x: Tensor, low: Tensor, high: Tensor) -> Tensor:
    span = high - low
    y = torch.remainder(x - low, 2 * span)
    return low + torch.minimum(y, 2 * span - y)


def _photometric(x: Tensor) -> Tensor:
    n, size = len(x), x.shape[-1]
    if torch.rand(()) < 0.5:  # loss of resolution, with one strength for the batch
        small = int(size * float(torch.empty(()).uniform_(0.35, 0.9)))
        blurred = F.interpolate(
            F.interpolate(x, (small, small), mode="bilinear", antialias=True),
            (size, size), mode="bilinear",
        )  # fmt: skip
        x = torch.where(torch.rand(n, 1, 1, 1) < 0.6, blurred, x)
    grey = x.mean(1, keepdim=True)
    monochrome = torch.rand(n, 1, 1, 1) < 0.1
    saturation = torch.where(monochrome, torch.zeros(()), _uniform(n, 0.5, 1.4, 1, 1, 1))
    x = grey + (x - grey) * saturation
    gains = _uniform(n, 0.75, 1.3, 1, 1, 1) * _uniform(n, 0.9, 1.1, 3, 1, 1)
    x = x * gains + _uniform(n, -0.2, 0.2, 1, 1, 1) + _uniform(n, -0.05, 0.05, 3, 1, 1)
    return x + torch.randn_like(x) * _uniform(n, 0.0, 0.06, 1, 1, 1)


def _compressed(x: Tensor) -> Tensor:
    """Half of the images as JPEG leaves them, at qualities that cameras and the web use."""
    chosen = torch.rand(len(x)) < 0.5
    qualities = torch.randint(30, 95, (len(x),)).tolist()
    read = []
    for picture, quality in zip(to_pixels(x[chosen]), qualities, strict=False):
        stream = io.BytesIO()
        Image.fromarray(picture).save(stream, "JPEG", quality=quality)
        read.append(np.asarray(Image.open(stream)))
    if read:
        x = x.clone()
        x[chosen] = to_tensor(read)
    return x
