"""A path in the whole window, with the real worker and a small generator."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from tests import small_models
from tests.conftest import SAMPLES
from tests.gui.acting import LEFT, Drop, press


def test_a_path_is_drawn_and_scored(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> None:
    small_models.generator_pack("small")
    for path in sorted(SAMPLES.glob("*.jpg"))[10:14]:
        (photos / path.name).write_bytes(path.read_bytes())
    drop(photos)
    for i in range(13):
        window.document.editor.label([i], float(20 + i))
    press(qtbot, window, Qt.Key.Key_7, modifier=Qt.KeyboardModifier.ControlModifier)
    page = window.pages.linearity
    assert window.pages.currentWidget() is page and page.choice.model.currentText() == "small"
    qtbot.mouseClick(page.draw, LEFT)
    qtbot.waitUntil(lambda: page.course is not None)
    assert page.course is not None and page.course.pictures.shape == (11, 32, 32, 3)
    (about,) = page.course.attributes
    assert about.independent and about.labels == 13 and page.course.distances is None
    assert page.table.rowCount() == 1 and "learned from 13 labelled images" in page.trust.text()
    assert page.plot.plot is not None and page.strip.height() > 0
