"""The window's side of the worker process: it sends requests and has a handle for every job.

Nothing here needs Qt or waits. The window loads this file before it is shown, so heavy modules are imported
inside the calls.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from large_gui.core.reporter import Progress
    from large_gui.errors import LargeError
    from large_gui.project.codes.cache import Inverted
    from large_gui.service.messages import Answer, Message
    from large_gui.service.requests import Request

R = TypeVar("R")
_LOG = logging.getLogger(__name__)


class Line(Protocol):
    """A connection to one worker process."""

    @property
    def pid(self) -> int | None:
        """The process id."""

    def send(self, message: Message) -> None:
        """Send a message without waiting for the process to read it."""

    def end(self) -> int | None:
        """Wait until the process ends, kill it if it does not, and return its exit code."""


Connect = Callable[[Callable[["Answer"], None], Callable[[], None]], Line]


class Callbacks(NamedTuple, Generic[R]):
    """Functions to call when a job reports something; each may be left out.

    Attributes
    ----------
    done
        Called with the result when the job is done.
    partial
        Called with every part of the result.
    progressed
        Called with the progress of the job.
    warned
        Called with a sentence that a person should read.
    failed
        Called with the error if the job could not be done.
    stopped
        Called when the job was cancelled, or a newer quick request replaced it.
    lost
        Called when the process died before the job was done.
    ended
        Called after `done`, `failed`, `stopped` or `lost`.
    """

    done: Callable[[R], None] | None = None
    partial: Callable[[Any], None] | None = None
    progressed: Callable[[Progress], None] | None = None
    warned: Callable[[str], None] | None = None
    failed: Callable[[LargeError], None] | None = None
    stopped: Callable[[], None] | None = None
    lost: Callable[[], None] | None = None
    ended: Callable[[], None] | None = None


class JobHandle(Generic[R]):
    """One job of the worker, which `Client.ask` returns.

    Attributes
    ----------
    id
        Number of the job; a later job has a larger one.
    request
        The request that the job does.
    running
        Whether the job runs or waits for its turn, and was not forgotten.
    paused
        Whether the job is paused.
    lost
        Whether the process died before the job was done.
    progress
        The last progress that was reported.
    """

    def __init__(
        self, number: int, request: Request[R], callbacks: Callbacks[R], send: Callable[[Message], None]
    ) -> None:
        self.id, self.request = number, request
        self.running, self.paused, self.lost = True, False, False
        self.progress: Progress | None = None
        self._callbacks, self._send = callbacks, send

    def cancel(self) -> None:
        """Ask the job to stop; `stopped` is called when it has stopped, unless it was done before."""
        from large_gui.service.messages import Cancel

        if self.running:
            self._send(Cancel(self.id))

    def forget(self) -> None:
        """Stop the job; none of its callbacks is called from now on."""
        self.cancel()
        self.running = False

    def pause(self, paused: bool) -> None:
        """Pause the job, or let it go on; quick requests are answered while it is paused."""
        from large_gui.service.messages import GoOn, Pause

        if self.running:
            self.paused = paused
            self._send(Pause(self.id) if paused else GoOn(self.id))

    def take(self, answer: Answer) -> None:
        """Call the callback for an answer; only the client calls this."""
        from large_gui.service.messages import Done, Failed, Partial, Progressed, Stopped, Warned

        on = self._callbacks
        match answer:
            case Progressed():
                self.progress = answer.progress
                _call(on.progressed, answer.progress)
            case Partial():
                _call(on.partial, answer.piece)
            case Warned():
                _call(on.warned, answer.sentence)
            case Done():
                self._end(on.done, answer.result)
            case Failed():
                _LOG.warning("%s %s", answer.sentence, answer.detail)
                self._end(on.failed, answer.error())
            case Stopped():
                self._end(on.stopped)

    def lose(self) -> None:
        """Call the callback for a process that died; only the client calls this."""
        self._end(self._callbacks.lost)

    def _end(self, callback: Callable[..., None] | None, *arguments: object) -> None:
        self.running = self.paused = False
        try:
            _call(callback, *arguments)
        finally:
            _call(self._callbacks.ended)


class Client:
    """Sends requests to a worker process, which starts with the first request, and again after it died.

    All methods and callbacks are called on one thread, the client's own. Only `deliver` is called on another
    thread.

    Parameters
    ----------
    deliver
        Called on the thread that reads answers, with a function that it must have called on the client's
        thread.
    died
        Called when the process died by itself. The jobs that it was to do are then marked as lost, but their
        callbacks have not been called yet.
    connect
        Starts a process and returns the line to it. Its arguments are a function to call with every answer
        and one to call when the process is gone.

    Attributes
    ----------
    exit_code
        Exit code of the last process that ended; ``None`` if none has ended.
    """

    def __init__(
        self,
        deliver: Callable[[Callable[[], None]], None],
        died: Callable[[], None] | None = None,
        connect: Connect | None = None,
    ) -> None:
        self._deliver, self._died, self._connect = deliver, died, connect
        self._handles: dict[int, JobHandle[Any]] = {}
        self._last = 0
        self._line: Line | None = None
        self._lines = 0  # number of lines so far; answers of an older line are dropped
        self._refined: dict[tuple[str, str], Inverted] = {}
        self._closed = False
        self.exit_code: int | None = None

    @property
    def pid(self) -> int | None:
        """The process id; ``None`` if no process runs."""
        return self._line.pid if self._line is not None else None

    @property
    def busy(self) -> bool:
        """Whether the process does a job, or is still stopping one that `cancel_all` has cancelled."""
        return bool(self._handles)

    def cancel_all(self) -> None:
        """Ask every job to stop; `busy` says when they have."""
        for handle in list(self._handles.values()):
            handle.cancel()

    def ask(self, request: Request[R], callbacks: Callbacks[R] | None = None) -> JobHandle[R]:
        """Request a job.

        Parameters
        ----------
        request
            The job to do.
        callbacks
            Functions to call, on the client's thread, when the job reports something.

        Returns
        -------
        The handle of the job. If the client was closed, the job does not run.
        """
        from large_gui.service.messages import Ask

        self._last += 1
        handle = JobHandle(self._last, request, callbacks or Callbacks(), self._send)
        if self._closed:
            handle.running = False
            return handle
        self._start()
        self._handles[handle.id] = handle
        self._send(Ask(handle.id, request))
        return handle

    def want(self, paths: Sequence[Path]) -> None:
        """Name the images that a person is looking at, which come first."""
        from large_gui.service.messages import Wanted

        self._send(Wanted(paths))

    def use_refined(self, model_key: str, codes: Mapping[str, Inverted]) -> None:
        """Replace a model's codes of some images, by SHA-256, in this process and in every later one."""
        from large_gui.service.messages import UseRefined

        self._refined = {(model_key, sha): code for sha, code in codes.items()}
        self._send(UseRefined(self._refined))

    def close(self) -> None:
        """Ask the process to end and wait for it; it is killed only if it does not end by itself."""
        from large_gui.service.messages import Quit

        self._closed = True
        for handle in self._handles.values():
            handle.running = False
        self._handles.clear()
        self._send(Quit())
        self._end()

    def _start(self) -> None:
        if self._line is not None:
            return
        from large_gui.service.messages import UseRefined

        self._lines += 1
        take, gone = partial(self._take, self._lines), partial(self._gone, self._lines)
        connect = self._connect or _process_line()
        self._line = connect(lambda answer: self._deliver(partial(take, answer)), lambda: self._deliver(gone))
        self._send(UseRefined(self._refined))

    def _end(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self.exit_code = line.end()

    def _send(self, message: Message) -> None:
        if self._line is not None:
            self._line.send(message)

    def _take(self, line: int, answer: Answer) -> None:
        if line != self._lines or self._line is None:
            return  # the answer of a process that was ended
        handle = self._handles.get(answer.id)
        if handle is None:
            return
        try:
            if handle.running:
                handle.take(answer)
        finally:  # also when a callback raised an error
            if not handle.running:  # it has ended or was forgotten
                self._handles.pop(handle.id, None)

    def _gone(self, line: int) -> None:
        if line != self._lines or self._line is None:
            return  # the client itself ended the process
        self._end()
        under_way, self._handles = list(self._handles.values()), {}
        for handle in under_way:
            handle.lost = handle.running
        with ExitStack() as telling:  # all are told, in this order, also when a callback raises an error
            for handle in reversed(under_way):
                telling.callback(_lose, handle)
            telling.callback(_call, self._died)


def training_line(arrived: Callable[[Answer], None], gone: Callable[[], None]) -> Line:
    """Start a process for jobs that take hours, which leaves the processor to all others."""
    from large_gui.service.line import ProcessLine
    from large_gui.service.worker import serve_training

    return ProcessLine(arrived, gone, serve_training)


def _process_line() -> Connect:
    from large_gui.service.line import ProcessLine

    return ProcessLine


def _lose(handle: JobHandle[Any]) -> None:
    if handle.running:  # it was not forgotten meanwhile
        handle.lose()


def _call(callback: Callable[..., None] | None, *arguments: object) -> None:
    if callback is not None:
        callback(*arguments)
