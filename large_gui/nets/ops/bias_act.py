"""The operator ``bias_act``: bias, leaky ReLU, gain and clamp, with which most layers end."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.nets.ops import native


def bias_act(
    x: Tensor,
    bias: Tensor | None = None,
    *,
    slope: float = 0.2,
    gain: float = 2**0.5,
    clamp: float | None = None,
) -> Tensor:
    """Add a bias to each channel, apply a leaky ReLU, multiply, clamp.

    It can be differentiated any number of times. On a GPU, float32, float16 and bfloat16 use our own kernel.

    Parameters
    ----------
    x
        ``(B, C, ...)``; it is never changed.
    bias
        ``(C,)``.
    slope
        Slope of the leaky ReLU below zero, 0 or more; 1 means linear.
    gain
        Factor after the activation, above 0; the default keeps the variance.
    clamp
        Bound of the magnitude, or ``None`` for no bound.

    Returns
    -------
    A tensor with the shape, type and memory format of ``x``.

    Raises
    ------
    ValueError
        When a shape, slope or gain is not possible.

    References
    ----------
    Karras et al. 2020, arXiv:1912.04958; the clamp: Karras et al. 2020, arXiv:2006.06676.
    """
    if x.ndim < 2 or (bias is not None and bias.shape != x.shape[1:2]):
        shapes = f"{tuple(x.shape)} and {None if bias is None else tuple(bias.shape)}"
        raise ValueError(f"bias_act takes (B, C, ...) and (C,), not {shapes}.")
    if slope < 0 or gain <= 0:
        raise ValueError(f"bias_act takes a slope from 0 on and a gain above 0, not {slope} and {gain}.")
    bias = None if bias is None else bias.to(x)
    if native.takes(x):
        bound = math.inf if clamp is None else clamp
        y: Tensor = _BiasAct.apply(x, bias, slope, gain, bound)  # type: ignore[no-untyped-call]
        return y
    return _reference(x, bias, slope, gain, clamp)


class _BiasAct(torch.autograd.Function):
    """Calls the kernel. The gradient needs only the output, whose sign is that of the activation."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, bias: Tensor | None, slope: float, gain: float, clamp: float) -> Tensor:
        x, channels_last = native.dense(x)
        bias = None if bias is None else bias.contiguous()
        y = torch.empty_like(x)
        native.launch(
            "large_gui_bias_act", x.device, x.data_ptr(), None if bias is None else bias.data_ptr(),
            y.data_ptr(), native.type_code(x), x.numel(), x.shape[1],
            1 if channels_last else x.shape[2:].numel(), slope, gain, clamp,
        )  # fmt: skip
        ctx.save_for_backward(y)
        ctx.settings = slope, gain, clamp
        return y

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Any:
        (y,) = ctx.saved_tensors
        dx = _BiasActGradient.apply(dy, y, *ctx.settings)  # type: ignore[no-untyped-call]
        dbias = dx.sum([i for i in range(dx.ndim) if i != 1]) if ctx.needs_input_grad[1] else None
        return dx, dbias, None, None, None


class _BiasActGradient(torch.autograd.Function):
    """Multiplies dy by the slope at each element, which is constant almost everywhere: linear in dy."""

    @staticmethod
    def forward(ctx: Any, dy: Tensor, y: Tensor, slope: float, gain: float, clamp: float) -> Tensor:
        memory_format = torch.channels_last if native.dense(y)[1] else torch.contiguous_format
        dy = dy.contiguous(memory_format=memory_format)
        dx = torch.empty_like(y)
        native.launch(
            "large_gui_bias_act_gradient", y.device, dy.data_ptr(), y.data_ptr(), dx.data_ptr(),
            native.type_code(y), y.numel(), slope, gain, clamp,
        )  # fmt: skip
        ctx.save_for_backward(y)
        ctx.settings = slope, gain, clamp
        return dx

    @staticmethod
    def backward(ctx: Any, ddx: Tensor) -> Any:
        (y,) = ctx.saved_tensors
        ddy = _BiasActGradient.apply(ddx, y, *ctx.settings)  # type: ignore[no-untyped-call]
        return ddy, None, None, None, None


def _reference(x: Tensor, bias: Tensor | None, slope: float, gain: float, clamp: float | None) -> Tensor:
    """Do the same with PyTorch, with the gain before the activation, which saves half of the time.

    The result is the same because the gain is positive.
    """
    shift = None if bias is None else bias.view(-1, *[1] * (x.ndim - 2)) * gain
    y = x * gain if shift is None else torch.add(shift, x, alpha=gain)
    if slope != 1:
        y = F.leaky_relu_(y, slope)  # y is new, so it may be changed
    if clamp is None:
        return y
    return y.clamp(-clamp, clamp) if y.requires_grad else y.clamp_(-clamp, clamp)  # autograd keeps y
