"""Keys in the value entry: which begin a number, which are those of the images, what is never labelled."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Shown
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import Drop, entry_of, press


@pytest.fixture
def opened(window: MainWindow, drop: Drop, photos: Path) -> MainWindow:
    drop(photos)
    window.activateWindow()
    window.pages.images.grid.setFocus()
    return window


def test_letters_are_keys_of_the_images_while_no_number_is_typed(opened: MainWindow, qtbot: QtBot) -> None:
    document = opened.document
    opened.pages.images.grid.go_to(2)
    number = document.current
    document.editor.label([number], 30.0)
    opened.pages.panel.begin_typing()
    press(qtbot, opened, Qt.Key.Key_X)
    assert document.session is not None and document.session.labels[number].excluded
    assert opened.focusWidget() is entry_of(opened) and not entry_of(opened).text()
    press(qtbot, opened, Qt.Key.Key_4, Qt.Key.Key_Space)
    assert entry_of(opened).text() == "4 " and opened.pages.images.views.on_grid


def test_what_is_typed_never_labels_an_image_that_a_filter_hides(opened: MainWindow, qtbot: QtBot) -> None:
    document, grid = opened.document, opened.pages.images.grid
    session = document.session
    assert session is not None
    only = session.paths[grid.image_model.number(grid.image_model.index(4))]
    document.show_only(Shown(name=only))
    grid.go_to(0)
    press(qtbot, opened, Qt.Key.Key_4, Qt.Key.Key_Return)
    assert set(session.labels) == {session.number[only]}
    press(qtbot, opened, Qt.Key.Key_5, Qt.Key.Key_Return)
    assert set(session.labels) == {session.number[only]}, "nobody sees which image that would be"
    document.set_current(next(i for i in range(len(session)) if i not in session.labels))  # as Undo may do
    assert not document.selection
    press(qtbot, opened, Qt.Key.Key_6, Qt.Key.Key_Return)
    assert set(session.labels) == {session.number[only]}
