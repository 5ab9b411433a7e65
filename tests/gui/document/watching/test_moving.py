"""A folder that has moved, its copies and its parts get what was said of its images, or are asked about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import Drop, find
from tests.gui.document.watching.test_watching import copy, session_of

pytestmark = pytest.mark.usefixtures("two_threads")


def test_a_few_images_of_a_folder_that_has_moved_take_nothing_along_unasked(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    document, paths = window.document, list(session_of(window).paths)
    document.editor.label([1], 10.0)
    document.close()
    photos.rename(tmp_path / "elsewhere")
    few = tmp_path / "few"
    few.mkdir()
    for path in paths[:2]:
        copy(tmp_path / "elsewhere" / path, few / Path(path).name)
    with qtbot.waitSignal(document.offered) as offered:
        drop(few)
    assert offered.args[0].startswith("These images are known. Take along what you said of 1 image in")
    assert not session_of(window).labels


def test_a_folder_that_has_moved_is_found_by_its_content(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    document, paths = window.document, list(session_of(window).paths)
    document.editor.label([1], 10.0)
    document.editor.label([2], 20.0)
    document.close()
    new = tmp_path / "another name"
    photos.rename(new)
    (new / paths[2]).rename(new / "renamed.jpg")
    drop(new)
    qtbot.waitUntil(lambda: "The folder has moved here" in window.notice.text)
    qtbot.waitUntil(lambda: not document.job.busy and document.session is not None)
    session = session_of(window)
    assert session.folder == new and session.measured == 10
    values = {session.paths[i]: label.value for i, label in session.labels.items()}
    assert values == {paths[1]: 10.0, "renamed.jpg": 20.0}
    assert len(list((document.home / "projects").glob("*.large"))) == 2, "the old project is still there"


def test_a_copy_of_a_folder_offers_what_was_said_and_takes_nothing_by_itself(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    document = window.document
    document.editor.label([1], 10.0)
    shutil.copytree(photos, tmp_path / "copy")
    drop(tmp_path / "copy")
    qtbot.waitUntil(lambda: "These images are known" in window.offer.text)
    qtbot.waitUntil(lambda: not document.job.busy)
    assert not session_of(window).labels
    first = document.session
    qtbot.mouseClick(find(window.offer, "Take it along", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: document.session not in (None, first) and not document.job.busy)
    assert session_of(window).labels[1].value == 10.0
    document.editor.label([2], 20.0)
    drop(photos)
    assert len(session_of(window).labels) == 1, "each folder has its own project from then on"
