"""Latent spaces of a StyleGAN and what shape their codes have (LARGE, section 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.floating]
Pixels = NDArray[np.uint8]  # a picture, (H, W, 3)


class LatentSpace(StrEnum):
    """W ``(D,)``; W+ ``(L, D)``, one code per layer; S, one vector per modulated layer."""

    W = "w"
    W_PLUS = "w+"
    S = "s"


# Styles of a 1024-pixel StyleGAN2 of the usual widths, from the 4x4 convolution up: 9088 numbers.
S_SIZES_1024 = (512,) * 15 + (256,) * 3 + (128,) * 3 + (64,) * 3 + (32,) * 2


@dataclass(frozen=True, eq=False)
class LatentCode:
    """The code of one image.

    Attributes
    ----------
    values
        ``(D,)`` in W, ``(L, D)`` in W+, the joined vectors of all layers ``(sum of layer_sizes,)`` in S.
    layer_sizes
        Length of every layer's vector in S; empty in W and W+.
    """

    space: LatentSpace
    values: NDArray[np.float32]
    layer_sizes: tuple[int, ...] = ()
