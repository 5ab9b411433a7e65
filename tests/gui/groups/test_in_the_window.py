"""Groups in the whole window: subfolders, tables that are kept, and folders opened in turn."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from large_gui.gui.groups.from_table import GroupTableDialog
from large_gui.gui.shell.window import MainWindow
from tests.conftest import SAMPLES
from tests.gui.acting import Drop, press, settle

CTRL = Qt.KeyboardModifier.ControlModifier


def test_subfolders_are_compared_and_their_images_shown(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    for name in ("control", "treated"):
        (photos / name).mkdir()
    for i, path in enumerate(sorted(photos.glob("*.jpg"))):
        path.rename(photos / ("treated" if i < 4 else "control") / path.name)
    drop(photos)
    press(qtbot, window, Qt.Key.Key_5, modifier=CTRL)
    page, images = window.pages.groups, window.pages.images
    assert window.pages.currentWidget() is page
    assert "in treated than in control" in page.answer.text()
    assert page.answer.text().endswith("4 and 6 images.")
    page.table.setFocus()
    page.table.setCurrentCell(1, 0)
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.pages.on_images and images.grid.image_model.rowCount() == 6
    press(qtbot, window, Qt.Key.Key_Escape)
    assert images.grid.image_model.rowCount() == 10


def test_groups_of_a_table_are_kept_with_the_folder(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    table = tmp_path / "plots.csv"
    names = sorted(path.name for path in photos.glob("*.jpg"))
    table.write_text("file,plot\n" + "".join(f"{name},{i % 2}\n" for i, name in enumerate(names)))
    drop(photos)
    window.pages.show_page("groups")
    page = window.pages.groups
    assert page.empty.isVisible()
    page.read_table(table)
    (dialog,) = page.findChildren(GroupTableDialog)
    dialog.accept()
    assert page.grouping.currentText() == "Plot"
    window.document.close()
    drop(photos)
    window.pages.show_page("groups")
    assert page.grouping.currentText() == "Plot" and "5 and 5 images." in page.answer.text()


def test_the_folder_before_is_a_group(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    other = tmp_path / "second visit"
    other.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[10:16]:
        shutil.copy(path, other)
    drop(photos)
    drop(other)
    window.pages.show_page("groups")
    page = window.pages.groups
    settle(qtbot, page)
    assert page.grouping.currentText() == "This folder and photos, open before"
    assert "in second visit than in photos" in page.answer.text()
    assert page.answer.text().endswith("6 and 10 images.")
    drop(photos)
    window.pages.show_page("groups")
    settle(qtbot, page)
    assert page.answer.text().endswith("10 and 6 images.")
