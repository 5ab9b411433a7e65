"""The welcome page: what was open before, and what a drag over the window shows."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.drop_overlay import DropOverlay
from large_gui.gui.shell.welcome.recents import _COVER, Recents, day
from large_gui.gui.shell.welcome.story import FACES, Story
from large_gui.gui.shell.window import MainWindow
from large_gui.project.recent import remember
from tests.conftest import SAMPLES
from tests.gui.acting import LEFT, PLAIN, Drop, find


def recents(window: MainWindow) -> Recents:
    found = find(window, "Opened before")
    assert isinstance(found, Recents)
    return found


def dragged(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_the_picture_shows_samples_with_the_ages_of_their_table(window: MainWindow, qtbot: QtBot) -> None:
    story = window.findChild(Story)
    assert story is not None
    qtbot.waitUntil(lambda: len(story._faces) == len(FACES))
    assert not any(face.isNull() for face in story._faces)
    table = (SAMPLES / "labels.csv").read_text()
    assert all(f"{name},{age}\n" in table for name, age in FACES)


def test_what_was_open_is_listed_with_a_picture_and_opened_with_a_click(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    assert not window.findChildren(Recents), "nothing was open before"
    assert window.focusWidget() is find(window, "Open a folder", QPushButton)
    drop(photos)
    window.document.close()
    listed = recents(window)
    assert listed.isVisible() and listed.count() == 1
    item = listed.item(0)
    assert item.text() == photos.name and "today" in item.data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.waitUntil(lambda: isinstance(item.data(_COVER), QImage))
    place = listed.visualItemRect(item).center()
    qtbot.mouseClick(listed.viewport(), LEFT, PLAIN, place)
    qtbot.waitUntil(lambda: window.document.session is not None and not window.document.job.busy)
    window.document.close()
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.document.session is not None and not window.document.job.busy)


def test_the_menu_of_recent_folders_is_filled_when_it_is_shown(
    window: MainWindow, qtbot: QtBot, home: Path, photos: Path, tmp_path: Path
) -> None:
    menu = window.actions_by_id.menu("&File/Open &recent")
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "Nothing was open before"
    same = tmp_path / "other" / photos.name
    same.mkdir(parents=True)
    odd = tmp_path / "fish & chips"
    odd.mkdir()
    for path in (same, odd, photos):
        remember(home, path)
    menu.aboutToShow.emit()
    first, second, third, line, clear = menu.actions()
    assert str(photos.parent) in first.text() and str(same.parent) in third.text(), "one name, two folders"
    assert second.text() == "&2  fish && chips" and line.isSeparator()
    first.trigger()
    qtbot.waitUntil(lambda: window.document.session is not None and not window.document.job.busy)
    assert window.document.session is not None and window.document.session.folder == photos
    clear.trigger()
    menu.aboutToShow.emit()
    assert not menu.actions()[0].isEnabled() and not clear.isEnabled()


def test_a_drag_covers_the_window_and_a_drop_anywhere_opens(
    window: MainWindow, qtbot: QtBot, photos: Path
) -> None:
    data, copy = dragged(photos), Qt.DropAction.CopyAction
    window.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, PLAIN))
    overlay = window.findChild(DropOverlay)
    assert overlay is not None and overlay.isVisible() and overlay.geometry() == window.rect()
    assert photos.name in overlay.accessibleDescription()
    assert not overlay.grab().isNull()
    overlay.dragLeaveEvent(QDragLeaveEvent())
    assert not overlay.isVisible() and window.document.store is None

    window.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, PLAIN))
    overlay.dropEvent(QDropEvent(QPointF(9, 9), copy, data, LEFT, PLAIN))
    assert not overlay.isVisible()
    qtbot.waitUntil(lambda: window.document.session is not None and not window.document.job.busy)

    words = QMimeData()
    words.setText("no file")
    event = QDragEnterEvent(QPoint(9, 9), copy, words, LEFT, PLAIN)
    event.ignore()
    window.dragEnterEvent(event)
    assert not event.isAccepted() and not overlay.isVisible()


def test_days_are_said_as_people_say_them() -> None:
    now = time.time()
    today = date.fromtimestamp(now)
    assert day(now, today) == "today" and day(now - 86_400, today) == "yesterday"
    assert "1970" in day(0, today) or "1969" in day(0, today)


def test_a_picture_that_cannot_be_read_stays_a_placeholder(
    window: MainWindow, qtbot: QtBot, home: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.jpg").write_bytes(next(SAMPLES.glob("*.jpg")).read_bytes()[:200])
    shutil.copytree(broken, tmp_path / "other")
    remember(home, broken)
    window.pages.welcome.refresh()
    with qtbot.waitSignal(window.document.opened):
        window.document.background.run(lambda: None, lambda _: window.document.opened.emit())
    assert recents(window).item(0).data(_COVER) is None and not recents(window).grab().isNull()
