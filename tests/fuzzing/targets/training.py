"""Folders of trainings."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch

from large_gui.core.choices import Crop
from large_gui.core.reporter import SilentReporter
from large_gui.project.images.manifest import Failure
from large_gui.tasks.training.prepared import PreparedImages, Source, open_array, read_list, write_list
from large_gui.tasks.training.run_file import (
    HsrOptions,
    Settings,
    check_possible,
    new_form,
    preset,
    write_form,
)
from large_gui.tasks.training.runs import read_run, runs
from large_gui.training.checkpoint import load_run, save_run
from large_gui.training.gan.record import append, cut_after, read_lines, write_best
from tests.fuzzing.targets.target import Target, tried

_FILES = ("run.json", "log.jsonl", "best.json", "images.json", "images.npy", "checkpoint.pt")
_NAMES = tuple(f"training/mine/{name}" for name in _FILES)


def _write_run(home: Path, number: int) -> None:
    run = home / "training/mine"
    run.mkdir(parents=True)
    settings = Settings(preset("small", 16), HsrOptions() if number else None)
    write_form(run, new_form("mine", Path("/photos"), settings, 2))
    for images in (0, 1000, 2000):
        append(run, {"images": images, "loss_g": 0.5, "loss_d": None, "rate": 10.0, "metric_name": "KID"})
    write_best(run, 1000, 0.5, "KID")
    images = PreparedImages(
        Path("/photos"),
        16,
        Crop.SQUARE,
        "folders",
        ("a", "b"),
        ["a/1.jpg", "b/2.jpg"],
        [0, 1],
        [Failure("c.jpg", "it is empty")],
        {"a/1.jpg": Source(10, 20, "0" * 64)},
    )
    write_list(run, images)
    np.save(run / "images.npy", np.zeros((2, 3, 16, 16), np.uint8))
    save_run(run / "checkpoint.pt", 5, {"part": torch.nn.Linear(2, 2)}, "cpu")


def _read_run(home: Path) -> None:
    os.environ["LARGE_GUI_HOME"] = str(home)
    run = home / "training/mine"
    runs()
    read = read_run(run)
    _ = read.seconds_left, read.seen, read.total
    if read.settings is not None:
        tried(check_possible, read.settings)
    tried(read_lines, run)
    tried(cut_after, run, 1000)
    images = tried(read_list, run)
    if images is not None:
        tried(open_array, run, images)
        images.changes(["a/1.jpg"], home)
    part = torch.nn.Linear(2, 2)
    tried(load_run, run / "checkpoint.pt", {"part": part}, "cpu", SilentReporter())


def _write_checkpoint(folder: Path, _number: int) -> None:
    _write_run(folder, 0)
    for name in _FILES[:-1]:
        (folder / "training/mine" / name).unlink()


TARGETS = (
    Target("runs", _NAMES, _write_run, _read_run, 2),
    Target("checkpoints", _NAMES, _write_checkpoint, _read_run),
)
