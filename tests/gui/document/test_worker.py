"""The worker process: cancelled, paused, killed, and left in the middle."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.errors import LargeError
from large_gui.gui.document.background.delivery import Delivery
from large_gui.gui.shell.window import MainWindow
from large_gui.service.client import Callbacks, Client
from large_gui.service.requests import Crop
from tests.conftest import SAMPLES

pytestmark = pytest.mark.usefixtures("two_threads")


def begin(window: MainWindow, qtbot: QtBot) -> None:
    """Open all the samples and wait until the first are measured."""
    window.document.open([SAMPLES])
    qtbot.waitUntil(lambda: done(window) > 0)


def done(window: MainWindow) -> int:
    session = window.document.session
    return 0 if session is None else sum(map(bool, session.sha256))


def test_cancel_keeps_what_is_done_and_resume_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    document, cancel = window.document, window.actions_by_id["cancel"]
    # Within the signal, so that a worker that is ahead brings no more before the cancel.
    first = document.images_changed.connect(lambda _: cancel.trigger())
    begin(window, qtbot)
    document.images_changed.disconnect(first)
    assert not document.job.busy and document.job.unfinished
    kept = done(window)
    assert 0 < kept < 120
    window.actions_by_id["resume"].trigger()
    qtbot.waitUntil(lambda: not document.job.busy)
    assert done(window) == 120 and not document.job.unfinished


def test_pause_holds_and_quick_requests_are_answered(window: MainWindow, qtbot: QtBot) -> None:
    document, crops = window.document, []
    document.open([SAMPLES])
    document.job.pause(True)  # it waits in the worker's connection before the worker has begun
    for image in sorted(SAMPLES.glob("*.jpg"))[:8]:  # a job that isn't held measures a batch between two
        document.client.ask(Crop(image, "faces"), Callbacks(done=crops.append))
        asked = len(crops)
        qtbot.waitUntil(lambda asked=asked: len(crops) > asked)
    assert done(window) == 0 and document.job.paused
    document.job.pause(False)
    qtbot.waitUntil(lambda: not document.job.busy)
    assert done(window) == 120


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_worker_is_reported_and_started_again(window: MainWindow, qtbot: QtBot) -> None:
    document = window.document
    document.open([SAMPLES])
    document.job.pause(True)  # so that it is killed before it is done
    pid = document.client.pid
    assert pid is not None
    qtbot.waitUntil(lambda: document.session is not None)
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: "started again" in window.notice.text)
    qtbot.waitUntil(lambda: done(window) == 120 and not document.job.busy)
    assert document.client.pid != pid


@pytest.mark.parametrize("moment", ["at once", "found", "inverting"])
def test_closing_at_any_moment_is_clean(window: MainWindow, qtbot: QtBot, moment: str) -> None:
    window.document.open([SAMPLES])
    if moment != "at once":
        qtbot.waitUntil(lambda: window.document.session is not None)
    if moment == "inverting":
        qtbot.waitUntil(lambda: done(window) > 0)
    window.close()  # the fixture sees whether a process, thread or pool is left
    assert window.document.client.pid is None


def test_a_job_that_fails_tells_sentence_and_hint(qtbot: QtBot, home: Path) -> None:
    client = Client(Delivery())
    failed: list[LargeError] = []
    client.ask(Crop(home / "no.jpg", "faces"), Callbacks(failed=failed.append))
    qtbot.waitUntil(lambda: bool(failed))
    assert "no.jpg" in failed[0].sentence
    client.close()


def test_of_quick_requests_that_wait_the_newest_is_answered(qtbot: QtBot, home: Path) -> None:
    client = Client(Delivery())
    told: list[str] = []
    image = sorted(SAMPLES.glob("*.jpg"))[0]
    for name in "abc":
        callbacks = Callbacks(
            done=lambda _, name=name: told.append(f"done {name}"),
            stopped=lambda name=name: told.append(f"dropped {name}"),
        )
        client.ask(Crop(image, "faces"), callbacks)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert "done c" in told
    assert "dropped c" not in told
    client.close()
