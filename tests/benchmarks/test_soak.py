"""Half an hour of the robot on 20,000 images: memory, warnings, and whether the projects say what was done.

``LARGE_SOAK_MINUTES`` and ``LARGE_SOAK_IMAGES`` are another time and number.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import qInstallMessageHandler
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from large_gui.models.library import open_model
from large_gui.project.codes.cache import Inverted
from large_gui.project.images.read import hash_file
from large_gui.service.log_file import WINDOW_LOG, WORKER_LOG
from large_gui.tasks.invert import open_cache
from tests.conftest import SAMPLES
from tests.gui.conftest import *  # noqa: F403 - the window and its fixtures
from tests.gui.document.robot import Robot

pytestmark = pytest.mark.benchmark
MINUTES = float(os.environ.get("LARGE_SOAK_MINUTES", "30"))
IMAGES = int(os.environ.get("LARGE_SOAK_IMAGES", "20000"))
_OFFSCREEN = "This plugin does not support"  # what a window lacks that no screen shows
AT_ONCE = 500  # images whose codes are written together


def known_folder(folder: Path, images: int, seed: int) -> Path:
    """A folder of images that differ in a comment at least; their codes, drawn at random, are cached."""
    folder.mkdir()
    model, chance = open_model("faces"), np.random.default_rng(seed)
    mean = chance.normal(0, 0.3, model.shape).astype(np.float32)
    samples = [path.read_bytes() for path in sorted(SAMPLES.glob("*.jpg"))]
    with open_cache() as cache:
        for start in range(0, images, AT_ONCE):
            files = [folder / f"{i:06d}.jpg" for i in range(start, min(start + AT_ONCE, images))]
            for i, file in enumerate(files, start):
                file.write_bytes(samples[i % len(samples)] + f"{seed} {i}".encode())
            shas = [hash_file(file) for file in files]
            codes = mean + chance.normal(0, 0.1, (len(files), *model.shape)).astype(np.float32)
            cache.put_many(model.key, {s: Inverted(c, 50.0) for s, c in zip(shas, codes)})
            stats = [file.stat() for file in files]
            told = zip(files, stats, shas)
            cache.remember_shas((str(f.resolve()), s.st_size, s.st_mtime_ns, sha) for f, s, sha in told)
    return folder


def memory(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1e3
    return 0.0


def test_half_an_hour(window: MainWindow, qtbot: QtBot, tmp_path: Path, home: Path) -> None:
    folders = [known_folder(tmp_path / "many", IMAGES, 1), known_folder(tmp_path / "few", 16, 2)]
    robot = Robot(window, qtbot, folders, tmp_path / "out.csv", seed=13)
    told: list[str] = []
    before = qInstallMessageHandler(lambda kind, context, text: _OFFSCREEN in text or told.append(text))
    window.document.open([folders[0]])
    robot.folder = str(folders[0])
    qtbot.waitUntil(lambda: window.document.session is not None and not window.document.session.unmeasured)
    began, minute, actions = time.monotonic(), 0, 0
    held: list[tuple[float, float]] = []  # by window and worker, once a minute
    print(f"\n{IMAGES:,} images; megabytes of window and worker")
    while (passed := (time.monotonic() - began) / 60) < MINUTES:
        robot.act()
        actions += 1
        if passed >= minute:
            worker = window.document.client.pid
            held.append((memory(os.getpid()), memory(worker) if worker else 0.0))
            print(f"minute {minute:3}: {held[-1][0]:6.0f} {held[-1][1]:6.0f}  after {actions:,} actions")
            minute += 1
    robot.check(home)
    qInstallMessageHandler(before)
    logs = [home / log for log in (WINDOW_LOG, WORKER_LOG)]
    told += [line for log in logs if log.exists() for line in log.read_text().splitlines()]
    print(f"{actions:,} actions, {robot.said:,} edits found in the projects, {len(told)} warnings")
    assert not told, told[:5]
    start = min(5, len(held) // 2)
    for name, column in (("window", 0), ("worker", 1)):
        first = statistics.median(pair[column] for pair in held[start : start + 3])
        last = statistics.median(pair[column] for pair in held[-3:])
        print(
            f"{name}: {first:.0f} MB after {start} minutes, {last:.0f} MB at the end: {last / first - 1:+.1%}"
        )
        assert last < 1.05 * first
