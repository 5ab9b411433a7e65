"""The worker process: it runs the window's jobs, long ones in turn and quick ones in between.

Networks are loaded here, so that the window never waits for them and survives if this process runs out of
memory. Requests come in and answers go out over one connection. A long job does quick requests whenever it
checks whether it was cancelled.
"""

from __future__ import annotations

import logging
import os
import pickle
import threading
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from large_gui.core.reporter import Progress, Reporter
from large_gui.errors import Cancelled, InputError, LargeError
from large_gui.extensions import load_extensions
from large_gui.folders import user_folder
from large_gui.service.log_file import WORKER_LOG, log_to
from large_gui.service.messages import (
    Answer,
    Ask,
    Cancel,
    Control,
    Done,
    Failed,
    GoOn,
    Message,
    Partial,
    Pause,
    Progressed,
    Quit,
    Stopped,
    UseRefined,
    Wanted,
    Warned,
)
from large_gui.service.requests import Request

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_LOG = logging.getLogger(__name__)
_TRAINING_NICE = 5  # on top of what every worker has


def serve_training(connection: Connection) -> None:
    """Answer requests as `serve` does, in a process that leaves the processor to all others.

    A training takes hours, in which the window and its worker are used.
    """
    if hasattr(os, "nice"):
        os.nice(_TRAINING_NICE)
    else:  # where priorities are not for everybody, a core is left free
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    serve(connection)


def serve(connection: Connection) -> None:
    """Answer requests until the window quits or its process dies."""
    if hasattr(os, "nice"):
        os.nice(5)  # the window comes first
    log_to(user_folder() / WORKER_LOG)
    trouble = ""
    try:
        load_extensions()
    except InputError as error:  # without it the rest works
        _LOG.warning("%s %s", error.sentence, error.detail)
        trouble = str(error)
    try:
        WorkerLoop(connection, trouble).run()
    except Exception:
        _LOG.exception("the worker ends")
        raise


class WorkerLoop:
    """The loop of the process.

    Parameters
    ----------
    connection
        Requests come in and answers go out here.
    trouble
        What went wrong while the process started. It is told with the first long job.
    """

    def __init__(self, connection: Connection, trouble: str = "") -> None:
        # The window imports `serve` but needs none of these.
        import large_gui.service.backup_jobs  # their jobs become part of WORK
        import large_gui.service.training_jobs
        import large_gui.service.watching_jobs  # noqa: F401
        from large_gui.service.jobs import WORK, Desk

        self._connection, self._trouble = connection, trouble
        self._sending = threading.Lock()  # threads of a job report while the main one answers
        self._work, self._desk = WORK, Desk()
        self._waiting: deque[Ask] = deque()
        self._quick: dict[type[Request[Any]], Ask] = {}  # the newest of each class
        self._begun: list[int] = []  # the job that runs, after the long job that it interrupts
        self._cancelled: set[int] = set()
        self._paused: set[int] = set()

    def run(self) -> None:
        """Do one request after the other."""
        try:
            while True:
                self._receive(block=not self._waiting and not self._quick)
                self._do_quick()
                if self._waiting:
                    self._do(self._waiting.popleft())
        except _Quit:
            return
        finally:
            self._desk.close()

    def send(self, answer: Answer) -> None:
        """Send the window an answer; any thread may call this."""
        packed = pickle.dumps(answer)  # what can't be packed is a mistake of the job
        try:
            with self._sending:
                self._connection.send_bytes(packed)
        except OSError as error:
            raise _Quit from error

    def look_up(self, number: int) -> None:
        """Do quick requests, wait while a job is paused, raise when it was cancelled."""
        self._receive(block=False)
        self._do_quick()
        while number in self._paused and number not in self._cancelled:
            self._receive(block=True)
            self._do_quick()
        if number in self._cancelled:
            raise Cancelled

    def _message(self, *, block: bool) -> Message | None:
        """The next message; ``None`` if none is here and it shall not ``block``."""
        try:
            if not block and not self._connection.poll():
                return None
            packed = self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise _Quit from error
        try:
            message: Message = pickle.loads(packed)
        except Exception as error:  # the job in it would wait for ever
            _LOG.exception("a message of the window can't be read, so the worker ends")
            raise _Quit from error
        return message

    def _receive(self, *, block: bool) -> None:
        while (message := self._message(block=block)) is not None:
            block = False
            if not isinstance(message, Ask):
                self._obey(message)
            elif message.request.quick:
                replaced = self._quick.pop(type(message.request), None)
                if replaced is not None:
                    self._stopped(replaced.id)
                self._quick[type(message.request)] = message
            else:
                self._waiting.append(message)

    def _obey(self, control: Control) -> None:
        match control:
            case Quit():
                raise _Quit
            case Pause():
                self._paused.add(control.id)
            case GoOn():
                self._paused.discard(control.id)
            case Cancel():
                self._cancel(control.id)
            case Wanted():
                self._desk.wanted = control.paths
            case UseRefined():
                self._desk.cache.instead = control.codes

    def _cancel(self, number: int) -> None:
        """Drop a job that waits; a job that runs stops when it next checks whether it was cancelled."""
        for ask in [ask for ask in (*self._waiting, *self._quick.values()) if ask.id == number]:
            if ask.request.quick:
                del self._quick[type(ask.request)]
            else:
                self._waiting.remove(ask)
            self._stopped(number)
        if number in self._begun:
            self._cancelled.add(number)

    def _stopped(self, number: int) -> None:
        self._paused.discard(number)
        self.send(Stopped(number))

    def _do_quick(self) -> None:
        while self._quick:
            _, ask = self._quick.popitem()
            self._do(ask)
            self._receive(block=False)

    def _tell_trouble(self, ask: Ask) -> None:
        if self._trouble and not ask.request.quick:
            self.send(Warned(ask.id, self._trouble))
            self._trouble = ""

    def _do(self, ask: Ask) -> None:
        self._begun.append(ask.id)
        name = type(ask.request).__name__
        try:
            result = self._work[type(ask.request)](self._desk, ask.request, _JobReporter(self, ask.id))
            if isinstance(result, Iterator):
                for part in result:
                    self.send(Partial(ask.id, part))
                    self._tell_trouble(ask)  # a folder that opens, with its first part, clears the bar
                result = None
            self._tell_trouble(ask)
            self.send(Done(ask.id, result))
        except _Quit:
            raise
        except Cancelled:
            self.send(Stopped(ask.id))
        except LargeError as error:
            _LOG.warning("%s: %s %s", name, error.sentence, error.detail)
            self.send(Failed.of(ask.id, error))
        except Exception:  # noqa: BLE001 - a mistake in one job may not end the others
            import traceback

            sentence = "Something went wrong in the program itself."
            hint = "The log has the details (About)."
            self.send(Failed(ask.id, sentence, hint, traceback.format_exc()))
            _LOG.exception("%s", name)
        finally:
            self._begun.pop()
            self._cancelled.discard(ask.id)
            self._paused.discard(ask.id)


class _JobReporter(Reporter):
    """The reporter of one job, which may be interrupted by others that report too."""

    def __init__(self, loop: WorkerLoop, number: int) -> None:
        self._loop, self._number = loop, number

    def tell(self, progress: Progress) -> None:
        """Report to the window how far the job is."""
        self._loop.send(Progressed(self._number, progress))

    def warn(self, sentence: str) -> None:
        """Send the window a sentence for the person."""
        self._loop.send(Warned(self._number, sentence))

    def check_cancelled(self) -> None:
        """Do quick requests, wait while paused, raise when the job was cancelled."""
        self._loop.look_up(self._number)


class _Quit(Cancelled):
    """Raised when the window quits or its process is gone.

    To a job it is the same as being cancelled: one that then writes its checkpoint does so here too.
    """
