"""The Hierarchical Semantic Regularizer: Karmali et al., ECCV 2022, section 3.2, Eq. 2.

Small predictors learn to tell, from the features of a generator's block, what a frozen network sees in the
image that the generator drew. The generator is trained to make that possible, and its latent space gets more
linear by it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.errors import InputError
from large_gui.training.gan.hsr.extractors import Extractor, open_extractor
from large_gui.training.gan.hsr.options import GROUPS, HsrOptions

_SLOPE = 0.2  # of the leaky ReLU: StyleGAN2's; the paper gives none


class Predictor(nn.Sequential):
    """q_i: features of a block ``(B, C, s, s)`` -> features of a stage ``(B, C', s, s)`` (section 4.1)."""

    def __init__(self, channels: int, hidden: int, out_channels: int) -> None:
        first, second = nn.Conv2d(channels, hidden, 1), nn.Conv2d(hidden, out_channels, 1)
        super().__init__(first, nn.LeakyReLU(_SLOPE, inplace=True), second)


class SemanticRegularizer(nn.Module):
    """The sum of Eq. 2 over the supervised levels; its parameters are those of the predictors alone.

    The generator's optimiser trains it. `HsrOptions.lazy_weight` is for the trainer to apply, not in here.
    The extractor is no part of its state dict either, so checkpoints stay small.

    Parameters
    ----------
    extractor
        F, frozen.
    channels
        Channels of the generator's block of each side.

    Attributes
    ----------
    levels
        Side of each supervised block -> the divisor of r that it stands for: low resolution and a deep stage
        first.
    missing
        Divisors of the group that are left out, as the generator has no block of their side, or the extractor
        no stage.

    Raises
    ------
    InputError
        When no level of the group has a block.
    """

    extractor: Extractor
    deviations: Tensor

    def __init__(self, extractor: Extractor, channels: Mapping[int, int], options: HsrOptions) -> None:
        super().__init__()
        self.__dict__["extractor"] = extractor  # not registered: neither trained nor saved
        self.options = options
        sides = {divisor: _nearest_side(extractor.size / divisor) for divisor in GROUPS[options.levels]}
        self.levels = {
            side: divisor
            for divisor, side in sides.items()
            if side in channels and divisor in extractor.channels
        }
        self.missing = tuple(divisor for divisor in sides if divisor not in self.levels.values())
        if not self.levels:
            raise InputError(
                f"HSR has no level {options.levels!r} for images of {max(channels)} pixels with an extractor"
                f" that sees {extractor.size}.",
                hint="Let the extractor see larger images, or take the levels `all`.",
            )
        self.predictors = nn.ModuleDict(
            {
                str(side): Predictor(channels[side], options.hidden, extractor.channels[divisor])
                for side, divisor in self.levels.items()
            }
        ).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.register_buffer("deviations", torch.ones(len(self.levels)))

    def forward(self, features: Mapping[int, Tensor], images: Tensor) -> Tensor:
        """The sum over levels of the mean distance between prediction and target; a scalar.

        Parameters
        ----------
        features
            Output of each of the generator's blocks ``(B, C, side, side)`` by its side.
        images
            What the generator drew with them ``(B, 3, R, R)``, nominally -1..1.
        """
        return torch.stack(list(self.terms(features, images).values())).sum()

    def terms(self, features: Mapping[int, Tensor], images: Tensor) -> dict[int, Tensor]:
        """The terms of the sum, by the side of the block."""
        targets = self.targets(images)
        return {
            side: self._distance(self._predicted(side, features[side]), targets[side]) for side in self.levels
        }

    def targets(self, images: Tensor) -> dict[int, Tensor]:
        """What the extractor sees in images: maps ``(B, C', side, side)`` by the side of the block."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.options.target_gradient):
            maps = self.extractor(images.float())
            return {
                side: _resized(maps[divisor].float(), side) / deviation
                for (side, divisor), deviation in zip(self.levels.items(), self.deviations, strict=True)
            }

    @torch.no_grad()
    def measure(self, images: Tensor) -> None:
        """Take the deviation of each stage on real images ``(N, 3, R, R)`` in -1..1 as its unit.

        It is the root of the variance of a channel about its mean over images and positions, averaged over
        channels. It is part of the state dict. Nothing is measured if the options say so.
        """
        if not self.options.standardise:
            return
        self.deviations.fill_(1)
        spread = [maps.var((0, 2, 3), correction=0).mean().sqrt() for maps in self.targets(images).values()]
        self.deviations.copy_(torch.stack(spread).clamp(min=1e-6))

    def _predicted(self, side: int, features: Tensor) -> Tensor:
        predictor: Any = self.predictors[str(side)]
        own = features.to(predictor[0].weight.dtype, memory_format=torch.channels_last)
        predicted: Tensor = predictor(own)
        return predicted.float()

    def _distance(self, predicted: Tensor, target: Tensor) -> Tensor:
        if self.options.distance == "cosine":
            return (2 - 2 * F.cosine_similarity(predicted, target, 1)).mean()
        return F.mse_loss(predicted, target)

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        """Move the extractor along, though it is no part of the module."""
        self.extractor._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return super()._apply(fn, recurse)  # type: ignore[no-untyped-call]


def semantic_regularizer(
    options: HsrOptions, channels: Mapping[int, int], reals: Tensor, device: str = "cpu"
) -> SemanticRegularizer:
    """The regularizer of a generator, its units measured on real images.

    Parameters
    ----------
    channels
        Channels of the generator's block of each side; the largest side is that of the images.
    reals
        Some real images ``(N, 3, R, R)`` in -1..1; 64 are enough. The same in every process of a training.

    Raises
    ------
    InputError
        When the extractor does not exist or can't serve here, or no level has a block.
    ModelFileError
        When its file is missing or damaged.
    """
    regularizer = SemanticRegularizer(open_extractor(options, max(channels)), channels, options).to(device)
    regularizer.measure(reals.to(device))
    return regularizer


def _nearest_side(side: float) -> int:
    """The power of two that is nearest on a logarithmic scale: the generator's sides are such."""
    return 1 << max(round(math.log2(side)), 0)


def _resized(maps: Tensor, side: int) -> Tensor:
    """Maps at the side of a block, where a stage has another: a ViT's tokens, or a size such as 224."""
    if maps.shape[-1] == side:
        return maps
    shrinks = maps.shape[-1] > side
    return F.interpolate(maps, (side, side), mode="bilinear", align_corners=False, antialias=shrinks)
