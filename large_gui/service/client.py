"""The worker as whoever asks it sees it: a handle for every job, without Qt and without waiting.

The window loads this file before it shows, so what is heavier is imported inside the calls.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from large_gui.core.reporter import Progress
    from large_gui.errors import LargeError
    from large_gui.project.code_cache import Inverted
    from large_gui.service.messages import Answer, Message
    from large_gui.service.requests import Request

R = TypeVar("R")
_LOG = logging.getLogger(__name__)


class Line(Protocol):
    """The way to one worker process."""

    @property
    def pid(self) -> int | None:
        """Number of the process."""

    def send(self, message: Message) -> None:
        """Have a message sent, without waiting for the process to read it."""

    def end(self) -> int | None:
        """Wait for the end of the process, kill it if it does not come, and return the exit code."""


Connect = Callable[[Callable[["Answer"], None], Callable[[], None]], Line]


class Callbacks(NamedTuple, Generic[R]):
    """What to call when a job says something; each may be left out.

    Attributes
    ----------
    done
        It is done; gets the result.
    partial
        A part of the result is there.
    progressed
        It is farther than it was.
    warned
        A sentence that a person should read.
    failed
        It could not be done, and why.
    stopped
        It was cancelled, or a newer quick request took its place.
    lost
        The process died before the job was done.
    ended
        It runs no more; called after `done`, `failed`, `stopped` or `lost`.
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
    """One job of the worker, from the moment it was asked for; `Client.ask` makes it.

    Attributes
    ----------
    id
        Its number; a later job has a larger one.
    request
        What was asked for.
    running
        Whether it runs or waits for its turn, and somebody wants to hear of it.
    paused
        Whether it is held.
    lost
        Whether the process died before it was done.
    progress
        The last it told.
    """

    def __init__(
        self, number: int, request: Request[R], callbacks: Callbacks[R], send: Callable[[Message], None]
    ) -> None:
        self.id, self.request = number, request
        self.running, self.paused, self.lost = True, False, False
        self.progress: Progress | None = None
        self._callbacks, self._send = callbacks, send

    def cancel(self) -> None:
        """Ask the job to stop; `stopped` is called when it has, unless it is done before."""
        from large_gui.service.messages import Cancel

        if self.running:
            self._send(Cancel(self.id))

    def forget(self) -> None:
        """Stop the job and hear no more of it: nothing is called from now on."""
        self.cancel()
        self.running = False

    def pause(self, paused: bool) -> None:
        """Hold the job, or let it go on; quick requests are answered all the same."""
        from large_gui.service.messages import GoOn, Pause

        if self.running:
            self.paused = paused
            self._send(Pause(self.id) if paused else GoOn(self.id))

    def take(self, answer: Answer) -> None:
        """Hear an answer; the client calls this."""
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
        """Hear that the process died; the client calls this."""
        self._end(self._callbacks.lost)

    def _end(self, callback: Callable[..., None] | None, *arguments: object) -> None:
        self.running = self.paused = False
        _call(callback, *arguments)
        _call(self._callbacks.ended)


class Client:
    """Asks a worker process, which starts with the first request, and starts again after it died.

    Everything is called on one thread, the client's own; only `deliver` is called on another one.

    Parameters
    ----------
    deliver
        Is given, on the thread that reads answers, what is to be called on the client's own thread.
    died
        Called when the process died by itself, before the jobs that were under way are told; they are
        marked as lost by then.
    connect
        Starts a process and returns the line to it; gets what to call with every answer and at its end.

    Attributes
    ----------
    exit_code
        Of the last process that ended; ``None`` before.
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
        self._lines = 0  # how many there were: what an older one says is dropped
        self._refined: dict[tuple[str, str], Inverted] = {}
        self._closed = False
        self.exit_code: int | None = None

    @property
    def pid(self) -> int | None:
        """Number of the process, while there is one."""
        return self._line.pid if self._line is not None else None

    def ask(self, request: Request[R], callbacks: Callbacks[R] | None = None) -> JobHandle[R]:
        """Have a job done.

        Parameters
        ----------
        request
            What is to be done.
        callbacks
            What to call, on the client's thread, when it says something.

        Returns
        -------
        Its handle; of a client that was closed one that does not run.
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
        """Name the images that are looked at: they come first."""
        from large_gui.service.messages import Wanted

        self._send(Wanted(paths))

    def use_refined(self, encoder: str, codes: Mapping[str, Inverted]) -> None:
        """Have an encoder's codes of some images, by SHA-256, replaced; a new process is told again."""
        from large_gui.service.messages import Refined

        self._refined = {(encoder, sha): code for sha, code in codes.items()}
        self._send(Refined(self._refined))

    def close(self) -> None:
        """Ask the process to end and wait for it; only one that can't end by itself is killed."""
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
        from large_gui.service.messages import Refined

        self._lines += 1
        take, gone = partial(self._take, self._lines), partial(self._gone, self._lines)
        connect = self._connect or _process_line()
        self._line = connect(lambda answer: self._deliver(partial(take, answer)), lambda: self._deliver(gone))
        self._send(Refined(self._refined))

    def _end(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self.exit_code = line.end()

    def _send(self, message: Message) -> None:
        if self._line is not None:
            self._line.send(message)

    def _take(self, line: int, answer: Answer) -> None:
        if line != self._lines or self._line is None:
            return  # of a process that was ended
        handle = self._handles.get(answer.id)
        if handle is None:
            return
        if handle.running:
            handle.take(answer)
        if not handle.running:  # it ended, or nobody wants to hear of it any more
            self._handles.pop(handle.id, None)

    def _gone(self, line: int) -> None:
        if line != self._lines or self._line is None:
            return  # it was ended by us
        self._end()
        under_way, self._handles = list(self._handles.values()), {}
        for handle in under_way:
            handle.lost = handle.running
        _call(self._died)
        for handle in under_way:
            if handle.running:  # nobody has forgotten it meanwhile
                handle.lose()


def _process_line() -> Connect:
    from large_gui.service.line import ProcessLine

    return ProcessLine


def _call(callback: Callable[..., None] | None, *arguments: object) -> None:
    if callback is not None:
        callback(*arguments)
