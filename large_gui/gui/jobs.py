"""The worker process as the window sees it: requests go out, answers arrive on the main thread.

The only place where anything crosses from another thread or process into the window.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from large_gui.tasks.worker import Answer, Control, Request, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_LOG = logging.getLogger(__name__)
_PATIENCE = 1.0  # seconds that a worker gets to say goodbye


class Handlers(NamedTuple):
    """What to call, on the main thread, when a job says something."""

    done: Callable[[Any], None] | None = None
    partial: Callable[[Any], None] | None = None
    progress: Callable[[int, int, str], None] | None = None
    warning: Callable[[str], None] | None = None
    failed: Callable[[str, str, str], None] | None = None
    cancelled: Callable[[], None] | None = None


class Worker(QObject):
    """Runs jobs of `large_gui.tasks.worker_jobs` in a process of their own.

    The process starts with the first request. When it dies (the system may kill it for its memory),
    every job that was under way is given to `died`, and the next request starts a new process.
    """

    died = Signal()
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver)  # queued, because it is emitted on the reading thread
        self._handlers: dict[int, Handlers] = {}
        self._last = 0
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._reader: threading.Thread | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process is not None else None

    def request(self, job: str, handlers: Handlers | None = None, **arguments: Any) -> int:
        """Ask for a job; returns its id."""
        self._last += 1
        if self._closed:
            return self._last
        self._start()
        self._handlers[self._last] = handlers or Handlers()
        self._send(Request(self._last, job, arguments))
        return self._last

    def cancel(self, job: int) -> None:
        """Ask a job to stop; its `cancelled` is called when it has."""
        if job in self._handlers:
            self._send(Control("cancel", job))

    def forget(self, job: int) -> None:
        """Stop a job and hear no more of it."""
        self.cancel(job)
        self._handlers.pop(job, None)

    def pause(self, paused: bool) -> None:
        """Hold the long job, or let it go on; quick requests are answered all the same."""
        self._send(Control("pause", paused))

    def want(self, paths: list[Path]) -> None:
        """Name the images that are looked at: they come first."""
        self._send(Control("wanted", paths))

    def close(self) -> None:
        """End the process, kindly at first."""
        self._closed = True
        self._handlers.clear()
        self._send(Control("quit"))
        self._end()

    def _start(self) -> None:
        if self._process is not None:
            return
        import multiprocessing

        context = multiprocessing.get_context("spawn")  # forking a process that runs Qt is not safe
        ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._connection = ours
        self._reader = threading.Thread(target=self._read, args=(ours,), name="worker answers", daemon=True)
        self._reader.start()

    def _end(self) -> None:
        process, connection, reader = self._process, self._connection, self._reader
        self._process = self._connection = self._reader = None
        if process is None or connection is None or reader is None:
            return
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()  # codes are committed batch by batch: nothing is lost
            process.join()
        reader.join()
        connection.close()
        process.close()

    def _send(self, message: Request | Control) -> None:
        if self._connection is None:
            return
        try:
            self._connection.send(message)
        except OSError:
            _LOG.info("the worker is gone; its end will be told")

    def _read(self, connection: Connection) -> None:
        try:
            while True:
                self._arrived.emit((connection, connection.recv()))
        except (EOFError, OSError):
            self._arrived.emit((connection, None))

    def _deliver(self, arrived: tuple[Connection, Answer | None]) -> None:
        connection, answer = arrived
        if connection is not self._connection:
            return  # of a process that was ended
        if answer is None:
            self._end()
            self._handlers.clear()
            self.died.emit()
            return
        handlers = self._handlers.get(answer.id)
        if handlers is None:
            return  # nobody waits for it any more
        if answer.kind in ("done", "failed", "cancelled"):
            del self._handlers[answer.id]
        call: Callable[..., None] | None = getattr(handlers, answer.kind)
        if answer.kind == "failed":
            _LOG.warning("%s %s", *answer.value[::2])
        if call is None:
            return
        if answer.kind in ("progress", "failed"):
            call(*answer.value)
        elif answer.kind == "cancelled":
            call()
        else:
            call(answer.value)
