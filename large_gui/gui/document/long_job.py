"""One long job of the worker, as the window follows it: what runs, how far it is, holding and stopping it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from large_gui.gui.document.jobs import Handlers

if TYPE_CHECKING:
    from large_gui.gui.document.document import Document


class LongJob(QObject):
    """Whatever takes long is one of these; it runs one job at a time.

    `busy` says in words what runs, empty when nothing does; `paused` whether it is held.

    Signals
    -------
    changed
        It began, was held, went on or ended.
    progressed
        Done, total, what.
    """

    changed = Signal()
    progressed = Signal(int, int, str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent or document)
        self._document = document
        self.busy, self.paused = "", False
        self._id = 0
        document.worker.died.connect(self._died)

    @property
    def running(self) -> bool:
        """Whether it runs, or waits for its turn."""
        return self._id != 0

    def begin(
        self, what: str, job: str, *, done: Callable[[Any], None],
        partial: Callable[[Any], None] | None = None, **arguments: Any,
    ) -> None:  # fmt: skip
        """Ask the worker for a job; errors and warnings go to the bar."""

        def finished(result: Any) -> None:
            self._id = 0
            done(result)
            self._ended()

        def failed(sentence: str, hint: str, _: str) -> None:
            self._id = 0
            self._ended()
            self._document.notice.emit(sentence, hint, True)

        def stopped() -> None:
            self._id = 0
            self._ended()

        handlers = Handlers(
            done=finished, partial=partial, progress=self._progress, failed=failed, cancelled=stopped,
            warning=lambda sentence: self._document.notice.emit(sentence, "", True),
        )  # fmt: skip
        self.busy, self.paused = what, False
        self._id = self._document.worker.request(job, handlers, **arguments)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop, and hear no more of it."""
        if self.running:
            self._document.worker.forget(self._id)
            self._id = 0
            self._ended()

    def pause(self, paused: bool) -> None:
        """Hold, or let go on."""
        if self.running:
            self.paused = paused
            self._document.worker.pause(self._id, paused)
            self.changed.emit()

    def _progress(self, done: int, total: int, what: str) -> None:
        self.busy = what
        self.progressed.emit(done, total, what)

    def _ended(self) -> None:
        """Say that nothing runs, unless the next job has begun."""
        if not self.running:
            self.busy, self.paused = "", False
        self.changed.emit()

    def _died(self) -> None:
        if self.running:
            self._id = 0
            self._ended()
