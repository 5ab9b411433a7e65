"""The window never waits for a worker that computes, and a worker that computes ends by itself."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.document.background.delivery import Delivery
from large_gui.gui.shell.window import MainWindow
from large_gui.models.kinds.gan import GanModel
from large_gui.service.client import Callbacks, Client
from large_gui.service.log_file import WORKER_LOG
from large_gui.service.requests import Crop, Measure, VerifyModel
from tests.conftest import SAMPLES
from tests.gui.document.test_worker import begin

pytestmark = pytest.mark.usefixtures("two_threads")


@pytest.fixture
def workers() -> None:
    """Spawned, as a person's are."""


def test_a_worker_that_inverts_ends_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    begin(window, qtbot)
    window.close()
    assert window.document.client.exit_code == 0


def test_a_paused_worker_ends_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    begin(window, qtbot)
    window.document.job.pause(True)
    window.close()
    assert window.document.client.exit_code == 0


def test_a_folder_that_was_paused_does_not_hold_the_next(
    window: MainWindow, qtbot: QtBot, photos: Path
) -> None:
    begin(window, qtbot)
    window.document.job.pause(True)
    window.document.open([photos])
    qtbot.waitUntil(lambda: window.document.session is not None)
    qtbot.waitUntil(lambda: not window.document.job.busy)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no such signal here")
def test_the_window_does_not_wait_for_a_worker_that_reads_nothing(qtbot: QtBot, pack: GanModel) -> None:
    client = Client(Delivery())
    answers: list[object] = []
    client.ask(VerifyModel("faces"), Callbacks(done=answers.append))
    qtbot.waitUntil(lambda: bool(answers))
    pid = client.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    woken = threading.Event()

    def wake() -> None:
        woken.set()
        os.kill(pid, signal.SIGCONT)

    rescue = threading.Timer(60, wake)  # of a window that waits
    rescue.start()
    many = [f"{i:064x}" for i in range(100_000)]  # more than any pipe holds
    directions = list(pack.directions.values())
    client.ask(Measure(many, "faces", directions), Callbacks(done=answers.append))
    waited = woken.is_set()
    rescue.cancel()
    os.kill(pid, signal.SIGCONT)
    assert not waited
    qtbot.waitUntil(lambda: len(answers) == 2)
    client.close()
    assert client.exit_code == 0


def test_measuring_can_be_cancelled(window: MainWindow, qtbot: QtBot, pack: GanModel) -> None:
    document = window.document
    document.open([SAMPLES])
    qtbot.waitUntil(lambda: document.session is not None)
    document.job.cancel()
    assert document.session is not None
    document.job.measure(list(pack.directions.values()), lambda _: pytest.fail("it was cancelled"))
    assert document.job.running and document.job.busy == "Measuring"
    document.job.cancel()
    assert not document.job.running and not document.job.busy
    answers: list[object] = []
    document.client.ask(VerifyModel("faces"), Callbacks(done=answers.append))
    qtbot.waitUntil(lambda: bool(answers))


def test_the_worker_writes_a_log(qtbot: QtBot, home: Path) -> None:
    client, failed = Client(Delivery()), []
    client.ask(Crop(None, "faces"), Callbacks(failed=failed.append))
    qtbot.waitUntil(lambda: bool(failed))
    client.close()
    assert "Traceback" in (home / WORKER_LOG).read_text("utf-8")
