"""The window at 100,000 images against bare Qt, in one run; figures are printed."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, QStringListModel, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QListView
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Filter, Shown
from large_gui.gui.images.grid import fast_icon_view
from large_gui.gui.shell.app import build
from large_gui.gui.shell.window import MainWindow
from large_gui.models.library import open_model
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label, ProjectStore
from large_gui.tasks.measure import Measured
from large_gui.tasks.models import model_card
from large_gui.tasks.session import Session
from tests.conftest import SAMPLES

pytestmark = pytest.mark.benchmark
MANY = 100_000

BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        print(time.time())
        QTimer.singleShot(0, QApplication.quit)
app = QApplication(sys.argv); window = Window(); window.resize(1280, 820); window.show(); app.exec()
"""
OURS = """
import time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from large_gui.gui.shell import app, window
class Window(window.MainWindow):
    def paintEvent(self, event):
        print(time.time())
        QTimer.singleShot(0, QApplication.quit)
app.MainWindow = Window
application, shown = app.build(["large-gui"]); shown.show(); application.exec(); shown.close()
"""


def resident() -> int:
    """Memory of this process in MB; -1 where the system doesn't say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4 >> 10 if status.exists() else -1


class Pictures(QStringListModel):
    """A list of names, each with the same picture."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = QIcon(str(next(SAMPLES.glob("*.jpg"))))

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return self._icon if role == Qt.ItemDataRole.DecorationRole else super().data(index, role)


def seconds(view: QListView, call: Callable[[], object]) -> float:
    """Until the last batch is laid out and the view painted."""
    start = time.perf_counter()
    call()
    last = view.model().index(view.model().rowCount() - 1, 0)
    while not view.visualRect(last).isValid():
        QApplication.processEvents()
    view.viewport().repaint()
    return time.perf_counter() - start


def in_turn(*calls: tuple[QListView, Callable[[], object]], repeats: int = 12) -> list[float]:
    """The best run of each, all of them run in turn: the speed of a machine changes from second to second."""
    rounds = [[seconds(view, call) for view, call in calls] for _ in range(repeats)]
    return [min(times) for times in zip(*rounds)]


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
    pack = open_model("faces")
    session = Session(Manifest(folder, names, []), list(pack.directions.values()), "faces")
    table = np.random.default_rng(0).normal(size=(count, len(pack.directions)))
    along = list(pack.directions)
    session.add(Measured(names, ["0"] * count, table, [50.0] * count, [()] * count, directions=along))
    document = window.document
    document.model, document.session = model_card("faces"), session
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
    document, grid = window.document, window.pages.images.grid
    bare, model = QListView(), Pictures()
    bare.setIconSize(QSize(grid.delegate.side, grid.delegate.side))
    fast_icon_view(bare)
    bare.setGridSize(grid.gridSize())
    bare.resize(grid.size())
    bare.setModel(model)
    qtbot.addWidget(bare)
    bare.show()
    assert document.session is not None
    names = list(document.session.paths)
    document.opened.emit()
    QApplication.processEvents()
    bare_shown, ours_shown, whole_shown = in_turn(
        (bare, lambda: model.setStringList(names)),
        (grid, grid.image_model.reset),
        (grid, document.opened.emit),
    )

    def bare_sort() -> None:
        model.layoutAboutToBeChanged.emit()
        model.layoutChanged.emit()

    orders = itertools.cycle(["name", "distance"])
    bare_sorted, ours_sorted, turned = in_turn(
        (bare, bare_sort), (grid, lambda: document.sort(next(orders))), (grid, document.flip)
    )

    # The same with all that the grid can show: chips for filters, and estimates below the pictures.
    for n, path in enumerate(names[:12]):
        document.session.label({path: Label(10.0 * n)})
    document.labels_changed.emit([])
    document.show_only(Shown(frozenset({Filter.NOT_LABELLED})))
    model.setStringList(names[12:])
    bare_shown_12, ours_shown_12, bare_sorted_12, sorted_12 = in_turn(
        (bare, lambda: model.setStringList(names[12:])), (grid, grid.image_model.reset),
        (bare, bare_sort), (grid, lambda: document.sort(next(orders))),
    )  # fmt: skip

    steps, memory = [], []
    window.thumbnails._memory = 32 << 20  # soon full: from then on memory should stay
    bar = grid.verticalScrollBar()
    peak = 0
    for value in [*np.linspace(0, bar.maximum(), 600), *np.linspace(bar.maximum(), 0, 600)]:
        start = time.perf_counter()
        bar.setValue(int(value))
        grid.viewport().repaint()
        steps.append(time.perf_counter() - start)
        peak = max(peak, window.thumbnails.bytes)
        QApplication.processEvents()
        if value in (0, bar.maximum()):
            memory.append(resident())
    memory = memory[-3::2]
    p95 = 1000 * float(np.percentile(steps, 95))

    document.show_only(Shown())
    document.session.label(dict.fromkeys(names[:12]))
    document.labels_changed.emit([])
    to_line = {}
    for count in (10_000, MANY):
        session = document.session
        session.distances[count:] = np.nan
        document.opened.emit()
        qtbot.waitUntil(lambda: not window.thumbnails.busy, timeout=60_000)
        times = []
        for i in range(2, 22):
            document.set_current(i)
            window.pages.panel.entry.setText(str(i))
            start = time.perf_counter()
            window.pages.panel._enter()
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
            ("shown with a chip and estimates", ours_shown_12, bare_shown_12),
            ("re-sorted with a chip and estimates", sorted_12, bare_sorted_12),
        ):
            print(f"\n100,000 {what}: {ours:.3f} s, bare {theirs:.3f} s, ratio {ours / theirs:.2f}")
        print(f"the whole window, with plots and panels: shown in {whole_shown:.3f} s")
        print(f"another direction, with line, histogram and warning: {turned:.3f} s")
        print(f"scroll step p95 {p95:.1f} ms, max {1000 * max(steps):.1f} ms", end="; ")
        print(f"thumbnails at most {peak >> 20} MB")
        print(f"memory after one scroll through all and after two: {memory[0]} and {memory[1]} MB")
        print(f"Enter to line: {to_line[10_000]:.1f} ms at 10,000, {to_line[MANY]:.1f} ms at 100,000")
    window.close()


def test_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment = {**os.environ, "LARGE_GUI_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run(script: str) -> float:
        """Seconds from the start of the process to the first paint of its window."""
        start = time.time()
        done = subprocess.run(
            [sys.executable, "-c", script], check=True, env=environment, capture_output=True, text=True
        )
        return float(done.stdout.split()[0]) - start

    pairs = [(run(BARE), run(OURS)) for _ in range(20)]
    bare, ours = (min(times) for times in zip(*pairs))
    with capsys.disabled():
        print(f"\nstart to painted window: {ours:.3f} s, bare PySide6 {bare:.3f} s, ratio {ours / bare:.2f}")
