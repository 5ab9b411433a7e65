"""The long job of the open folder: measures its images; may be held, stopped and resumed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from large_gui.errors import LargeError
from large_gui.gui.jobs import Handlers
from large_gui.gui.warm_up import warm_up

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.gui.document import Document
    from large_gui.tasks.measure import Found, Measured
    from large_gui.tasks.refine import Refinement

_RESORT_MS = 400  # between two sortings while images come in
_MOST_RESTARTS = 3  # of the worker for one folder


class FolderJob(QObject):
    """Runs in the document's worker and brings what it finds to the document, which tells of every change.

    `busy` says in words what runs, empty when nothing does; `paused` whether it is held.
    """

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self.busy, self.paused = "", False
        self._dropped: list[Path] = []
        self._id = 0
        self._restarts = 0
        self._warming: threading.Thread | None = None
        self._resort = QTimer(self, singleShot=True, interval=_RESORT_MS)
        self._resort.timeout.connect(document.order_changed)
        document.worker.died.connect(self._worker_died)

    @property
    def running(self) -> bool:
        """Whether images are looked for or measured."""
        return self._id != 0

    @property
    def unfinished(self) -> bool:
        """Whether images wait to be measured and no job does it."""
        session = self._document.session
        return session is not None and not self.running and session.unmeasured > 0

    def start(self, dropped: Sequence[Path]) -> None:
        """Measure what was just opened."""
        self._dropped, self._restarts = list(dropped), 0
        self._begin()

    def resume(self) -> None:
        """Go on with a folder whose job was cancelled."""
        if self._document.store is not None and not self.running:
            self._begin()

    def cancel(self) -> None:
        """Stop; what was done is kept."""
        if self.running:
            self._document.worker.forget(self._id)
            self._ended()
            self._document.notice.emit(
                "Stopped. What was done is kept.", "Resume goes on where it was.", False
            )

    def pause(self, paused: bool) -> None:
        """Hold, or let go on."""
        self.paused = paused
        self._document.worker.pause(paused)
        self._document.busy_changed.emit()

    def drop(self) -> None:
        """Stop because the folder is closed, and hear no more of it."""
        if self.running:
            self._document.worker.forget(self._id)
        self._id, self.busy, self.paused = 0, "", False
        self._resort.stop()

    def wait(self) -> None:
        """Until no thread of its own runs."""
        if self._warming is not None:
            self._warming.join()

    def measure(self, direction: Direction, done: Callable[[Any], None]) -> None:
        """Measure every image along one more direction; ``done`` gets distances while the folder is open."""
        session, pack = self._document.session, self._document.pack
        assert session is not None and pack is not None

        def measured(distances: Any) -> None:
            if self._document.session is session:
                self._ended()
                done(distances)

        handlers = Handlers(
            done=measured, failed=self._failed, progress=self._progress, cancelled=self._ended
        )
        self._document.worker.request(
            "measure", handlers, sha256=session.sha256, model=pack.name, direction=direction
        )

    def refine(self, number: int) -> None:
        """Optimise the code of one image; it then has another distance."""
        document, session = self._document, self._document.session
        if session is None or self.running:
            return
        before = float(session.distances[number])

        def done(refinement: Refinement) -> None:
            document.take_measured(refinement.measured)
            self._ended()
            document.notice.emit(
                f"Refined: pixel error {refinement.pixels_before:.2f} → {refinement.pixels_after:.2f}, "
                f"distance {before:+.2f} → {float(session.distances[number]):+.2f}.", "", False,
            )  # fmt: skip

        handlers = Handlers(done=done, failed=self._failed, progress=self._progress, cancelled=self._ended)
        self.busy, self.paused = "Refining", False
        self._id = document.worker.request(
            "refine", handlers, folder=session.folder, path=session.paths[number], model=session.model,
            directions=session.directions, device=document.device,
        )  # fmt: skip
        document.busy_changed.emit()

    def _begin(self) -> None:
        document = self._document
        try:
            pack, directions = document.take_model()
        except LargeError as error:
            document.tell_error(error)
            return
        self._warming = self._warming or warm_up()
        handlers = Handlers(
            done=lambda _: self._ended(), partial=self._partial, progress=self._progress,
            failed=self._failed, cancelled=self._ended,
            warning=lambda sentence: document.notice.emit(sentence, "", True),
        )  # fmt: skip
        self.busy, self.paused = "Looking for images", False
        self._id = document.worker.request(
            "open", handlers, dropped=self._dropped, model=pack.name, directions=directions,
            device=document.device,
        )  # fmt: skip
        document.busy_changed.emit()

    def _partial(self, part: Found | Measured) -> None:
        from large_gui.tasks.measure import Measured

        if isinstance(part, Measured):
            self._document.take_measured(part)
            if not self._resort.isActive():
                self._resort.start()
        elif self._document.is_new(part):
            self.busy = "Loading the networks"
            self._document.take_found(part)

    def _progress(self, done: int, total: int, what: str) -> None:
        self.busy = what
        self._document.progressed.emit(done, total, what)

    def _ended(self) -> None:
        self._id, self.busy = 0, ""
        if self.paused:
            self.paused = False
            self._document.worker.pause(False)
        self._resort.stop()
        self._document.order_changed.emit()
        self._document.busy_changed.emit()

    def _failed(self, sentence: str, hint: str, detail: str) -> None:
        self._ended()
        self._document.notice.emit(sentence, hint, True)

    def _worker_died(self) -> None:
        document = self._document
        was_running, self._id, self.busy, self.paused = self.running, 0, "", False
        self._restarts += 1
        if was_running and document.store is not None and self._restarts <= _MOST_RESTARTS:
            document.notice.emit(
                "The process that inverts images was ended, perhaps for want of memory, and started again.",
                "Nothing that was done is lost. Close other programs if it happens again.", True,
            )  # fmt: skip
            self._begin()
        else:
            document.notice.emit(
                "The process that inverts images was ended.", "Resume starts it again.", True
            )
            document.busy_changed.emit()
