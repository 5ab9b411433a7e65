"""A job of the worker as the window follows it: it can be begun, held and stopped, and says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from large_gui.service.client import Callbacks, Client, JobHandle

if TYPE_CHECKING:
    from large_gui.core.reporter import Progress
    from large_gui.errors import LargeError
    from large_gui.gui.document.state import FolderState
    from large_gui.service.requests import Request

R = TypeVar("R")


class Job(QObject):
    """A job that a widget asks of the worker, one request at a time.

    Errors and warnings go to the notice bar, unless the caller of `begin` takes them.

    Parameters
    ----------
    client
        The process that is asked; by default the worker.

    Attributes
    ----------
    busy
        What runs, in words; empty when nothing does.
    stopping
        Whether it was asked to stop by `stop`, and has not stopped yet.
    stamp
        What the newest request is for, also when it is answered; ``None`` after one that came to nothing
        and may be made again.

    Signals
    -------
    changed
        It began, was held, went on or ended.
    progressed
        The `Progress` of what runs.
    """

    changed = Signal()
    progressed = Signal(object)

    def __init__(
        self, state: FolderState, parent: QObject | None = None, client: Client | None = None
    ) -> None:
        super().__init__(parent or state)
        self._state, self._client = state, client
        self._handle: JobHandle[Any] | None = None
        self._began = 0.0  # seconds of the clock
        self.busy, self.stopping = "", False
        self.stamp: object = None

    @property
    def running(self) -> bool:
        """Whether the job runs or waits for its turn."""
        return self._handle is not None and self._handle.running

    @property
    def paused(self) -> bool:
        """Whether the job is held."""
        return self._handle is not None and self._handle.paused

    def begin(
        self, what: str, request: Request[R], *, done: Callable[[R], None],
        partial: Callable[[Any], None] | None = None, warned: Callable[[str], None] | None = None,
        failed: Callable[[LargeError], None] | None = None, stopped: Callable[[], None] | None = None,
        lost: Callable[[], None] | None = None, stamp: object = None,
    ) -> None:  # fmt: skip
        """Ask the worker, and forget the request before if it is not done yet.

        Parameters
        ----------
        what
            What runs, in words, until the job says more.
        request
            The job.
        done
            Called with the result.
        partial
            Called with parts of the result that come before.
        warned
            Called with a sentence for the person, in place of the notice bar.
        failed
            Called with the error, in place of the notice bar.
        stopped
            Called when it has stopped after `stop`, or a newer quick request took its place; not after
            `cancel` and `forget`.
        lost
            Called when the process died before it was done.
        stamp
            What this is for; see the attribute.
        """

        def finished(result: R) -> None:
            try:
                done(result)
            finally:
                self._ended()

        def ended(then: Callable[..., None] | None, *arguments: object) -> None:
            self._ended()
            if then is not None:
                then(*arguments)

        def came_to_nothing(then: Callable[[], None] | None) -> None:
            self.stamp = None
            ended(then)

        if self._handle is not None:
            self._handle.forget()
        self.busy, self.stamp, self._began = what, stamp, time.monotonic()
        self.stopping = False
        callbacks = Callbacks(
            done=finished,
            partial=partial,
            progressed=self._progressed,
            warned=warned or self._warned,
            failed=lambda error: ended(failed or self._failed, error),
            stopped=lambda: came_to_nothing(stopped),
            lost=lambda: came_to_nothing(lost),
        )
        self._handle = (self._client or self._state.client).ask(request, callbacks)
        self.changed.emit()

    def stop(self) -> None:
        """Ask the job to stop, and follow it until it has: what it writes at its end takes a moment."""
        if self._handle is not None and self.running:
            self.stopping = True
            self._handle.cancel()
            self.changed.emit()

    def cancel(self) -> None:
        """Stop the job, emit `changed`, and ignore answers that still come."""
        if self.running:
            self.forget()
            self._ended()

    def forget(self) -> None:
        """Stop the job without a signal, and ignore answers that still come."""
        if self._handle is not None:
            self._handle.forget()
        self._handle, self.busy, self.stamp = None, "", None

    def pause(self, paused: bool) -> None:
        """Hold the job, or let it go on."""
        if self._handle is not None and self.running:
            self._handle.pause(paused)
            self.changed.emit()

    def _progressed(self, progress: Progress) -> None:
        self.busy = progress.words
        self.progressed.emit(progress)
        self._state.job_progressed.emit(progress)

    def _warned(self, sentence: str) -> None:
        self._state.notice.emit(sentence, "", True)

    def _failed(self, error: LargeError) -> None:
        self._state.notice.emit(error.sentence, error.hint, True)  # the client has logged it

    def _ended(self) -> None:
        """Tell that the job ended, unless the next one has begun."""
        ended = not self.running
        if ended:
            self.busy, self.stopping = "", False
        self.changed.emit()
        if ended:
            self._state.job_ended.emit(time.monotonic() - self._began)
