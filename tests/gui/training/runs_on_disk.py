"""Runs as they lie on the disk, written by what writes them, without any training."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from large_gui.core.choices import Crop
from large_gui.nets.checkpoints.own import write_generator
from large_gui.project.images.manifest import Failure
from large_gui.tasks.training.prepared import PreparedImages, write_list
from large_gui.tasks.training.run_file import (
    GanTraining,
    HsrOptions,
    RunForm,
    Settings,
    training_folder,
    write_form,
)
from large_gui.training.gan import record
from large_gui.training.gan.snapshots import snapshot_file
from tests import small_models

COLOURS = {1: (200, 30, 30), 2: (30, 160, 60), 3: (30, 60, 200)}
FIGURE = "Fréchet distance (toy)"


def write_run(
    name: str, thousands: int = 3, *, total: int = 8, created: str = "2026-11-26T03:00:00+00:00",
    ended: str = "", hsr: bool = False, kept: tuple[int, ...] = (2, 3), images: Path = Path("/photos/red"),
) -> Path:  # fmt: skip
    """A run that was shown so many thousand images, with a sheet of one colour for each of them."""
    run = training_folder() / name
    for folder in (run, run / "sheets", run / "snapshots"):
        folder.mkdir(parents=True, exist_ok=True)
    gan = GanTraining(size=16, thousands=total, snapshot_thousands=1)
    settings = Settings(gan, HsrOptions() if hsr else None)
    write_form(run, RunForm(name, images, settings, 700, created, ended))
    left_out = [Failure("more/<b>broken</b>.jpg", "it is no image")]
    write_list(run, PreparedImages(images, 16, Crop.SQUARE, "", (), ["a.jpg"], [], left_out, {}))
    for n in range(1, thousands + 1):
        show_more(run, n, kept=n in kept)
    if thousands:
        record.write_best(run, 2000, 12.5, FIGURE)
    return run


def show_more(run: Path, n: int, *, kept: bool = True) -> None:
    """The n-th thousand images: a line of the log, a sheet, and a snapshot if it is kept."""
    record.append(run, {
        "images": 1000 * n, "seconds": 100.0 * n, "loss_g": 1.0 / n, "loss_d": 0.7, "r1": 0.1,
        "path_length": 0.2, "hsr": None, "p": 0.01 * n, "sign": 0.5, "rate": 10.0, "metric": 20.0 - n,
        "metric_name": FIGURE,
    })  # fmt: skip
    sheet = Image.new("RGB", (128, 64), COLOURS.get(n, (9, 9, 9)))
    sheet.save(run / "sheets" / f"{n:05d}.webp", lossless=True)
    if kept:
        config = GanTraining(size=16, channel_base=64, channel_max=8, z_dim=8, w_dim=8, mapping_layers=1)
        write_generator(small_models.generator(config.generator_config(), n), snapshot_file(run, 1000 * n))
