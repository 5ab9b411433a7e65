"""Linear layer with equalised learning rate (Karras et al. 2018, arXiv:1710.10196, section 4.1)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class FullyConnected(nn.Module):
    """``(B, I)`` -> ``(B, O)``; weights are scaled by ``rate / sqrt(I)`` and biases by ``rate`` when used.

    Parameters
    ----------
    rate
        Learning-rate multiplier.
    bias
        Initial value of the scaled bias.
    """

    def __init__(self, in_features: int, out_features: int, *, rate: float = 1.0, bias: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / rate)
        self.bias = nn.Parameter(torch.full((out_features,), bias / rate))
        self.weight_gain, self.bias_gain = rate / math.sqrt(in_features), rate

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.weight_gain, self.bias * self.bias_gain)
