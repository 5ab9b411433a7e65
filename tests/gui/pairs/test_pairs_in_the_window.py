"""The page of pairs within the window: keys of other pages, undo, folders that are read only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from large_gui.project.store import ProjectStore
from large_gui.tasks.projects import project_for
from tests.gui.acting import Drop, find, press

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def seen(window: MainWindow, qtbot: QtBot) -> Any:
    """The page, once both pictures are on it."""
    page = window.pages.pairs
    pictures = [find(page, name) for name in ("Left picture", "Right picture")]
    qtbot.waitUntil(lambda: not any(picture.image.isNull() for picture in pictures))
    return page


def test_keys_answer_and_do_nothing_else(window: MainWindow, drop: Drop, photos: Path, qtbot: QtBot) -> None:
    drop(photos)
    document = window.document
    document.set_current(2)
    press(qtbot, window, KEY.Key_4, modifier=CTRL)
    page = seen(window, qtbot)
    assert window.pages.currentWidget() is page and window.focusWidget() is page
    for key in (KEY.Key_Left, KEY.Key_Right, KEY.Key_Down):
        press(qtbot, window, key)
        seen(window, qtbot)
    press(qtbot, window, KEY.Key_F, KEY.Key_X, KEY.Key_7, KEY.Key_Return, KEY.Key_Delete)
    assert window.pages.currentWidget() is page and document.current == 2
    assert not document.chosen.flipped and document.session is not None and not document.session.labels
    with ProjectStore(project_for(photos, window.document.home)) as store:
        assert len(store.comparisons("age")) == 3
    assert window.actions_by_id["undo"].text().startswith("Undo compare face-")
    press(qtbot, window, KEY.Key_Z, modifier=CTRL)
    assert len(document.comparisons.known) == 2 and window.pages.currentWidget() is page
    press(qtbot, window, KEY.Key_Escape)
    assert window.pages.on_images and window.focusWidget() is window.pages.images.grid
    assert window.actions_by_id["page_images"].isChecked()


def test_a_folder_that_is_held_elsewhere_keeps_no_answer(
    window: MainWindow, drop: Drop, photos: Path, qtbot: QtBot
) -> None:
    with ProjectStore(project_for(photos, window.document.home)) as other:
        assert other.claim()
        drop(photos)
        window.pages.show_page("pairs")
        pair = seen(window, qtbot).pair
        window.notice.hide()
        press(qtbot, window, KEY.Key_Left)
        assert window.notice.isVisible() and "open in another window" in window.notice.text
        assert window.pages.pairs.pair == pair and not window.document.editor.stack.canUndo()
        assert not other.comparisons("age")
        window.document.close()
    QApplication.processEvents()
