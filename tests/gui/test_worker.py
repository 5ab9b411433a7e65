"""The worker process: cancelled, paused, killed, and left in the middle."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from large_gui.gui.jobs import Handlers, Worker
from large_gui.gui.window import MainWindow
from tests.conftest import SAMPLES

PATIENCE = 60_000
Drop = Callable[[Path], None]


def begin(window: MainWindow, qtbot: QtBot, measured: int = 1) -> None:
    """Open all the samples and wait until the first are measured."""
    window.document.open([SAMPLES])
    qtbot.waitUntil(lambda: done(window) >= measured, timeout=PATIENCE)


def done(window: MainWindow) -> int:
    session = window.document.session
    return 0 if session is None else sum(map(bool, session.sha256))


def test_cancel_keeps_what_is_done_and_resume_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    begin(window, qtbot)
    window.document.job.cancel()
    assert not window.document.job.busy
    kept = done(window)
    assert 0 < kept < 120 and window.document.job.unfinished
    window.document.job.resume()
    qtbot.waitUntil(lambda: not window.document.job.busy, timeout=PATIENCE)
    assert done(window) == 120 and not window.document.job.unfinished


def test_pause_holds_and_quick_requests_are_answered(window: MainWindow, qtbot: QtBot) -> None:
    begin(window, qtbot)
    document = window.document
    document.job.pause(True)
    crops: list[object] = []
    image = sorted(SAMPLES.glob("*.jpg"))[0]
    document.worker.request("crop", Handlers(done=crops.append), image=image, model="faces")
    qtbot.waitUntil(lambda: bool(crops), timeout=PATIENCE)
    QCoreApplication.processEvents()
    held = done(window)
    document.worker.request("crop", Handlers(done=crops.append), image=image, model="faces")
    qtbot.waitUntil(lambda: len(crops) == 2, timeout=PATIENCE)
    assert done(window) == held < 120
    document.job.pause(False)
    qtbot.waitUntil(lambda: not document.job.busy, timeout=PATIENCE)
    assert done(window) == 120


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_worker_is_reported_and_started_again(window: MainWindow, qtbot: QtBot) -> None:
    begin(window, qtbot)
    pid = window.document.worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: "started again" in window.notice.text, timeout=PATIENCE)
    qtbot.waitUntil(lambda: done(window) == 120 and not window.document.job.busy, timeout=PATIENCE)
    assert window.document.worker.pid != pid


@pytest.mark.parametrize("moment", ["at once", "found", "inverting"])
def test_closing_at_any_moment_is_clean(window: MainWindow, qtbot: QtBot, moment: str) -> None:
    window.document.open([SAMPLES])
    if moment != "at once":
        qtbot.waitUntil(lambda: window.document.session is not None, timeout=PATIENCE)
    if moment == "inverting":
        qtbot.waitUntil(lambda: done(window) > 0, timeout=PATIENCE)
    window.close()  # the fixture sees whether a process, thread or pool is left
    assert window.document.worker.pid is None


def test_a_job_that_fails_tells_sentence_and_hint(qtbot: QtBot, home: Path) -> None:
    worker = Worker()
    failed: list[tuple[str, str, str]] = []
    worker.request(
        "crop", Handlers(failed=lambda *parts: failed.append(parts)), image=home / "no.jpg", model="faces"
    )
    qtbot.waitUntil(lambda: bool(failed), timeout=PATIENCE)
    assert "no.jpg" in failed[0][0]
    worker.close()


def test_of_quick_requests_that_wait_the_newest_is_answered(qtbot: QtBot, home: Path) -> None:
    worker = Worker()
    told: list[str] = []
    image = sorted(SAMPLES.glob("*.jpg"))[0]
    for name in "abc":
        handlers = Handlers(
            done=lambda _, name=name: told.append(f"done {name}"),
            cancelled=lambda name=name: told.append(f"dropped {name}"),
        )
        worker.request("crop", handlers, image=image, model="faces")
    qtbot.waitUntil(lambda: len(told) == 3, timeout=PATIENCE)
    assert "done c" in told
    assert "dropped c" not in told
    worker.close()
