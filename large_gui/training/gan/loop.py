"""Run a GAN training in its folder: checkpoints, snapshots, sample sheets, log, best snapshot, early stop.

A run that was stopped or killed continues from its checkpoint exactly as if it had not been.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import Cancelled
from large_gui.files import written_whole
from large_gui.nets.checkpoints.own import write_generator
from large_gui.nets.stylegan2 import StyleGAN2
from large_gui.training.checkpoint import came_apart, load_run, save_run
from large_gui.training.gan import record
from large_gui.training.gan.distributed import TeamReporter
from large_gui.training.gan.sheet import sheet
from large_gui.training.gan.snapshots import SNAPSHOTS, snapshot_file, snapshots
from large_gui.training.gan.trainer import GanTrainer

CHECKPOINT, SHEETS = "checkpoint.pt", "sheets"
TICK = 1000  # images from one line of the log to the next
_CHECKPOINT_SECONDS = 120.0
_MEANS = ("loss_g", "loss_d", "r1", "path_length", "hsr", "sign")
_KEPT = 3  # newest snapshots that are kept beside the best


@dataclass(frozen=True)
class ShownMetric:
    """The figure that a snapshot is judged by; less is better.

    Attributes
    ----------
    name
        What it is, with the network that it was made with.
    measure
        Computes it for a generator.
    """

    name: str
    measure: Callable[[StyleGAN2], float]


class _Progress:
    """The time that a training took, and what the best snapshot was; saved with it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.best, self.best_at, self.worse = math.inf, 0, 0

    def state_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        vars(self).update(state)


def run_training(
    trainer: GanTrainer, folder: Path, metric: ShownMetric | None, reporter: Reporter, *, crop: str = ""
) -> None:
    """Train until all images were shown, or until no snapshot is better for a while.

    Of several processes that train together, the first alone measures and writes files.

    Parameters
    ----------
    metric
        The figure by which the best snapshot is found; without one the newest is the best. Of several
        processes only the first needs it.
    crop
        How the images were prepared, a value of `large_gui.core.choices.Crop`; snapshots say it.

    Raises
    ------
    LargeError
        When the losses are no numbers any more.
    """
    with TeamReporter(reporter, trainer.team) as together:
        _Run(trainer, folder, metric, together, crop).go()


class _Run:
    def __init__(
        self, trainer: GanTrainer, folder: Path, metric: ShownMetric | None, reporter: Reporter, crop: str
    ) -> None:
        self.trainer, self.folder, self.metric, self.reporter = trainer, folder, metric, reporter
        self.crop, self.writes = crop, trainer.team.first
        self.progress = _Progress()
        self.parts = {**trainer.parts(), "progress": self.progress}
        for name in (SNAPSHOTS, SHEETS):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def go(self) -> None:
        trainer, settings = self.trainer, self.trainer.settings
        load_run(self.folder / CHECKPOINT, self.parts, trainer.device, self.reporter)
        if self.writes:
            record.cut_after(self.folder, trainer.seen)
        total = settings.thousands * 1000
        saved_at = ticked_at = time.monotonic()
        ticked_seen = trainer.seen
        while trainer.seen < total and not self._given_up():
            before = time.monotonic()
            trainer.step()
            self.progress.seconds += time.monotonic() - before
            snapped = self._crossed(settings.snapshot_thousands * 1000) or trainer.seen >= total
            if snapped or self._crossed(TICK):
                now = time.monotonic()
                rate = (trainer.seen - ticked_seen) / max(now - ticked_at, 1e-9)
                self._tick(rate, snapped=snapped)
                ticked_at, ticked_seen = time.monotonic(), trainer.seen
            if snapped or time.monotonic() - saved_at > _CHECKPOINT_SECONDS:
                self._save()
                saved_at = time.monotonic()
            self.reporter.progress(
                min(trainer.seen, total), total, "Training the generator", unit=Unit.IMAGES,
                device=trainer.device.partition(":")[0], remark=self._remark(),
            )  # fmt: skip
            try:
                self.reporter.check_cancelled()
            except Cancelled:  # here between two steps; within one, half of a step would be saved
                self._save()
                raise

    def _crossed(self, interval: int) -> bool:
        """Whether the last step took the count of images over a multiple of the interval."""
        seen = self.trainer.seen
        return seen // interval > (seen - self.trainer.settings.batch) // interval

    def _given_up(self) -> bool:
        patience = self.trainer.settings.patience
        return patience > 0 and self.progress.worse >= patience

    def _remark(self) -> str:
        best = self.progress.best
        return f"best {best:.1f}" if math.isfinite(best) and self.metric else ""

    def _check_losses(self) -> None:
        if not self.trainer.means.finite:
            raise came_apart(
                f"{self.trainer.seen:,} images",
                ", or train anew with a smaller learning rate or a larger gamma",
            )

    def _tick(self, rate: float, *, snapped: bool) -> None:
        self._check_losses()
        means = self.trainer.means.take()
        figure = self._snapshot() if snapped else None
        if self.writes:
            record.append(self.folder, {
                "images": self.trainer.seen, "seconds": round(self.progress.seconds, 1),
                **{name: means.get(name) for name in _MEANS},
                "p": self.trainer.ada.p, "rate": round(rate, 2), "metric": figure,
                "metric_name": self.metric.name if self.metric and figure is not None else None,
            })  # fmt: skip

    def _snapshot(self) -> float | None:
        """Keep the averaged generator and a sheet of its images, and measure it."""
        generator, seen, progress = self.trainer.average, self.trainer.seen, self.progress
        figure = None
        if self.trainer.team.any(self.metric is not None):
            figure = self.trainer.team.told(self._measured)
        better = figure is None or figure < progress.best
        progress.worse = 0 if better else progress.worse + 1
        if better:
            progress.best, progress.best_at = figure if figure is not None else math.inf, seen
        if self.writes:
            file = snapshot_file(self.folder, seen)
            write_generator(generator, file, self.crop)
            with written_whole(self.folder / SHEETS / f"{file.stem}.webp") as temporary:
                sheet(generator).save(temporary, quality=90)
            if better:
                metric_name = "newest" if self.metric is None else self.metric.name
                record.write_best(self.folder, seen, figure, metric_name)
            self._drop_snapshots()
        return figure

    def _measured(self) -> float:
        assert self.metric is not None
        self.reporter.progress(0, 0, "Measuring the snapshot", device=self.trainer.device.partition(":")[0])
        devices = [self.trainer.device] if self.trainer.device.startswith("cuda") else []
        with torch.random.fork_rng(devices):  # measuring must not change what the training draws
            return self.metric.measure(self.trainer.average)

    def _drop_snapshots(self) -> None:
        """Keep the newest snapshots and the best, so that a run's files don't fill the disk."""
        best = snapshot_file(self.folder, self.progress.best_at)
        for old in snapshots(self.folder)[:-_KEPT]:
            if old != best:
                old.unlink()

    def _save(self) -> None:
        self._check_losses()  # the checkpoint before this one can still be gone on from
        if self.writes:
            save_run(self.folder / CHECKPOINT, self.trainer.seen, self.parts, self.trainer.device)
