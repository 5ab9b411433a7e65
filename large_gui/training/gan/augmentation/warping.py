"""Move the pixels of images by matrices, differentiable any number of times.

Positions are in pixels from the middle of the image, x to the right and y down. Outside the image stands its
reflection, at any distance. Source: Karras et al. 2020, appendix B, with two differences that cost less: the
reflection is made by reflecting the positions that are looked up, not by padding, and moves by whole pixels
are copied without a filter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional as F

from large_gui.nets.ops.upfirdn2d import upfirdn2d

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
_CACHED = 2**17  # pixels
# Up to this side the filters are applied as matrices: on a CPU twice as quick as convolution at 64 px.
_DENSE = 256


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
    columns, rows = (torch.arange(n, device=images.device) - (n - 1) / 2 for n in (width, height))
    x, y = _looked_up(matrices, columns, rows)
    column = _reflect(x + (width - 1) / 2, width).round().long()
    row = _reflect(y + (height - 1) / 2, height).round().long()
    index = (row * width + column).flatten(1)
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
    # Output sample n of the fine grid shows the position (n - centre) / 2.
    columns, rows = (
        (torch.arange(2 * n + _TAPS - 2, device=images.device) - _CENTRE) / 2 - (n - 1) / 2
        for n in (width, height)
    )
    x, y = _looked_up(matrices, columns, rows)
    grid = torch.stack((_fine_position(x, width), _fine_position(y, height)), -1).to(images)
    refined, coarsened = _filters(images)
    # A CPU is quickest with as many images at a time as its cache holds (measured: twice as quick at 128 px).
    together = max(1, _CACHED // (height * width)) if images.device.type == "cpu" else len(images)
    parts = zip(torch.split(images, together), torch.split(grid, together), strict=True)
    return torch.cat([coarsened(sample(refined(part), positions)) for part, positions in parts])


def _looked_up(matrices: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Positions ``(B, len(y), len(x))`` of the input that the output shows at x and y, where these are."""
    back = torch.linalg.inv(matrices)[:, :2, :, None, None].to(x.device)
    at = back[:, :, 0] * x + back[:, :, 1] * y[:, None] + back[:, :, 2]
    return at[:, 0], at[:, 1]


def _reflect(x: Tensor, size: int, beside: int = 0) -> Tensor:
    """Fold positions further outside than ``beside`` back to 0..size-1, the border pixel not repeated."""
    last = size - 1
    folded = last - (last - x.remainder(2 * last)).abs()
    return torch.where((x < -beside) | (x > last + beside), folded, x)


def _fine_position(x: Tensor, size: int) -> Tensor:
    """Where the fine grid shows positions x, counted as ``grid_sample`` does with aligned corners."""
    at = 2 * (_reflect(x + (size - 1) / 2, size, _BESIDE) + _MARGIN) + _CENTRE - _TAPS + 2
    return at * (2 / (2 * (size + 2 * _MARGIN) - _TAPS + 1)) - 1


def _filters(images: Tensor) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
    """Reflecting the border and upsampling by two, where the filter is complete; and downsampling by two."""
    height, width = images.shape[2:]
    taps = images.new_tensor(SYM6)
    if max(height, width) > _DENSE:
        edge = (_MARGIN,) * 4
        return (
            lambda x: upfirdn2d(F.pad(x, edge, mode="reflect"), taps, up=2, padding=(1, 0), gain=2),
            lambda x: upfirdn2d(x, taps.flip(0), down=2, gain=0.5),
        )
    up = [_refining(size, taps) for size in (height, width)]
    down = [_coarsening(size, taps) for size in (height, width)]
    return lambda x: up[0] @ x @ up[1].mT, lambda x: down[0] @ x @ down[1].mT


def _refining(size: int, taps: Tensor) -> Tensor:
    """The matrix that reflects the border of a line of pixels and upsamples it by two."""
    lines = F.pad(torch.eye(size).to(taps)[:, None], (_MARGIN, _MARGIN), mode="reflect")
    fine = F.conv_transpose1d(lines, taps.view(1, 1, -1) * 2**0.5, stride=2, padding=_TAPS - 2)
    return fine[:, 0].mT.contiguous()


def _coarsening(size: int, taps: Tensor) -> Tensor:
    """The matrix that downsamples a line to ``size`` pixels."""
    lines = torch.eye(2 * size + _TAPS - 2).to(taps)[:, None]
    return F.conv1d(lines, taps.view(1, 1, -1) / 2**0.5, stride=2)[:, 0].mT.contiguous()


def sample(images: Tensor, grid: Tensor) -> Tensor:
    """Look up images bilinearly at a grid that needs no gradient: ``grid_sample``, differentiable twice.

    PyTorch before 2.13 has no derivative of the derivative. Looking up is linear in the images, so its
    derivative is its adjoint, and the adjoint's derivative is looking up again.
    """
    y: Tensor = _Sample.apply(images, grid)  # type: ignore[no-untyped-call]
    return y


class _Sample(Function):
    @staticmethod
    def forward(ctx: Any, images: Tensor, grid: Tensor) -> Tensor:
        ctx.save_for_backward(grid)
        ctx.size = images.shape
        return F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=True)

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Any:
        (grid,) = ctx.saved_tensors
        return _Spread.apply(dy, grid, ctx.size), None  # type: ignore[no-untyped-call]


class _Spread(Function):
    """The adjoint of looking up: add each value to the pixels that it was mixed from."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, grid: Tensor, size: torch.Size) -> Tensor:
        ctx.save_for_backward(grid)
        images = values.new_empty(1).expand(size)  # its values don't matter, only its shape
        bilinear, border, aligned = 0, 1, True
        wanted = True, False  # the images' gradient, the grid's
        dx: Tensor = torch.ops.aten.grid_sampler_2d_backward(
            values.contiguous(), images, grid, bilinear, border, aligned, wanted
        )[0]
        return dx

    @staticmethod
    def backward(ctx: Any, ddx: Tensor) -> Any:
        (grid,) = ctx.saved_tensors
        return _Sample.apply(ddx, grid), None, None  # type: ignore[no-untyped-call]
