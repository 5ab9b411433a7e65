"""Comparing in the whole window, with the real worker."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from tests.conftest import SAMPLES
from tests.gui.acting import LEFT, Drop, press

CTRL = Qt.KeyboardModifier.ControlModifier


def test_labels_are_compared(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> None:
    for path in sorted(SAMPLES.glob("*.jpg"))[10:16]:
        (photos / path.name).write_bytes(path.read_bytes())
    drop(photos)
    session = window.document.session
    assert session is not None
    for i in range(15):
        window.document.editor.label([i], round(float(30 + 100 * session.distances[i] + i % 3), 1))
    press(qtbot, window, Qt.Key.Key_6, modifier=CTRL)
    page = window.pages.compare
    assert window.pages.currentWidget() is page
    qtbot.mouseClick(page.start, LEFT)
    qtbot.waitUntil(lambda: page.report is not None)
    assert page.report is not None
    assert page.report.images == 15 and page.report.shots == [2, 5]
    along = page.report.row(f"faces: distance along {session.direction.name if session.direction else ''}", 5)
    assert along.good and along.mae < 3
    assert "use the distance along" in page.advice.text() and page.plot.plot is not None
