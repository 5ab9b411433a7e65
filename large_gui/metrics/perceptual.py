"""How different two pictures look: the distance of a network's feature maps.

LPIPS (Zhang et al. 2018, arXiv:1801.03924, Eq. 1): maps of several layers are scaled to length 1 at each
place, subtracted, squared, weighted by channel, averaged over the picture and summed over layers.
`large_gui.metrics.lpips` has the learned weights and VGG-16. `EfficientNetDistance` has weight 1 everywhere,
as the paper's distances of networks that were not adjusted, and is no LPIPS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, Self

import torch
from torch import Tensor, nn

from large_gui.metrics.feature_network import efficientnet, resized
from large_gui.nets.efficientnet import EfficientNetLite0, as_efficientnet_reads

LARGEST, SMALLEST = 256, 64  # pixels a side; Karras et al. 2019 shrink to 256 too
_TAPS = (2, 4, 10)  # last blocks of EfficientNet-Lite0 at strides 4, 8, 16: 24, 40, 112 channels
_TINY = 1e-10


class PerceptualDistance(Protocol):
    """A distance of pictures.

    Attributes
    ----------
    name
        What figures made with it are called after.
    """

    name: str

    def __call__(self, one: Tensor, other: Tensor) -> Tensor:
        """Distances ``(B,)`` of images ``(B, 3, S, S)`` in -1..1."""

    def to(self, *target: Any, **options: Any) -> Self:
        """The distance on another device, or in another precision."""


class EfficientNetDistance(nn.Module):
    """The distance of EfficientNet-Lite0's maps at strides 4, 8 and 16, all channels alike."""

    name = "EfficientNet-Lite0, strides 4 to 16"

    def __init__(self, backbone: EfficientNetLite0) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        """Distances ``(B,)`` of images ``(B, 3, S, S)`` in -1..1."""
        maps = [
            list(self.backbone.maps(as_efficientnet_reads(fitted(images)), _TAPS)) for images in (one, other)
        ]
        return sum_of_layers(*maps)


def default_distance() -> EfficientNetDistance:
    """The distance whose network comes with the program, on the CPU."""
    return EfficientNetDistance(efficientnet()).eval().requires_grad_(False)


def fitted(images: Tensor) -> Tensor:
    """Images of at most `LARGEST` and at least `SMALLEST` pixels a side."""
    return resized(images, min(max(images.shape[-1], SMALLEST), LARGEST))


def sum_of_layers(
    one: Sequence[Tensor], other: Sequence[Tensor], weights: Sequence[Tensor] | None = None
) -> Tensor:
    """Distances ``(B,)`` of maps ``(B, C, H, W)`` of each layer, with weights ``(C,)`` or weight 1."""
    layers: list[Tensor] = []
    for i, (x, y) in enumerate(zip(one, other, strict=True)):
        squares = (_unit(x) - _unit(y)).square()
        if weights is not None:
            squares = squares * weights[i].view(1, -1, 1, 1)
        layers.append(squares.sum(1).mean((1, 2)))
    return torch.stack(layers).sum(0)


def _unit(maps: Tensor) -> Tensor:
    return maps / (maps.square().sum(1, keepdim=True).sqrt() + _TINY)


class VggMaps(nn.Module):
    """VGG-16's maps behind the last ReLU of each of its five stages (Simonyan & Zisserman 2014).

    Parameters
    ----------
    stages
        Weight ``(O, I, 3, 3)`` and bias ``(O,)`` of the convolutions of each stage.
    """

    def __init__(self, stages: Sequence[Sequence[tuple[Tensor, Tensor]]]) -> None:
        super().__init__()
        self.stages = nn.ModuleList(nn.ModuleList(_convolution(w, b) for w, b in stage) for stage in stages)

    def forward(self, x: Tensor) -> Iterator[Tensor]:
        for number, stage in enumerate(self.stages):
            if number:
                x = nn.functional.max_pool2d(x, 2)
            assert isinstance(stage, nn.ModuleList)
            for convolution in stage:
                x = convolution(x).relu()
            yield x


def _convolution(weight: Tensor, bias: Tensor) -> nn.Conv2d:
    layer = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer
