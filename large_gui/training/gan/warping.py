"""Move the pixels of images by matrices, differentiable any number of times.

Positions are in pixels from the middle of the image, x to the right and y down. Outside the image stands its
reflection, at any distance. Source: Karras et al. 2020, appendix B, with two differences that cost less: the
reflection is made by reflecting the positions that are looked up, not by padding, and moves by whole pixels
are copied without a filter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional as F

# The lowpass of the wavelet "symlet 6", orthogonal to its own shifts by two (Daubechies 1992, table 6.3).
SYM6 = (
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633,
    0.4910559419267466, 0.787641141030194, 0.3379294217276218, -0.07263752278646252,
    -0.021060292512300564, 0.04472490177066578, 0.0017677118642428036, -0.007800708325034148,
)  # fmt: skip
_TAPS = len(SYM6)
# Where the filter's middle lies: the sample 2 u + _CENTRE of the finer grid shows the position u.
_CENTRE = sum(i * tap for i, tap in enumerate(SYM6)) / sum(SYM6)
_BESIDE = 3  # pixels beside the border that are looked up as they are, because the filters reach there
_MARGIN = _BESIDE + 3  # pixels of reflection that these need in turn


def move_whole_pixels(images: Tensor, matrices: Tensor) -> Tensor:
    """Copy pixels to where matrices of mirrors, quarter turns and whole translations move them.

    Parameters
    ----------
    images
        ``(B, C, H, W)``.
    matrices
        ``(B, 3, 3)``: from the position of a pixel to its new one.
    """
    height, width = images.shape[2:]
    x, y = _looked_up(
        matrices, torch.arange(width) - (width - 1) / 2, torch.arange(height) - (height - 1) / 2
    )
    column = _reflect(x + (width - 1) / 2, width).round().long()
    row = _reflect(y + (height - 1) / 2, height).round().long()
    index = (row * width + column).flatten(1).to(images.device)
    return images.flatten(2).gather(2, index[:, None].expand(-1, images.shape[1], -1)).view_as(images)


def warp(images: Tensor, matrices: Tensor) -> Tensor:
    """Move images by any affine matrices: on a grid twice as fine, without aliasing.

    Parameters
    ----------
    images
        ``(B, C, H, W)``, at least 7 pixels a side.
    matrices
        ``(B, 3, 3)``, invertible: from the position of a pixel to its new one.
    """
    height, width = images.shape[2:]
    fine = _refined(images)
    # Output sample n of the fine grid shows the position (n - centre) / 2.
    x, y = _looked_up(
        matrices,
        (torch.arange(2 * width + _TAPS - 2) - _CENTRE) / 2 - (width - 1) / 2,
        (torch.arange(2 * height + _TAPS - 2) - _CENTRE) / 2 - (height - 1) / 2,
    )
    column = 2 * (_reflect(x + (width - 1) / 2, width, _BESIDE) + _MARGIN) + _CENTRE - _TAPS + 2
    row = 2 * (_reflect(y + (height - 1) / 2, height, _BESIDE) + _MARGIN) + _CENTRE - _TAPS + 2
    grid = torch.stack((_unit(column, fine.shape[3]), _unit(row, fine.shape[2])), -1)
    return _coarsened(sample(fine, grid.to(fine)))


def _looked_up(matrices: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Positions ``(B, len(y), len(x))`` of the input that the output shows at x and y."""
    back = torch.linalg.inv(matrices)[:, :2, :, None, None]
    at = back[:, :, 0] * x + back[:, :, 1] * y[:, None] + back[:, :, 2]
    return at[:, 0], at[:, 1]


def _reflect(x: Tensor, size: int, beside: int = 0) -> Tensor:
    """Fold positions further outside than ``beside`` back to 0..size-1, the border pixel not repeated."""
    last = size - 1
    folded = last - (last - x.remainder(2 * last)).abs()
    return torch.where((x < -beside) | (x > last + beside), folded, x)


def _unit(x: Tensor, size: int) -> Tensor:
    """Pixel positions as ``grid_sample`` counts them, with aligned corners."""
    return x * (2 / (size - 1)) - 1


def _taps(images: Tensor) -> Tensor:
    return images.new_tensor(SYM6)


def _refined(images: Tensor) -> Tensor:
    """Upsample to twice the side, with the border reflected: samples where the filter is complete."""
    b, c, h, w = images.shape
    x = F.pad(images, (_MARGIN,) * 4, mode="reflect").reshape(b * c, 1, h + 2 * _MARGIN, w + 2 * _MARGIN)
    taps = _taps(images) * 2**0.5
    cut = _TAPS - 2
    x = F.conv_transpose2d(x, taps.view(1, 1, 1, -1), stride=(1, 2), padding=(0, cut))
    x = F.conv_transpose2d(x, taps.view(1, 1, -1, 1), stride=(2, 1), padding=(cut, 0))
    return x.view(b, c, *x.shape[2:])


def _coarsened(fine: Tensor) -> Tensor:
    b, c, h, w = fine.shape
    taps = _taps(fine) / 2**0.5
    x = F.conv2d(fine.reshape(b * c, 1, h, w), taps.view(1, 1, -1, 1), stride=(2, 1))
    x = F.conv2d(x, taps.view(1, 1, 1, -1), stride=(1, 2))
    return x.view(b, c, *x.shape[2:])


def sample(images: Tensor, grid: Tensor) -> Tensor:
    """Look up images bilinearly at a grid that needs no gradient: ``grid_sample``, differentiable twice.

    PyTorch has no derivative of ``grid_sample``'s derivative. Looking up is linear in the images, so its
    derivative is its adjoint, and the adjoint's derivative is looking up again.
    """
    return cast(Callable[..., Tensor], _Sample.apply)(images, grid)


class _Sample(Function):
    @staticmethod
    def forward(ctx: Any, images: Tensor, grid: Tensor) -> Tensor:
        ctx.save_for_backward(grid)
        ctx.size = images.shape
        return F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=True)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (grid,) = ctx.saved_tensors
        return _Spread.apply(grads[0], grid, ctx.size), None


class _Spread(Function):
    """The adjoint of looking up: add each value to the pixels that it was mixed from."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, grid: Tensor, size: torch.Size) -> Tensor:
        ctx.save_for_backward(grid)
        images = values.new_empty(1).expand(size)  # its values don't matter, only its shape
        bilinear, border, aligned = 0, 1, True
        spread = torch.ops.aten.grid_sampler_2d_backward(
            values.contiguous(), images, grid, bilinear, border, aligned, (True, False)
        )
        return cast(Tensor, spread[0])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        (grid,) = ctx.saved_tensors
        return _Sample.apply(grads[0], grid), None, None
