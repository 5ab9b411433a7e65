"""StyleGAN2's residual discriminator: Karras et al. 2020 (arXiv:1912.04958), with ADA's clamp and classes.

Written from the papers; the resolution and the widths are those of the generator's `StyleGAN2Config`.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.nets.fully_connected import FullyConnected
from large_gui.nets.ops import bias_act, upfirdn2d
from large_gui.nets.stylegan2 import StyleGAN2Config

_GROUP = 4  # images that one minibatch standard deviation is taken over
_RESIDUAL = math.sqrt(0.5)  # keeps the variance of a sum of two branches


class EqualConv(nn.Module):
    """Convolution with equalised learning rate, filtered downsampling, bias, leaky ReLU and clamp."""

    taps: Tensor

    def __init__(
        self, in_channels: int, out_channels: int, kernel: int, *, down: bool = False, plain: bool = False,
        clamp: float | None = None, gain: float = 1.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.down, self.plain, self.clamp, self.gain = down, plain, clamp, gain
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel, kernel))
        self.bias = None if plain else nn.Parameter(torch.zeros(out_channels))
        self.weight_gain = 1 / math.sqrt(in_channels * kernel**2)
        self.register_buffer("taps", torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        weight = (self.weight * self.weight_gain).to(x.dtype)
        kernel = weight.shape[-1]
        if not self.down:
            x = F.conv2d(x, weight, padding=kernel // 2)
        elif kernel == 1:  # filter and drop samples first, which is a quarter of the work
            x = F.conv2d(upfirdn2d(x, self.taps, down=2, padding=(1, 1)), weight)
        else:
            x = F.conv2d(upfirdn2d(x, self.taps, padding=(2, 2)), weight, stride=2)
        if self.bias is None:
            return x * self.gain
        clamp = None if self.clamp is None else self.clamp * self.gain
        return bias_act(x, self.bias, gain=math.sqrt(2) * self.gain, clamp=clamp)


class DiscriminatorBlock(nn.Module):
    """Two convolutions, of which the second halves the resolution, and a shortcut past them."""

    def __init__(self, in_channels: int, out_channels: int, clamp: float | None) -> None:
        super().__init__()
        self.conv0 = EqualConv(in_channels, in_channels, 3, clamp=clamp)
        self.conv1 = EqualConv(in_channels, out_channels, 3, down=True, clamp=clamp, gain=_RESIDUAL)
        self.skip = EqualConv(in_channels, out_channels, 1, down=True, plain=True, gain=_RESIDUAL)

    def forward(self, x: Tensor) -> Tensor:
        shortcut = self.skip(x)
        y: Tensor = shortcut + self.conv1(self.conv0(x))
        return y


class Discriminator(nn.Module):
    """Images ``(B, C, R, R)`` and labels ``(B, K)`` -> logits ``(B,)``, high for real images."""

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        widths = config.channels[::-1]  # from the full resolution down to 4 pixels
        self.config = config
        self.from_rgb = EqualConv(config.image_channels, widths[0], 1, clamp=config.clamp)
        pairs = pairwise(widths)
        self.blocks = nn.ModuleList(DiscriminatorBlock(a, b, config.clamp) for a, b in pairs)
        last = widths[-1]
        self.conv = EqualConv(last + 1, last, 3, clamp=config.clamp)
        self.hidden = FullyConnected(last * 16, last)
        self.out = FullyConnected(last, config.w_dim if config.classes else 1)
        if config.classes:  # a class takes part as a projection (ADA, appendix C; Miyato & Koyama 2018)
            self.embed = FullyConnected(config.classes, config.w_dim)

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        x: Tensor = self.from_rgb(_precise(images, half=self.config.fp16_resolutions > 0))
        for level, block in enumerate(self.blocks):
            x = block(_precise(x, half=level < self.config.fp16_resolutions))
        x = self.conv(with_minibatch_deviation(_precise(x, half=False)))
        x = self.out(bias_act(self.hidden(x.flatten(1))))
        if labels is None:
            return x.mean(1)
        projection: Tensor = self.embed(labels)
        projection = projection * torch.rsqrt(projection.square().mean(1, keepdim=True) + 1e-8)
        return (x * projection).sum(1) / math.sqrt(x.shape[1])


def _precise(x: Tensor, *, half: bool) -> Tensor:
    """``x`` in half precision with channels last if ``half`` and on a GPU, else not in half precision."""
    if half and x.is_cuda:
        return x.to(torch.float16, memory_format=torch.channels_last)
    return x.float() if x.dtype == torch.float16 else x


def with_minibatch_deviation(x: Tensor, group: int = _GROUP) -> Tensor:
    """Add a channel with the mean standard deviation over a group of images (Karras et al. 2018, section 3).

    ``(B, C, H, W)`` -> ``(B, C + 1, H, W)``. The groups are as large as divides the batch, and at most
    ``group``; the images of a group are those whose places in the batch agree modulo the number of groups.
    """
    size = next(n for n in range(min(group, len(x)), 0, -1) if len(x) % n == 0)
    grouped = x.reshape(size, -1, *x.shape[1:])  # (G, B / G, C, H, W)
    deviation = (grouped.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))  # (B / G,)
    channel = deviation.repeat(size)[:, None, None, None].expand(-1, 1, *x.shape[2:])
    return torch.cat([x, channel], 1)
