"""IR-SE, the residual network with squeeze-and-excitation in the encoders of pSp, e4e and ReStyle.

Deng et al. 2019 (ArcFace, arXiv:1801.07698), improved residual units; Hu et al. 2018
(arXiv:1709.01507), squeeze-and-excitation. Submodules are numbered as in the published checkpoints.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

STEM = 64  # channels
IR_SE_50 = (3, 4, 14, 3)  # units of each depth
DEPTHS = (64, 128, 256, 512)


class SqueezeExcitation(nn.Module):
    """Weighs every channel by a function of the means of all channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // 16, 1, bias=False)
        self.fc2 = nn.Conv2d(channels // 16, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        weights: Tensor = self.fc2(torch.relu(self.fc1(x.mean((2, 3), keepdim=True))))
        return x * torch.sigmoid(weights)


class Unit(nn.Module):
    """A residual unit: ``(B, I, H, W)`` -> ``(B, O, H / stride, W / stride)``."""

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(in_channels),
            nn.Conv2d(in_channels, channels, 3, padding=1, bias=False),
            nn.PReLU(channels),
            nn.Conv2d(channels, channels, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            SqueezeExcitation(channels),
        )
        self.shortcut_layer = (
            None
            if in_channels == channels
            else nn.Sequential(
                nn.Conv2d(in_channels, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        rest: Tensor = self.res_layer(x)
        if self.shortcut_layer is not None:
            return rest + self.shortcut_layer(x)  # type: ignore[no-any-return]
        return rest + x[:, :, :: self.stride, :: self.stride]


class IRSE(nn.Module):
    """The backbone: a stem at full size, then four groups that each halve it.

    Parameters
    ----------
    in_channels
        3, or 6 for ReStyle.
    units
        Units of each group; the second, third and fourth double the depth.
    """

    def __init__(self, in_channels: int = 3, units: Sequence[int] = IR_SE_50) -> None:
        super().__init__()
        self.input_layer = nn.Sequential(
            nn.Conv2d(in_channels, STEM, 3, padding=1, bias=False), nn.BatchNorm2d(STEM), nn.PReLU(STEM)
        )
        body, width = [], STEM
        for count, depth in zip(units, DEPTHS, strict=True):
            for i in range(count):
                body.append(Unit(width, depth, 2 if i == 0 else 1))
                width = depth
        self.body = nn.Sequential(*body)

    def taps(self, images: Tensor, after: Sequence[int]) -> list[Tensor]:
        """The feature maps after the units with these numbers."""
        found, x = [], self.input_layer(images)
        for i, unit in enumerate(self.body):
            x = unit(x)
            if i in after:
                found.append(x)
        return found

    def features(self, images: Tensor) -> Tensor:
        """The last feature map ``(B, 512, H / 16, W / 16)``."""
        last: Tensor = self.body(self.input_layer(images))
        return last
