"""Style-modulated convolution (Karras et al. 2020, arXiv:1912.04958, Eqs. 1 to 3)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.nets.ops import upfirdn2d

_EPSILON = 1e-8


def modulated_conv2d(
    x: Tensor, weight: Tensor, styles: Tensor, *, demodulate: bool = True, up_taps: Tensor | None = None
) -> Tensor:
    """Convolve each image with the weight whose input channels its style has scaled.

    Two forms give the same result: to scale the input channels and then the output channels of one shared
    convolution, or to make a weight for each image. The first is faster for a batch, the second for one
    image if its weight is smaller than its feature map.

    Parameters
    ----------
    x
        ``(B, I, H, W)``.
    weight
        ``(O, I, k, k)``.
    styles
        ``(B, I)``.
    demodulate
        Whether to bring every output channel back to unit expected length (Eq. 3).
    up_taps
        ``(n,)``, sum 1. If given, a transposed convolution doubles the resolution, and this filter follows.

    Returns
    -------
    ``(B, O, H, W)``, or ``(B, O, 2H, 2W)`` with ``up_taps``.
    """
    if x.dtype == torch.float16 and demodulate:  # neither factor changes the result, both keep it in range
        weight = weight / weight.abs().amax((1, 2, 3), keepdim=True) * weight[0].numel() ** -0.5
        styles = styles / styles.abs().amax(1, keepdim=True)
    if len(x) == 1 and weight.shape[2] > 1 and weight.numel() < x.numel():
        own = weight * styles[0, None, :, None, None]
        if demodulate:
            own = own * torch.rsqrt(own.square().sum((1, 2, 3), keepdim=True) + _EPSILON)
        return _convolve(x, own.to(x.dtype), up_taps)
    y = _convolve(x * styles.to(x.dtype)[:, :, None, None], weight.to(x.dtype), up_taps)
    if demodulate:
        power = weight.square().sum((2, 3))  # (O, I)
        scale = torch.rsqrt(styles.square() @ power.T + _EPSILON)
        y = y * scale.to(x.dtype)[:, :, None, None]
    return y


def _convolve(x: Tensor, weight: Tensor, up_taps: Tensor | None) -> Tensor:
    if up_taps is None:
        return F.conv2d(x, weight, padding=weight.shape[-1] // 2)
    y = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)  # (B, O, 2H + 1, 2W + 1)
    n = len(up_taps)
    return upfirdn2d(y, up_taps, padding=((n + 1) // 2 - 1, (n - 2) // 2), gain=4.0)
