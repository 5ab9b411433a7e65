"""Run a training of an encoder: how long it may be, checkpoints, and what the result is worth."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import Cancelled
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.nets.generator import Generator
from large_gui.nets.pixels import scaled
from large_gui.training.checkpoint import came_apart, load_run, save_run
from large_gui.training.generated import draw_codes
from large_gui.training.inversion.losses import FeatureDistance
from large_gui.training.inversion.trainer import InversionTrainer, resized

_CHECKPOINT_SECONDS = 120.0
_MEASURED = 4  # steps that the speed is measured on, after a first
_FEWEST_STEPS = 50
_AT_ONCE = 32  # images of a batch that is not trained on
_JUDGED = 256  # generated images that the result is measured on
_OWN_SEED = 1 << 20  # of those images; a step's seed is a pair of numbers, so they are others


def train_inversion(
    trainer: InversionTrainer, checkpoint: Path, reporter: Reporter, *,
    minutes: float = 0.0, say: Callable[[str], None] = lambda sentence: None,
    clock: Callable[[], float] = time.monotonic,
) -> LiteEncoder:  # fmt: skip
    """Train to the last step, continuing from ``checkpoint`` if there is one.

    A run that was stopped and continued ends exactly as one that was not. It is saved every two minutes, at
    its end, and when the person stops it.

    Parameters
    ----------
    minutes
        How long it may take; at a slower speed a new run has fewer steps than the settings say. 0 for any
        time.
    say
        Is called with how long it will take, before it starts.
    clock
        Seconds.

    Returns
    -------
    The encoder with averaged weights.

    Raises
    ------
    LargeError
        When the losses are no numbers any more.
    """
    parts, device = trainer.parts(), trainer.device
    load_run(checkpoint, parts, device, reporter)
    schedule = trainer.schedule
    if schedule.done < schedule.steps:
        reporter.progress(0, 0, "Measuring how long it will take")
        speed = _seconds_a_step(trainer, clock)
        if minutes and not schedule.done:
            schedule.steps = min(schedule.steps, max(_FEWEST_STEPS, int(minutes * 60 / speed)))
        left = schedule.steps - schedule.done
        say(f"{count(left, 'step')} to train, which takes {_duration(left * speed)}.")
    saved_at = clock()
    try:
        while schedule.done < schedule.steps:
            trainer.step()
            losses = trainer.losses
            if not all(np.isfinite(list(losses.values()))):
                raise came_apart(count(schedule.done, "step"))
            reporter.progress(
                schedule.done, schedule.steps, "Training the encoder",
                remark=f"reconstruction {losses['pixels']:.3f}, codes {losses['code']:.3f}",
            )  # fmt: skip
            if clock() - saved_at > _CHECKPOINT_SECONDS or schedule.done == schedule.steps:
                save_run(checkpoint, schedule.done, parts, device)
                saved_at = clock()
            reporter.check_cancelled()
    except Cancelled:
        save_run(checkpoint, schedule.done, parts, device)
        raise
    return trainer.result()


def _seconds_a_step(trainer: InversionTrainer, clock: Callable[[], float]) -> float:
    """How long a step takes; the trainer is afterwards as it was before."""
    parts = trainer.parts()
    before = {name: copy.deepcopy(part.state_dict()) for name, part in parts.items()}
    trainer.step()
    started = clock()
    for _ in range(_MEASURED):
        trainer.step()
    took = (clock() - started) / _MEASURED
    for name, part in parts.items():
        part.load_state_dict(before[name])
    return max(took, 1e-6)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return "less than a minute" if minutes < 1 else f"about {count(minutes, 'minute')}"


def inversion_figures(
    encoder: LiteEncoder, generator: Generator, perceptual: FeatureDistance, photographs: Tensor
) -> dict[str, float]:
    """What an encoder is worth, measured on photographs that it was not trained on and on generated images.

    Parameters
    ----------
    photographs
        uint8 ``(N, 3, S, S)``, of any side; they are compared at that of the generator's previews.

    Returns
    -------
    figures
        ``pixels_r2``: share of the photographs' variance, about their mean image, that reconstructions
        explain. ``perceptual``: their mean perceptual distance. ``code_r2``: share of the variance of codes
        that is explained on generated images.
    """
    device, side = generator.mean_latent.device, generator.preview_resolution
    encoder = encoder.to(device)
    mean = resized(scaled(photographs).mean(0, keepdim=True), side).to(device)
    errors, spreads, distances = [], [], []
    for batch in torch.split(photographs, _AT_ONCE):
        with torch.inference_mode():
            images = resized(scaled(batch).to(device), side)
            drawn = generator.preview(encoder.read(resized(images, encoder.aligned_size))).clamp(-1, 1)
            errors.append((drawn - images).square().mean((1, 2, 3)))
            spreads.append((mean - images).square().mean((1, 2, 3)))
            distances.append(perceptual(drawn, images).expand(len(batch)))
    codes = draw_codes(generator, _JUDGED, _OWN_SEED)
    with torch.inference_mode():
        found = torch.cat([
            encoder.read(resized(generator.preview(part).clamp(-1, 1), encoder.aligned_size))
            for part in torch.split(codes, _AT_ONCE)
        ])  # fmt: skip
        code_error = (found - codes).square().mean() / (codes - codes.mean(0)).square().mean()
    return {
        "pixels_r2": 1 - float(torch.cat(errors).sum() / torch.cat(spreads).sum()),
        "perceptual": float(torch.cat(distances).mean()),
        "code_r2": 1 - float(code_error),
    }
