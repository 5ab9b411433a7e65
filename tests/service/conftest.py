"""A client with a real worker process, on the thread of the test."""

from __future__ import annotations

import multiprocessing
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from large_gui.service.client import Client

PATIENCE = 240.0  # seconds until a test gives up


class Desk:
    """The thread that a client belongs to, and its client."""

    def __init__(self) -> None:
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.died = 0
        self.client = Client(self.calls.put, self._died)

    def _died(self) -> None:
        self.died += 1

    def wait(self, until: Callable[[], object]) -> None:
        while not until():
            self.calls.get(timeout=PATIENCE)()


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    before = set(threading.enumerate())
    desk = Desk()
    yield desk
    desk.client.close()
    assert set(threading.enumerate()) <= before and not multiprocessing.active_children()
