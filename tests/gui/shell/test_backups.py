"""A project is backed up and restored in the window; newer projects and kept copies are looked at."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from large_gui.project.recent import recent
from large_gui.project.store import Label, ProjectStore
from large_gui.tasks.backups.form import is_backup
from tests.gui.acting import Drop

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def elsewhere(photos: Path, tmp_path: Path) -> Path:
    """The same images, each under the name of another one."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    paths = sorted(photos.rglob("*.jpg"))
    for path, other in zip(paths, [*paths[1:], paths[0]]):
        shutil.copy(path, folder / other.name)
    return folder


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """What file dialogs answer, by their title."""
    given: dict[str, Path] = {}

    def file(parent: object, title: str, *_: object) -> tuple[str, str]:
        return str(given[title]), ""

    def folder(parent: object, title: str, *_: object) -> str:
        return str(given[title])

    monkeypatch.setattr(QFileDialog, "getSaveFileName", file)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", file)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", folder)
    return given


def box(qtbot: QtBot, title: str) -> QMessageBox:
    """The message that is shown now, or comes soon."""

    def there() -> list[QMessageBox]:
        boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        return [each for each in boxes if each.windowTitle() == title]

    qtbot.waitUntil(lambda: bool(there()))
    return there()[0]


def press(message: QMessageBox, words: str) -> None:
    (button,) = (b for b in message.buttons() if b.text().replace("&", "") == words)
    QTimer.singleShot(0, button.click)


def test_a_backup_shows_the_same_for_the_same_images_elsewhere(
    window: MainWindow, drop: Drop, photos: Path, elsewhere: Path, tmp_path: Path, qtbot: QtBot,
    answers: dict[str, Path],
) -> None:  # fmt: skip
    drop(photos)
    document, out = window.document, tmp_path / "mine.large"
    session = document.session
    assert session is not None and document.model is not None
    for number, value in ((0, 20.0), (3, 31.0), (5, 44.0)):
        document.editor.label([number], value)
    answers["Back up the project"] = out
    window.actions_by_id["back_up"].trigger()
    qtbot.waitUntil(lambda: "Backed up" in window.notice.text)
    assert "3 labels" in window.notice.text and document.model.key in window.notice.text
    before = {sha: (d, p) for sha, d, p in zip(session.sha256, session.distances, session.predictions())}
    answers["Restore a backup"] = out
    answers["Where are the images of photos?"] = elsewhere
    window.actions_by_id["restore"].trigger()
    told = box(qtbot, "The backup is restored")
    assert f"{len(before)} of {len(before)} images" in told.text()
    press(told, "OK")
    qtbot.waitUntil(lambda: document.session is not None and document.session.folder == elsewhere)
    again = document.session
    assert again is not None
    qtbot.waitUntil(lambda: again.measured == len(before) and not document.job.busy)
    for sha, distance, prediction in zip(again.sha256, again.distances, again.predictions()):
        np.testing.assert_allclose((distance, prediction), before[sha], rtol=1e-12)
    assert again.calibration is not None
    assert session.calibration is not None
    assert again.calibration.as_json() == session.calibration.as_json()


def test_a_backup_that_is_dropped_is_restored_and_not_changed(
    window: MainWindow, drop: Drop, photos: Path, tmp_path: Path, qtbot: QtBot, answers: dict[str, Path]
) -> None:
    drop(photos)
    document, out = window.document, tmp_path / "mine.large"
    document.editor.label([0], 20.0)
    answers["Back up the project"] = out
    window.actions_by_id["back_up"].trigger()
    qtbot.waitUntil(lambda: "Backed up" in window.notice.text)
    assert is_backup(out)
    content = out.read_bytes()
    document.editor.label([0], 30.0)
    answers["Where are the images of photos?"] = photos
    document.open([out])  # the folder is open, and has work of its own
    press(box(qtbot, "Restore a backup"), "Leave it as it is")
    qtbot.wait(50)
    assert document.session is not None and document.session.labels[0] == Label(30)
    document.open([out])
    press(box(qtbot, "Restore a backup"), "Replace it with the backup")
    told = box(qtbot, "The backup is restored")
    assert ".replaced.backup" in told.text()
    press(told, "OK")
    qtbot.waitUntil(lambda: document.session is not None and 0 in document.session.labels)
    qtbot.waitUntil(lambda: not document.job.busy)
    assert document.session.labels == {0: Label(20)}
    assert out.read_bytes() == content


def test_a_newer_project_is_shown_with_a_sentence(
    window: MainWindow, drop: Drop, photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    newer = tmp_path / "newer.large"
    with ProjectStore(newer) as store:
        store.set_opened([photos])
        store.set_labels("age", {path.name: Label(5) for path in sorted(photos.glob("*.jpg"))[:1]})
    with closing(sqlite3.connect(newer)) as db:
        db.executescript("CREATE TABLE more (a); PRAGMA user_version = 99")
    content = newer.read_bytes()
    window.document.open([newer])
    document = window.document
    qtbot.waitUntil(lambda: document.session is not None and not document.job.busy)
    assert "written by a newer version; it is read only here" in window.notice.text
    assert "read only" in window.windowTitle()
    assert document.session is not None and len(document.session.labels) == 1
    document.editor.label([3], 30.0)
    assert 3 not in document.session.labels and newer.read_bytes() == content
    document.close()
    assert newer.read_bytes() == content


def test_a_copy_of_an_older_version_is_no_recent_project(
    window: MainWindow, home: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copy(ROOT / "tests" / "written_before" / "project.large", tmp_path / "old.large"))
    ProjectStore(old).close()
    window.document.open([tmp_path / "old.large.v2.backup"])
    assert recent(home) == []
    window.document.close()
