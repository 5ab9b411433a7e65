"""Pictures as arrays of bytes, and as the tensors that networks read and make."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from large_gui.core.latent import Pixels


def to_tensor(pictures: Sequence[Pixels] | Pixels) -> Tensor:
    """Pictures ``(B, H, W, 3)`` uint8 -> ``(B, 3, H, W)`` float32 in -1..1."""
    return scaled(stacked(pictures))


def stacked(pictures: Sequence[Pixels] | Pixels) -> Tensor:
    """Pictures ``(B, H, W, 3)`` uint8 -> ``(B, 3, H, W)`` uint8, a copy."""
    return torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures])).permute(0, 3, 1, 2)


def scaled(images: Tensor) -> Tensor:
    """Images of bytes ``(B, 3, H, W)`` -> float32 in -1..1."""
    return images.float() / 127.5 - 1


def normalised(images: Tensor, mean: Sequence[float], deviation: Sequence[float]) -> Tensor:
    """Images ``(B, 3, H, W)`` in -1..1 as a network reads them that was trained with this mean and deviation.

    Both are those of each colour in 0..1.
    """
    middle, scale = (images.new_tensor(tuple(of)).view(1, -1, 1, 1) for of in (mean, deviation))
    return (images * 0.5 + 0.5 - middle) / scale


def to_pixels(images: Tensor) -> Pixels:
    """Images ``(B, C, H, W)``, nominally in -1..1, grey or in colour -> ``(B, H, W, 3)`` uint8."""
    in_bytes = (images.expand(-1, 3, -1, -1).clamp(-1, 1) + 1) * 127.5
    return np.ascontiguousarray(in_bytes.round().byte().permute(0, 2, 3, 1).cpu().numpy())
