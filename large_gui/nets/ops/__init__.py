"""Operators that the networks share: resampling by a filter, and bias with activation."""

from large_gui.nets.ops.bias_act import bias_act
from large_gui.nets.ops.upfirdn2d import upfirdn2d

__all__ = ["bias_act", "upfirdn2d"]
