"""The Settings page: every choice acts at once, is kept, and no work of a person is ever deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QProgressBar,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from large_gui.gui.export.dialog import ExportDialog, export_csv
from large_gui.gui.look.motion import motion_is_reduced, reduce_motion, show_waiting
from large_gui.gui.look.tokens import DARK, is_dark
from large_gui.gui.shell.app import build
from large_gui.gui.shell.settings.page import SettingsPage
from large_gui.gui.shell.window import MainWindow
from large_gui.project.store import ProjectStore
from tests.gui.acting import LEFT, NONE, PLAIN, Drop, find


@pytest.fixture
def page(window: MainWindow) -> SettingsPage:
    window.actions_by_id["page_settings"].trigger()
    return window.pages.settings


def choose(page: SettingsPage, name: str, value: object) -> None:
    box = find(page, name, QComboBox)
    assert box.findData(value) >= 0
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def answer(button: str) -> None:
    """Click a button of the question that is asked next."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert box is not None
        next(b for b in box.findChildren(QAbstractButton) if b.text() == f"&{button}").click()

    QTimer.singleShot(0, click)


def test_choices_act_at_once_and_are_there_in_the_next_window(
    window: MainWindow, page: SettingsPage, qtbot: QtBot
) -> None:
    choose(page, "Theme", "dark")
    assert is_dark(QApplication.palette()) and window.actions_by_id["theme_dark"].isChecked()
    assert QApplication.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    choose(page, "Device", "cpu")
    choose(page, "Numbers in tables", True)
    assert window.document.device == "cpu" and window.document.decimal_comma
    qtbot.mouseClick(find(page, "Reduce motion", QCheckBox), LEFT, pos=QPoint(8, 8))
    assert motion_is_reduced()
    bar = QProgressBar()
    show_waiting(bar)
    assert (bar.minimum(), bar.maximum()) == (0, 2), "it stands still"
    window.settings.sync()
    reduce_motion(False)
    _, again = build(["large-gui"])
    assert isinstance(again, MainWindow)
    assert again.document.device == "cpu" and again.document.decimal_comma and motion_is_reduced()
    assert again.theme.name == "dark"
    again.close()
    reduce_motion(False)


def test_a_settings_file_that_was_spoilt_by_hand_is_no_trouble(home: Path, qtbot: QtBot) -> None:
    (home / "window.ini").write_text("[General]\ndevice=tpu\nthumbnail_megabytes=many\ndecimal_comma=7\n")
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    window.pages.show_page("settings")
    assert window.document.device == "auto" and not window.document.decimal_comma
    assert find(window, "Room for thumbnails", QSpinBox).value() == 512
    window.close()


def test_tables_get_a_decimal_comma(
    window: MainWindow, page: SettingsPage, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    choose(page, "Numbers in tables", True)
    out = tmp_path / "comma.csv"
    assert export_csv(window.document, out)
    header, first, *_ = out.read_text().splitlines()
    assert header.startswith("path;rank;distance") and "," in first.split(";")[2]
    dialog = ExportDialog(window.document, lambda _: None, window)
    qtbot.addWidget(dialog)
    assert find(dialog, "Decimal comma", QCheckBox).isChecked()
    assert find(dialog, "Separator", QComboBox).currentData() == ";"
    dialog.reject()
    choose(page, "Numbers in tables", False)
    assert export_csv(window.document, out) and out.read_text().startswith("path,rank,distance")


def test_the_wheel_scrolls_and_changes_nothing(window: MainWindow, page: SettingsPage) -> None:
    for name, kind in (("Numbers in tables", QComboBox), ("Room for thumbnails", QSpinBox)):
        box = find(page, name, kind)
        before = box.currentIndex() if isinstance(box, QComboBox) else box.value()
        centre = QPointF(box.rect().center())
        event = QWheelEvent(
            centre, QPointF(box.mapToGlobal(centre.toPoint())), QPoint(), QPoint(0, -120), NONE, PLAIN,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        box.wheelEvent(event)
        assert not event.isAccepted()
        assert before == (box.currentIndex() if isinstance(box, QComboBox) else box.value())


def test_codes_are_deleted_after_a_question_and_labels_stay(
    window: MainWindow, page: SettingsPage, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    storage = page.storage
    session = window.document.session
    assert session is not None
    window.document.editor.label([0], 33.0)
    assert not storage.forget_codes.isEnabled(), "not while a folder is measured from them"
    window.document.close()
    window.pages.show_page("settings")
    qtbot.waitUntil(lambda: "16 codes" in storage._codes.text())
    folders = [storage._folder.itemData(n) for n in range(storage._folder.count())]
    assert folders[0] is None and len(folders) > 1
    answer("No")
    qtbot.mouseClick(storage.forget_codes, LEFT)
    assert "16 codes" in storage._codes.text()
    answer("Yes")
    qtbot.mouseClick(storage.forget_codes, LEFT)
    qtbot.waitUntil(lambda: ", 0 codes" in storage._codes.text())
    assert "16 codes were deleted" in window.notice.text
    projects = sorted((window.document.home / "projects").glob("*.large"))
    assert len(projects) == 1 and len(list(photos.iterdir())) == 10
    with ProjectStore(projects[0]) as store:
        assert [label.value for label in store.labels("age").values()] == [33.0]


def test_thumbnails_are_bounded_and_deleted(
    window: MainWindow, page: SettingsPage, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    thumbnails = window.thumbnails
    qtbot.waitUntil(
        lambda: thumbnails._store is not None and thumbnails._store._bytes > 0 and not thumbnails.busy
    )
    window.pages.show_page("settings")
    store = thumbnails._store
    assert store is not None
    qtbot.mouseClick(page.storage.forget_thumbnails, LEFT)
    qtbot.waitUntil(page.storage.forget_thumbnails.isEnabled)
    assert store._bytes == 0
    page.storage.most.setValue(64)
    qtbot.waitUntil(lambda: store._max_bytes == 64 << 20)
    assert window.settings.value("thumbnail_megabytes") == 64


def test_damaged_codes_are_set_aside(
    window: MainWindow, page: SettingsPage, qtbot: QtBot, home: Path
) -> None:
    (home / "codes.sqlite").write_bytes(b"not a database" * 100)
    page.storage.refresh()
    qtbot.waitUntil(lambda: "can't be read" in page.storage._codes.text())
    page.storage._forget_codes(None)
    qtbot.waitUntil(lambda: "set aside" in window.notice.text)
    assert (home / "codes-damaged-1.sqlite").exists() and not (home / "codes.sqlite").exists()
