"""A window on the real faces pack; whatever it leaves behind fails the test."""

from __future__ import annotations

import multiprocessing
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QThreadPool, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from large_gui.gui.app import build
from large_gui.gui.window import MainWindow
from tests.conftest import SAMPLES

PATIENCE = 60_000  # ms; inverting a few samples on a slow machine


@pytest.fixture
def window(qtbot: QtBot, home: Path) -> Iterator[MainWindow]:
    """The main window, shown; closing it must end every process, thread and pool."""
    threads = set(threading.enumerate())
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    assert not multiprocessing.active_children()
    assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    assert set(threading.enumerate()) <= threads
    assert QThreadPool.globalInstance().activeThreadCount() == 0


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Ten samples."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[:10]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def drop(window: MainWindow, qtbot: QtBot) -> Callable[[Path], None]:
    """Drop something on the window and wait until all of it is measured."""

    def drop(path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        event = QDropEvent(
            QPointF(50, 50), Qt.DropAction.CopyAction, data,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        window.dropEvent(event)
        qtbot.waitUntil(lambda: window.document.session is not None, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not window.document.job.busy, timeout=PATIENCE)

    return drop
