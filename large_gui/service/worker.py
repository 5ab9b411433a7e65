"""The worker: one process that runs the window's jobs, long ones in turn and quick ones in between.

The window may not wait and may not fall with an out-of-memory kill, so networks live here. Requests come
in and answers go out over one connection; a long job looks for quick requests whenever it checks whether
it was cancelled.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from large_gui.errors import Cancelled, LargeError
from large_gui.folders import user_folder
from large_gui.service.log_file import WORKER_LOG, log_to

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

QUICK = frozenset({"crop", "picture", "walk", "layers"})
_LOG = logging.getLogger(__name__)


class Request(NamedTuple):
    """A job to run; of quick requests with one name that wait, only the newest is answered."""

    id: int
    job: str
    arguments: dict[str, Any]


class Control(NamedTuple):
    """``cancel`` and ``go on`` and ``pause`` (value: the job's id), ``wanted`` (paths looked at),
    ``refined`` (codes in place of the cache's, by encoder and SHA-256), ``quit``."""

    what: str
    value: Any = None


class Answer(NamedTuple):
    """What happened to a job: ``progress``, ``partial``, ``warning``, ``done``, ``failed``, ``cancelled``."""

    id: int
    kind: str
    value: Any = None


def serve(connection: Connection) -> None:
    """Answer requests until the window quits or is gone."""
    if hasattr(os, "nice"):
        os.nice(5)  # the window comes first
    log_to(user_folder() / WORKER_LOG)
    try:
        Worker(connection).run()
    except Exception:
        _LOG.exception("the worker ends")
        raise


class Worker:
    """The loop of the process; also the reporter of the job that runs."""

    def __init__(self, connection: Connection) -> None:
        from large_gui.service.jobs import Jobs

        self.connection = connection
        self.jobs = Jobs()
        self.wanted: list[Path] = []
        self._waiting: deque[Request] = deque()
        self._quick: dict[str, Request] = {}
        self._running = 0
        self._cancelled: set[int] = set()
        self._paused: set[int] = set()

    def run(self) -> None:
        """Take one request after the other."""
        try:
            while True:
                self._receive(block=not self._waiting and not self._quick)
                self._answer_quick()
                if self._waiting:
                    self._perform(self._waiting.popleft())
        except (EOFError, BrokenPipeError, ConnectionResetError, _Quit):
            return
        finally:
            self.jobs.close()

    def progress(self, done: int, total: int, what: str) -> None:
        """Tell the window how far the job is."""
        self._tell("progress", (done, total, what))

    def warn(self, sentence: str) -> None:
        """Tell the window a sentence."""
        self._tell("warning", sentence)

    def check_cancelled(self) -> None:
        """Answer quick requests, wait while paused, raise when the job was cancelled."""
        self._receive(block=False)
        self._answer_quick()
        while self._running in self._paused and self._running not in self._cancelled:
            self._receive(block=True)
            self._answer_quick()
        if self._running in self._cancelled:
            raise Cancelled

    def _receive(self, *, block: bool) -> None:
        while block or self.connection.poll():
            block = False
            message = self.connection.recv()
            if isinstance(message, Control):
                self._control(message)
            elif message.job in QUICK:
                replaced = self._quick.pop(message.job, None)
                if replaced is not None:
                    self.connection.send(Answer(replaced.id, "cancelled"))
                self._quick[message.job] = message
            else:
                self._waiting.append(message)

    def _control(self, control: Control) -> None:
        if control.what == "quit":
            raise _Quit
        if control.what == "pause":
            self._paused.add(control.value)
        elif control.what == "go on":
            self._paused.discard(control.value)
        elif control.what == "wanted":
            self.wanted = control.value
        elif control.what == "refined":
            self.jobs.cache.instead = control.value
        elif control.what == "cancel":
            self._cancelled.add(control.value)

    def _answer_quick(self) -> None:
        while self._quick:
            _, request = self._quick.popitem()
            outer = self._running
            self._perform(request)
            self._running = outer
            self._receive(block=False)

    def _perform(self, request: Request) -> None:
        self._running = request.id
        try:
            if request.id in self._cancelled:
                raise Cancelled
            job: Callable[..., Any] = getattr(self.jobs, request.job)
            result = job(self, **request.arguments)
            if isinstance(result, Iterator):
                for part in result:
                    self._tell("partial", part)
                result = None
            self.connection.send(Answer(request.id, "done", result))
        except Cancelled:
            self.connection.send(Answer(request.id, "cancelled"))
        except LargeError as error:
            _LOG.warning("%s: %s %s", request.job, error.sentence, error.detail)
            self.connection.send(Answer(request.id, "failed", error_parts(error)))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception:  # noqa: BLE001 - a mistake in one job may not end the others
            import traceback

            sentence = "Something went wrong in the program itself."
            hint = "The log has the details (About)."
            self.connection.send(Answer(request.id, "failed", (sentence, hint, traceback.format_exc())))
            _LOG.exception("%s", request.job)
        finally:
            self._cancelled.discard(request.id)
            self._paused.discard(request.id)

    def _tell(self, kind: str, value: Any) -> None:
        self.connection.send(Answer(self._running, kind, value))


class _Quit(BaseException):
    """The window said goodbye; no job may take it for an error of its own."""


def error_parts(error: LargeError) -> tuple[str, str, str]:
    """Sentence, hint and detail: errors cross the process border as these."""
    return error.sentence, error.hint, error.detail
