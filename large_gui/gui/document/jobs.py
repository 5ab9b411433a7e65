"""The worker process as the window sees it: requests go out, answers arrive on the main thread.

The only place where anything crosses from another thread or process into the window.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from large_gui.service.worker import Answer, Control, Request, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from large_gui.project.code_cache import Inverted

_LOG = logging.getLogger(__name__)
_PATIENCE = 60.0  # seconds that a worker gets to end by itself; the window is hidden by then


class Handlers(NamedTuple):
    """What to call, on the main thread, when a job says something."""

    done: Callable[[Any], None] | None = None
    partial: Callable[[Any], None] | None = None
    progress: Callable[[int, int, str], None] | None = None
    warning: Callable[[str], None] | None = None
    failed: Callable[[str, str, str], None] | None = None
    cancelled: Callable[[], None] | None = None


class Worker(QObject):
    """Runs jobs of `large_gui.service.jobs` in a process of their own.

    The process starts with the first request. When it dies (the system may kill it for its memory),
    every job that was under way is given to `died`, and the next request starts a new process. Messages are
    sent by a thread, as a worker that computes reads none and the window may not wait for it.

    Attributes
    ----------
    exit_code
        Of the last process that ended; ``None`` before.
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
        self._outbox: queue.SimpleQueue[Request | Control | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._refined = Control("refined", {})
        self.exit_code: int | None = None

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

    def pause(self, job: int, paused: bool) -> None:
        """Hold a job, or let it go on; quick requests are answered all the same."""
        self._send(Control("pause" if paused else "go on", job))

    def want(self, paths: list[Path]) -> None:
        """Name the images that are looked at: they come first."""
        self._send(Control("wanted", paths))

    def use_refined(self, encoder: str, codes: Mapping[str, Inverted]) -> None:
        """Have an encoder's codes of some images, by SHA-256, replaced; a new process is told again."""
        self._refined = Control("refined", {(encoder, sha): code for sha, code in codes.items()})
        self._send(self._refined)

    def close(self) -> None:
        """Ask the process to end and wait for it; only one that can't end by itself is killed."""
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
        self._outbox = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._read, args=(ours,), name="worker answers", daemon=True),
            threading.Thread(target=_write, args=(ours, self._outbox), name="worker requests", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self._send(self._refined)

    def _end(self) -> None:
        process, connection, threads = self._process, self._connection, self._threads
        self._process, self._connection, self._threads = None, None, []
        if process is None or connection is None:
            return
        process.join(_PATIENCE)
        if process.is_alive():
            _LOG.warning("the worker did not end by itself and is killed")
            process.kill()  # codes are committed batch by batch: nothing is lost
            process.join()
        self.exit_code = process.exitcode
        self._outbox.put(None)
        for thread in threads:
            thread.join()
        connection.close()
        process.close()

    def _send(self, message: Request | Control) -> None:
        if self._connection is not None:
            self._outbox.put(message)

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


def _write(connection: Connection, outbox: queue.SimpleQueue[Request | Control | None]) -> None:
    """Send what is put into the outbox, until it is ``None`` or nobody is there to read it."""
    try:
        while (message := outbox.get()) is not None:
            connection.send(message)
    except OSError:
        _LOG.info("the worker is gone; its end will be told")
