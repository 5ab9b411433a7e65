"""Frozen feature extractors F of HSR: an image in, the feature maps of its stages out."""

from __future__ import annotations

from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.core.words import printable
from large_gui.errors import InputError
from large_gui.models.kinds.backbone import BackboneModel
from large_gui.models.kinds.image_features import FeaturesModel
from large_gui.models.library import open_model
from large_gui.nets.backbones.timm_features import TimmConfig
from large_gui.nets.efficientnet import EfficientNetLite0, as_efficientnet_reads
from large_gui.nets.pixels import normalised
from large_gui.nets.pooled_features import DEPTHS, PooledFeatures
from large_gui.training.gan.hsr.options import GROUPS, HsrOptions, embedded_size

STRIDES = tuple(sorted(GROUPS["all"]))
_LITE0_TAPS = {2: 4, 4: 8, 10: 16, 15: 32}  # index of the last block of each stride -> the stride


class Extractor(nn.Module):
    """Images ``(B, 3, H, W)`` in -1..1 -> feature maps by the divisor of `size` that their level stands for.

    It is frozen: always in evaluation mode, no parameter takes a gradient. The gradient flows to the images.

    Attributes
    ----------
    size
        r, the side to which images are scaled for it.
    channels
        Channels of the map of each divisor of r: 4, 8, 16, 32.
    """

    size: int
    channels: dict[int, int]

    def freeze(self) -> Self:
        """Set evaluation mode and turn the gradients of all parameters off."""
        return self.eval().requires_grad_(False)

    def scaled(self, images: Tensor) -> Tensor:
        """The images at the side `size`: the mean of pixels where they shrink, bilinear where they grow."""
        side = images.shape[-1]
        if side == self.size:
            return images
        if side % self.size == 0:
            return F.avg_pool2d(images, side // self.size)
        shrinks = side > self.size
        return F.interpolate(
            images, (self.size, self.size), mode="bilinear", align_corners=False, antialias=shrinks
        )


class EfficientNetStages(Extractor):
    """The program's own backbone, EfficientNet-Lite0, at strides 4, 8, 16 and 32.

    Parameters
    ----------
    backbone
        Its norms may be folded.
    size
        A multiple of 32.

    Raises
    ------
    InputError
        When the size is no multiple of 32.
    """

    def __init__(self, backbone: EfficientNetLite0, size: int) -> None:
        super().__init__()
        if size < 32 or size % 32:
            raise InputError(
                f"The extractor can't read images of {size} pixels.",
                hint="Take a multiple of 32, at least 32.",
            )
        self.backbone, self.size = backbone, size
        self.channels = {stride: DEPTHS[block] for block, stride in _LITE0_TAPS.items()}
        self.freeze()

    def forward(self, images: Tensor) -> dict[int, Tensor]:
        """Maps ``(B, C, r/stride, r/stride)`` by stride."""
        pixels = as_efficientnet_reads(self.scaled(images))
        return dict(zip(_LITE0_TAPS.values(), self.backbone.maps(pixels, _LITE0_TAPS), strict=True))


class TimmStages(Extractor):
    """Stages of a network of timm: a CNN's at strides 4 to 32, a transformer's tokens at four depths as maps.

    A transformer keeps one side through all its depth; the blocks at 1/4, 2/4, 3/4 and 4/4 of it stand for
    the divisors 4, 8, 16 and 32. Its last normalisation is applied to the tokens of each of them, as DINO
    does where it gives them.

    Parameters
    ----------
    backbone
        Made by timm, with its weights.

    Raises
    ------
    InputError
        When timm gives no stages of it, or it can't read images of that size.
    """

    def __init__(self, backbone: Any, config: TimmConfig, size: int = 0) -> None:
        super().__init__()
        self.backbone, self.config, self.size = backbone, config, size or config.size
        self.freeze()
        self.taps, self.flat = self._taps()
        try:
            with torch.no_grad():
                found = self(torch.zeros(1, 3, self.size, self.size))
        except (AssertionError, RuntimeError) as error:
            raise InputError(
                f"{printable(config.architecture)} can't read images of {self.size} pixels.",
                hint=f"It was added for images of {config.size} pixels. Leave the size out.",
                detail=repr(error),
            ) from error
        self.channels = {stride: maps.shape[1] for stride, maps in found.items()}

    def forward(self, images: Tensor) -> dict[int, Tensor]:
        """Maps ``(B, C, side, side)`` by the divisor that they stand for."""
        x = normalised(self.scaled(images), self.config.mean, self.config.deviation)
        maps = self.backbone.forward_intermediates(
            x, indices=list(self.taps.values()), norm=self.flat, intermediates_only=True, output_fmt="NCHW"
        )
        return dict(zip(self.taps, maps, strict=True))

    def _taps(self) -> tuple[dict[int, int], bool]:
        """The index of the stage that stands for each divisor of r, and whether all stages have one side."""
        about = getattr(self.backbone, "feature_info", None)
        if not about or not hasattr(self.backbone, "forward_intermediates"):
            raise InputError(
                f"timm gives no feature maps of {printable(self.config.architecture)}.",
                hint="Take a network that has stages, such as a ResNet, a ConvNeXt or a ViT.",
            )
        reductions = [int(stage["reduction"]) for stage in about]
        if len(set(reductions)) > 1:
            last = {stride: stage for stage, stride in enumerate(reductions)}
            return {stride: last[stride] for stride in STRIDES if stride in last}, False
        ends = [len(reductions) * quarter // len(STRIDES) for quarter in range(1, len(STRIDES) + 1)]
        taps = {end: stride for end, stride in zip(ends, STRIDES, strict=True) if end}
        return {
            stride: end - 1 for end, stride in taps.items()
        }, True  # fewer if it has less than four blocks


def open_extractor(options: HsrOptions, resolution: int) -> Extractor:
    """The extractor that the options name, on the CPU.

    Parameters
    ----------
    resolution
        Side of the generated images.

    Raises
    ------
    InputError
        When there is no such model, it has no stages, or it can't read images of that size.
    ModelFileError
        When its file is missing or damaged.
    """
    model = open_model(options.extractor)
    if isinstance(model, FeaturesModel):
        pooled = model.network()
        assert isinstance(pooled, PooledFeatures)
        return EfficientNetStages(pooled.backbone, embedded_size(resolution, options.extractor_size))
    if isinstance(model, BackboneModel):
        features: Any = model.network()
        return TimmStages(features.backbone, features.config, options.extractor_size)
    raise InputError(
        f"The model {options.extractor!r} has no feature extractor for HSR.",
        hint="Take `features`, or a network of timm that was added with `model add-backbone`.",
    )
