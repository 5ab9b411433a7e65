"""The only way from another thread or process into the window: a call that the main thread makes."""

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
    """Called on any thread with a function, it has the function called on the thread it was made on."""

    _handed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handed.connect(self._call)  # queued, where it is emitted on another thread

    def __call__(self, call: Callable[[], None]) -> None:
        self._handed.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        call()


class Background:
    """A few threads that work for the window; what they find comes back to the main thread.

    Parameters
    ----------
    name
        Of the threads.
    workers
        The most at once. They start with the first work.
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
        """Drop the work that waits, and wait for that which is under way."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
