"""Sizes and lengths that fit a generator: what an encoder reads, and how long it is trained."""

from __future__ import annotations

from dataclasses import dataclass

from large_gui.nets.encoders.lite import LiteEncoderConfig
from large_gui.training.inversion.settings import InversionTraining

MINUTES = 22.0  # that training may take by default: with loading and measuring it is no more than 25
_LEAST, _MOST = 32, 128  # pixels a side that an encoder reads
_SEEN = 128  # pixels a side that its backbone sees at least: it ranks better than with 64 in the same time
_FEATURES = 64  # least side at which the perceptual distance sees images
_STEPS = {64: 2500, 128: 4000}  # by the largest side they are for
_MOST_STEPS = 5000


@dataclass(frozen=True)
class InversionPlan:
    """How the encoder of a generator is built and trained.

    Attributes
    ----------
    encoder
        How it reads images: whole, at one scale.
    features
        Side at which the perceptual distance sees images.
    """

    encoder: LiteEncoderConfig
    features: int
    training: InversionTraining


def planned(side: int, steps: int = 0) -> InversionPlan:
    """The plan for a generator of images of a side in pixels.

    Parameters
    ----------
    steps
        Steps to train; 0 for those that fit the side.
    """
    reads = min(max(side, _LEAST), _MOST)
    seen = min(max(side, _FEATURES), _MOST)
    fitting = next((n for largest, n in _STEPS.items() if side <= largest), _MOST_STEPS)
    config = LiteEncoderConfig(reads, reads, _SEEN // reads, (1.0,))
    return InversionPlan(config, seen, InversionTraining(steps or fitting))
