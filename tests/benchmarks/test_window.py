"""The window at 100,000 images against bare Qt, in one run; figures are printed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QApplication, QListView
from pytestqt.qtbot import QtBot

from large_gui.gui.app import build
from large_gui.gui.image_grid import fast_icon_view
from large_gui.gui.window import MainWindow
from large_gui.project.store import ProjectStore
from large_gui.tasks.measure import Found, Measured
from large_gui.tasks.packs import ModelPack
from large_gui.tasks.session import Session
from tests.conftest import SAMPLES

pytestmark = pytest.mark.benchmark
MANY = 100_000

BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, QApplication.quit)
app = QApplication(sys.argv); window = Window(); window.resize(1280, 820); window.show(); app.exec()
"""
OURS = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from large_gui.gui import window
class Window(window.MainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, QApplication.quit)
from large_gui.gui import app
app.MainWindow = Window
application, shown = app.build(["large-gui"]); shown.show(); application.exec(); shown.close()
"""


def seconds(call: Callable[[], object], repeats: int = 5) -> float:
    """The best of several runs, each until everything is painted."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        QApplication.processEvents()
        times.append(time.perf_counter() - start)
    return min(times)


def linked_images(folder: Path, count: int) -> list[str]:
    """So many files that are really four."""
    sources = []
    for n, path in enumerate(sorted(SAMPLES.glob("*.jpg"))[:4]):
        source = folder.parent / f"source{n}.jpg"
        source.write_bytes(path.read_bytes())
        sources.append(source)
    folder.mkdir()
    names = [f"{i:06}.jpg" for i in range(count)]
    for i, name in enumerate(names):
        os.link(sources[i % 4], folder / name)
    return names


def show_folder(window: MainWindow, folder: Path, count: int) -> None:
    """Put a session of ``count`` measured images into the window, as if a job had brought it."""
    names = linked_images(folder, count)
    pack = ModelPack.named("faces")
    session = Session(Found(folder, names, []), list(pack.directions.values()), "faces")
    table = np.random.default_rng(0).normal(size=(count, len(pack.directions)))
    session.add(Measured(names, ["0"] * count, table, [50.0] * count, [()] * count))
    document = window.document
    document.pack, document.session = pack, session
    document.store = ProjectStore(folder.parent / "project.large")
    session.choose("age", {})


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def test_many_images(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_folder(window, tmp_path / "many", MANY)
    document, grid = window.document, window.images.grid
    bare, model = QListView(), QStringListModel()
    fast_icon_view(bare)
    bare.setGridSize(grid.gridSize())
    bare.resize(grid.size())
    bare.setModel(model)
    qtbot.addWidget(bare)
    bare.show()
    assert document.session is not None
    names = list(document.session.paths)
    bare_shown = seconds(lambda: model.setStringList(names))
    document.opened.emit()
    QApplication.processEvents()
    ours_shown = seconds(document.opened.emit)

    def bare_sort() -> None:
        model.layoutAboutToBeChanged.emit()
        model.layoutChanged.emit()

    bare_sorted = seconds(bare_sort)
    ours_sorted = seconds(document.flip, 6)

    steps = []
    bar = grid.verticalScrollBar()
    peak = 0
    for value in np.linspace(0, bar.maximum(), 600).astype(int):
        start = time.perf_counter()
        bar.setValue(int(value))
        grid.viewport().repaint()
        steps.append(time.perf_counter() - start)
        peak = max(peak, window.thumbnails.bytes)
        QApplication.processEvents()
    p95 = 1000 * float(np.percentile(steps, 95))

    to_line = {}
    for count in (10_000, MANY):
        session = document.session
        session.distances[count:] = np.nan
        document.opened.emit()
        times = []
        for i in range(2, 22):
            document.set_current(i)
            window.panel.entry.setText(str(i))
            start = time.perf_counter()
            window.panel._enter()
            QApplication.processEvents()
            times.append(time.perf_counter() - start)
        to_line[count] = 1000 * statistics.median(times)
        session.label(dict.fromkeys(names[:40]))
        document.choose_direction("yaw")
        document.choose_direction("age")
    with capsys.disabled():
        for what, ours, theirs in (
            ("shown", ours_shown, bare_shown),
            ("re-sorted", ours_sorted, bare_sorted),
        ):
            print(f"\n100,000 {what}: {ours:.3f} s, bare {theirs:.3f} s, ratio {ours / theirs:.2f}")
        print(f"scroll step p95 {p95:.1f} ms, max {1000 * max(steps):.1f} ms", end="; ")
        print(f"thumbnails at most {peak >> 20} MB")
        print(f"Enter to line: {to_line[10_000]:.1f} ms at 10,000, {to_line[MANY]:.1f} ms at 100,000")
    window.close()


def test_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = {**os.environ, "LARGE_GUI_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}

    def run(script: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], check=True, env=environment, capture_output=True)
        return time.perf_counter() - start

    pairs = [(run(BARE), run(OURS)) for _ in range(6)]
    bare, ours = (min(times) for times in zip(*pairs))
    with capsys.disabled():
        print(f"\nstart to painted window: {ours:.3f} s, bare PySide6 {bare:.3f} s, ratio {ours / bare:.2f}")
