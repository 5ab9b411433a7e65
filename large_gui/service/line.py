"""The line to the worker process: one thread sends messages to it, another reads its answers."""

from __future__ import annotations

import logging
import pickle
import queue
from collections.abc import Callable
from typing import TYPE_CHECKING

from large_gui.errors import InputError
from large_gui.processes import Spawned
from large_gui.service.messages import Answer, Ask, Failed, Message
from large_gui.service.worker import serve
from large_gui.threads import start

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_LOG = logging.getLogger(__name__)
PATIENCE = 60.0  # seconds that a worker gets to end by itself; the window is hidden by then


class ProcessLine:
    """A worker process and the two threads that talk with it, a `large_gui.service.client.Line`.

    Parameters
    ----------
    work
        What the process runs.
    """

    def __init__(
        self,
        arrived: Callable[[Answer], None],
        gone: Callable[[], None],
        work: Callable[[Connection], None] = serve,
    ) -> None:
        self._arrived, self._gone = arrived, gone
        self._process = Spawned(work)
        self._patience = PATIENCE
        self._outbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._threads = [
            start(self._read, "worker answers", daemon=True),
            start(self._write, "worker requests", daemon=True),
        ]

    @property
    def pid(self) -> int | None:
        """The process id."""
        return self._process.pid

    def send(self, message: Message) -> None:
        """Send a message without waiting for the process to read it."""
        self._outbox.put(message)

    def end(self) -> int | None:
        """Wait until the process ends, kill it if it does not, and return its exit code."""
        code = self._process.end(self._patience)  # codes are committed batch by batch: nothing is lost
        self._outbox.put(None)
        for thread in self._threads:
            thread.join()
        self._process.close()
        return code

    def _read(self) -> None:
        try:
            while True:
                self._arrived(self._process.connection.recv())
        except (EOFError, OSError):
            self._gone()
        except Exception:  # noqa: BLE001 - jobs whose answers nobody reads would run for ever
            _LOG.exception("an answer of the worker can't be read, so it is ended")
            self._patience = 0.0
            self._gone()

    def _write(self) -> None:
        """Send the messages in the outbox until one is ``None`` or the process is gone."""
        while (message := self._outbox.get()) is not None:
            try:
                packed = pickle.dumps(message)
            except Exception as error:  # noqa: BLE001 - whatever is in it, the other messages are sent
                self._refuse(message, error)
                continue
            try:
                self._process.connection.send_bytes(packed)
            except OSError:
                _LOG.info("the worker is gone; the thread that reads will report it")
                return

    def _refuse(self, message: Message, error: Exception) -> None:
        """Answer a job that can't be sent; other messages have no answer."""
        _LOG.error("%s can't be sent", type(message).__name__, exc_info=error)
        if isinstance(message, Ask):
            name = type(message.request).__name__
            sentence = f"The job {name} can't be sent to the process that does it."
            hint = "Something in it can't be copied between processes. The log has the details (About)."
            self._arrived(Failed.of(message.id, InputError(sentence, hint=hint, detail=repr(error))))
