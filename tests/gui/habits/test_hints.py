"""The hints: once, for a person who opens a folder for the first time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.app import build
from large_gui.gui.shell.help.callout import Callout, beside
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import LEFT, Drop, find


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    """One that has never been used before."""
    window.settings.remove("hints_seen")
    return window


def callout(window: MainWindow) -> Callout | None:
    return window.tour._callout


def shown(window: MainWindow, qtbot: QtBot) -> Callout:
    qtbot.waitUntil(lambda: callout(window) is not None)
    found = callout(window)
    assert found is not None
    return found


def test_five_hints_stand_beside_what_they_speak_of(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    window.resize(1280, 720)
    drop(photos)
    hint = shown(window, qtbot)
    assert window.pages.images.grid.hasFocus(), "the keys stay with the images"
    titles = []
    for number in range(5):
        QApplication.processEvents()
        target = window.tour._hints[number].place()
        assert not target.isEmpty() and window.rect().contains(hint.geometry())
        card = hint.geometry().adjusted(12, 12, -12, -12)
        assert not card.intersects(target), f"hint {number + 1} lies over what it speaks of"
        titles.append(hint._title.text())
        assert hint._where.text() == f"{number + 1} of 5"
        qtbot.mouseClick(find(window, "Next hint"), LEFT)
    assert len(set(titles)) == 5 and not window.tour.running


def test_escape_closes_them_and_they_do_not_come_back(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    shown(window, qtbot)
    qtbot.keyClick(window.pages.images.grid, Qt.Key.Key_Escape)
    assert not window.tour.running
    window.document.close()
    drop(photos)
    QApplication.processEvents()
    assert not window.tour.running
    window.settings.sync()
    _, again = build(["large-gui"])
    assert isinstance(again, MainWindow)
    again.tour.start_once()
    assert not again.tour.running, "nor in the next window"
    again.close()

    window.actions_by_id["hints"].trigger()
    hint = shown(window, qtbot)
    qtbot.mouseClick(hint.next, LEFT)
    qtbot.mouseClick(hint.back, LEFT)
    assert hint._where.text() == "1 of 5"
    qtbot.mouseClick(hint.close_button, LEFT)
    assert not window.tour.running


def test_they_follow_the_window_and_go_with_the_folder(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    hint = shown(window, qtbot)
    window.resize(960, 520)
    qtbot.waitUntil(lambda: window.rect().contains(hint.geometry()))
    window.pages.show_page("models")
    window.tour._go_to(2)
    assert window.rect().contains(hint.geometry()) and hint._edge is None, "what it speaks of is not there"
    window.document.close()
    assert not window.tour.running


def test_a_card_has_room_on_one_side_or_stands_in_the_middle() -> None:
    room, size = QRect(0, 0, 800, 600), QSize(200, 100)
    for target, edge in (
        (QRect(300, 0, 50, 20), Qt.Edge.TopEdge),
        (QRect(0, 0, 60, 600), Qt.Edge.LeftEdge),
        (QRect(500, 0, 300, 600), Qt.Edge.RightEdge),
        (QRect(0, 500, 800, 100), Qt.Edge.BottomEdge),
        (QRect(0, 0, 800, 600), None),
        (QRect(), None),
    ):
        place, found = beside(target, size, room)
        assert found == edge and room.contains(place)
    assert beside(QRect(), size, room)[0].center() == QPoint(399, 299)
