"""The operator ``upfirdn2d``, the resampling of StyleGAN2: insert zeros, pad, filter, drop samples."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.nets.ops import native

_FEW = 8  # channels; up to here a CPU filters 1.5 to 2.5 times faster with the channels last, copies included


def upfirdn2d(
    x: Tensor,
    kernel: Tensor,
    *,
    up: int = 1,
    down: int = 1,
    padding: tuple[int, int] = (0, 0),
    gain: float = 1.0,
) -> Tensor:
    """Insert zeros, pad, convolve and keep every ``down``-th sample, on both axes.

    It can be differentiated any number of times. On a GPU, float32, float16 and bfloat16 use our own kernel.

    Parameters
    ----------
    x
        ``(B, C, H, W)``.
    kernel
        ``(k, k)``, or ``(k,)``, which stands for its outer product with itself. The convolution is a true
        one, which flips the kernel.
    up
        Factor of the upsampling: ``up - 1`` zeros are inserted after every sample.
    down
        Factor of the downsampling: every ``down``-th sample is kept.
    padding
        How many zeros to add before and after each axis, once zeros are inserted; negative numbers crop.
    gain
        Factor of the kernel.

    Returns
    -------
    ``(B, C, H', W')`` in the memory format of ``x``, with
    ``H' = (H * up + before + after - k) // down + 1``.

    Raises
    ------
    ValueError
        When the shapes or factors are not possible.

    References
    ----------
    Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN", arXiv:1912.04958.
    """
    if x.ndim != 4 or kernel.ndim not in (1, 2) or kernel.shape[0] != kernel.shape[-1]:
        shapes = f"{tuple(x.shape)} and {tuple(kernel.shape)}"
        raise ValueError(f"upfirdn2d takes (B, C, H, W) and (k,) or (k, k), not {shapes}.")
    if up < 1 or down < 1:
        raise ValueError(f"upfirdn2d takes factors from 1 on, not {up} and {down}.")
    height, width = ((n * up + sum(padding) - kernel.shape[0]) // down + 1 for n in x.shape[2:])
    if min(height, width) < 1:
        raise ValueError(f"The padded image is smaller than the kernel: {tuple(x.shape)}, {padding}.")
    if native.takes(x, x.shape[0] * x.shape[1] * height * width) and not kernel.requires_grad:
        taps = kernel.to(x.device, torch.float32).contiguous()
        size = height, width
        y: Tensor = _Upfirdn2d.apply(x, taps, up, down, padding[0], size, gain, False)  # type: ignore[no-untyped-call]
        return y
    return _reference(x, kernel, up, down, padding, gain)


class _Upfirdn2d(torch.autograd.Function):
    """Calls the kernel. Its gradient is itself with ``up`` and ``down`` exchanged and the filter flipped."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, taps: Tensor, up: int, down: int, before: int, size: tuple[int, int],
        gain: float, flip: bool,
    ) -> Tensor:  # fmt: skip
        x, channels_last = native.dense(x)
        memory_format = torch.channels_last if channels_last else torch.contiguous_format
        y = torch.empty(*x.shape[:2], *size, dtype=x.dtype, device=x.device, memory_format=memory_format)
        native.launch(
            "large_gui_upfirdn2d", x.device, x.data_ptr(), y.data_ptr(), taps.data_ptr(), native.type_code(x),
            channels_last, taps.ndim == 1, flip, *x.shape, *size, len(taps), up, down, before, gain,
        )  # fmt: skip
        ctx.save_for_backward(taps)
        ctx.settings = down, up, len(taps) - 1 - before, tuple(x.shape[2:]), gain, not flip
        return y

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Any:
        (taps,) = ctx.saved_tensors
        dx = _Upfirdn2d.apply(dy, taps, *ctx.settings)  # type: ignore[no-untyped-call]
        return dx, *[None] * 7


def _reference(
    x: Tensor, kernel: Tensor, up: int, down: int, padding: tuple[int, int], gain: float
) -> Tensor:
    """Do the same with a depthwise convolution of PyTorch, faster on a CPU than one pass for each axis."""
    memory_format = torch.channels_last if native.dense(x)[1] else torch.contiguous_format
    if x.device.type == "cpu" and x.shape[1] <= _FEW:
        x = x.contiguous(memory_format=torch.channels_last)
    if kernel.ndim == 1:
        kernel = torch.outer(kernel, kernel)
    channels, k = x.shape[1], len(kernel)
    weight = (kernel * gain).to(x).expand(channels, 1, k, k)
    if up == 1:
        both = max(min(padding), 0)
        x = _padded(x, padding[0] - both, padding[1] - both)
        y = F.conv2d(x, weight.flip(2, 3), stride=down, padding=both, groups=channels)
    else:  # it does not compute with the inserted zeros; by itself it pads k - 1 and ends on a sample
        before, after = k - 1 - padding[0], k - up - padding[1]
        both = max(min(before, after), 0)
        y = F.conv_transpose2d(x, weight, stride=up, padding=both, groups=channels)
        y = _padded(y, both - before, both - after)[:, :, ::down, ::down]
    return y.contiguous(memory_format=memory_format)


def _padded(x: Tensor, before: int, after: int) -> Tensor:
    """Pad both axes with zeros, then crop them; a crop may reach into the added zeros."""
    if max(before, after) > 0:
        x = F.pad(x, (max(before, 0), max(after, 0)) * 2)
    top, bottom = max(-before, 0), max(-after, 0)
    return x[:, :, top : x.shape[2] - bottom, top : x.shape[3] - bottom]
