"""Latent spaces of a StyleGAN and what shape their codes have (LARGE, section 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.floating]
Pixels = NDArray[np.uint8]  # a picture, (H, W, 3)
_MOST_LOST = 1e-3  # of the length of a code, when it is rounded to half precision
# Bits of float16 shifted into those of float32: the sign and the rest, and what the exponents differ by.
_KEPT_BITS, _SCALE, _EXPONENT = np.int32(-0x70002000), np.float32(2.0**112), np.int16(0x7C00)


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


def rounded_to_half(code: NDArray[np.float32]) -> NDArray[np.float32]:
    """The code in numbers that float16 holds exactly, or as it is if that would lose more than rounding does.

    Rounding moves a number of usual size by at most one part in 2048. Numbers above 65,504, and codes that
    are tiny as a whole, stay as they are.
    """
    exact = code.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):  # beyond its range, and not a number: both stay
        half = code.astype(np.float16).astype(np.float32)
        return half if np.linalg.norm(half - exact) <= _MOST_LOST * np.linalg.norm(exact) else code


def from_half(codes: NDArray[np.float16], into: NDArray[np.float32]) -> None:
    """Write codes of half precision into an array of single precision of the same shape.

    NumPy converts one number after the other. This shifts the bits of many at once, in a quarter of the time.
    """
    bits = codes.view(np.int16)
    if np.any(np.bitwise_and(bits, _EXPONENT) == _EXPONENT):  # not finite: rare, and left to NumPy
        np.copyto(into, codes)
        return
    shifted = into.view(np.int32)
    np.copyto(shifted, bits)
    np.left_shift(shifted, 13, out=shifted)
    np.bitwise_and(shifted, _KEPT_BITS, out=shifted)
    np.multiply(into, _SCALE, out=into)
