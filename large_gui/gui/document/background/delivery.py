"""How results of other threads and processes reach the window: as calls that the main thread makes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from large_gui import threads

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")


class Delivery(QObject):
    """A callable for any thread that has functions called on the thread it was made on."""

    _handed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handed.connect(self._call)  # queued, where it is emitted on another thread

    def __call__(self, call: Callable[[], None]) -> None:
        self._handed.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        call()


class Background:
    """A few threads that work for the window and hand what they find to the main thread.

    Parameters
    ----------
    name
        The name of the threads.
    workers
        How many threads there are at most. They start with the first work.
    parent
        The object that the deliveries to the main thread end with.
    """

    def __init__(self, name: str, workers: int, parent: QObject) -> None:
        self._name, self._workers = name, workers
        self._deliver = Delivery(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do ``work`` on a thread, and call ``then`` on the main thread with what it returns."""
        if self._closed:
            return
        if self._pool is None:
            self._pool = threads.pool(self._name, self._workers)
        threads.run_in(self._pool, lambda: self._deliver(partial(then, work())))

    def close(self) -> None:
        """Drop the work that waits, and wait for the work that is under way."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
