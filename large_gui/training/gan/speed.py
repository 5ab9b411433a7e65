"""Measure how fast a GAN training is on this machine, by some real steps of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch

from large_gui.core.reporter import Reporter
from large_gui.training.gan.trainer import GanTrainer

STEPS = 10
STRENGTH = 0.2  # of the augmentation
_PATIENCE = 60.0  # seconds after which the steps so far must do
_PERIOD = 64  # most steps over which the regularisers are spread


def images_a_second(
    trainer: GanTrainer, reporter: Reporter, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Make a step to warm up and up to ten that are measured; the trainer is of no use afterwards.

    A step with a regulariser takes longer than one without. Each kind of step counts as often as it comes in
    a long training, whichever of them were measured. Augmentation begins at a strength of 0, at which it
    costs nothing; it is measured at one that it soon has.
    """
    begun = trainer.ada.p
    if trainer.settings.augment:
        trainer.ada.p = STRENGTH
    try:
        return _measured(trainer, reporter, clock)
    finally:
        trainer.ada.p = begun


def _measured(trainer: GanTrainer, reporter: Reporter, clock: Callable[[], float]) -> float:
    kinds: dict[tuple[bool, bool, bool], list[float]] = {}
    trainer.step()
    trainer.step_number = 0
    _wait(trainer)
    began = clock()
    for step in range(STEPS):
        reporter.check_cancelled()
        reporter.progress(step, STEPS, "Measuring the speed", device=trainer.device.partition(":")[0])
        before = clock()
        trainer.step()
        _wait(trainer)
        kinds.setdefault(_kind(trainer, step), []).append(clock() - before)
        if clock() - began > _PATIENCE:
            break
    means = {kind: sum(times) / len(times) for kind, times in kinds.items()}
    slowest = max(means.values())
    settings = trainer.settings
    period = math.lcm(settings.r1_interval, settings.path_interval)
    steps = range(min(period, _PERIOD))
    seconds = sum(means.get(_kind(trainer, step), slowest) for step in steps) / len(steps)
    return settings.batch / seconds


def _wait(trainer: GanTrainer) -> None:
    """Wait until a GPU has done what it was told."""
    if trainer.device.startswith("cuda"):
        torch.cuda.synchronize(trainer.device)


def _kind(trainer: GanTrainer, step: int) -> tuple[bool, bool, bool]:
    """Which regularisers a step has: R1, path length, HSR."""
    settings, hsr = trainer.settings, trainer.hsr
    return (
        step % settings.r1_interval == 0,
        settings.path_weight > 0 and step % settings.path_interval == 0,
        hsr is not None and step % hsr.options.interval == 0,
    )
