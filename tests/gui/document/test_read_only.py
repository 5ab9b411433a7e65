"""A folder that is open in another window is shown, and nothing in it can be changed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from large_gui.gui.export.dialog import export_csv
from large_gui.gui.shell.window import MainWindow
from large_gui.project.store import ProjectStore
from large_gui.tasks.projects import project_for
from tests.gui.acting import Drop, entry_of

_HOLD = """
import sys
from pathlib import Path
from large_gui.project.store import ProjectStore
store = ProjectStore(Path(sys.argv[1]))
print(store.claim(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(home: Path, photos: Path) -> subprocess.Popen[str]:
    """Another process that has the folder's project open."""
    command = [sys.executable, "-c", _HOLD, str(project_for(photos, home))]
    held = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert held.stdout is not None and held.stdout.readline() == "True\n"
    return held


def end(process: subprocess.Popen[str], kill: bool = False) -> None:
    if kill:
        process.send_signal(signal.SIGKILL)
    process.communicate()


def test_the_second_window_reads_only(
    window: MainWindow, drop: Drop, photos: Path, other: subprocess.Popen[str], tmp_path: Path, qtbot: QtBot
) -> None:
    drop(photos)
    document = window.document
    assert "open in another window" in window.notice.text and "read only" in window.windowTitle()
    window.notice.hide()
    document.editor.label([0], 30.0)
    assert "open in another window" in window.notice.text and window.notice.isVisible()
    assert document.session is not None and not document.session.labels
    assert not document.editor.stack.canUndo()
    document.set_current(3)
    window.pages.begin_typing("50")
    qtbot.keyClick(entry_of(window), Qt.Key.Key_Return)
    assert entry_of(window).text() == "50" and document.current == 3, "it goes on only after what was kept"
    document.choose_direction("yaw")
    assert document.session.direction.name == "yaw", "looking is free"
    export_csv(document, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8").count("\n") == 11
    end(other)
    document.open([photos])
    assert document.store is not None and not document.store.read_only


def test_the_second_window_says_so_even_where_files_can_not_be_read(
    window: MainWindow, drop: Drop, photos: Path, other: subprocess.Popen[str]
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (photos / name).write_bytes(b"no picture")
    drop(photos)
    said = window.notice.text
    assert said.startswith("This folder is open in another window, so it is read only here")
    assert "2 files can't be read" in said and said.endswith("then open the folder again.")
    end(other)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_window_that_was_killed_locks_nobody_out(
    window: MainWindow, drop: Drop, photos: Path, other: subprocess.Popen[str]
) -> None:
    end(other, kill=True)
    drop(photos)
    window.document.editor.label([0], 30.0)
    assert window.document.session is not None and window.document.session.labels
    assert "read only" not in window.windowTitle()


def test_the_same_window_may_open_it_again(
    window: MainWindow, drop: Drop, photos: Path, qtbot: QtBot
) -> None:
    drop(photos)
    window.document.open([photos])
    assert window.document.store is not None and not window.document.store.read_only
    qtbot.waitUntil(lambda: not window.document.job.busy)


def test_a_closed_project_leaves_no_lock_behind(tmp_path: Path) -> None:
    with ProjectStore(tmp_path / "p.large") as store:
        assert store.claim() and (tmp_path / "p.large.lock").exists()
        with ProjectStore(tmp_path / "p.large") as second:
            assert not second.claim() and second.labels("age") == {}
        assert store.claim()
    assert [p.name for p in tmp_path.iterdir()] == ["p.large"]
