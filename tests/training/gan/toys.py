"""Trainings so small that they take milliseconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from large_gui.training.gan.images import TrainingImages
from large_gui.training.gan.settings import GanTraining
from large_gui.training.gan.trainer import GanTrainer

TOY = GanTraining(
    size=8, thousands=1, batch=4, channel_base=64, channel_max=8, z_dim=8, w_dim=8, mapping_layers=2,
    ada_thousands=1.0, snapshot_thousands=1,
)  # fmt: skip


def toy_images(count: int = 24, classes: int = 0) -> TrainingImages:
    """Images of 8 pixels a side, dark on the left and light on the right to different degrees."""
    rng = np.random.default_rng(0)
    slope = np.linspace(0, 1, 8)[None, None, None] * rng.uniform(100, 250, (count, 3, 1, 1))
    pixels = np.broadcast_to(slope, (count, 3, 8, 8)).astype(np.uint8)
    labels = [i % classes for i in range(count)] if classes else None
    return TrainingImages(pixels, labels, mirror=True, seed=0)


def toy_trainer(classes: int = 0, **changed: Any) -> GanTrainer:
    """A trainer of `TOY` with some settings changed."""
    return GanTrainer(replace(TOY, **changed), toy_images(classes=classes))
