"""The long job of the open folder, which measures its images and can be held, stopped and resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal

from large_gui.core.words import signed
from large_gui.errors import LargeError
from large_gui.gui.document.job import Job
from large_gui.gui.document.warm_up import warm_up
from large_gui.project.durations import remember_took, took

if TYPE_CHECKING:
    from threading import Thread

    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.direction import Direction
    from large_gui.gui.document.editor import Editor
    from large_gui.gui.document.intake import Intake
    from large_gui.gui.document.view import ViewState
    from large_gui.project.images.manifest import Manifest
    from large_gui.service.client import JobHandle
    from large_gui.tasks.measure import Measured
    from large_gui.tasks.models import ModelCard
    from large_gui.tasks.opening.proposing import Proposal
    from large_gui.tasks.refine import Refinement
    from large_gui.tasks.watching.moved import Moved

_RESORT_MS = 400  # between two sortings while images come in
_MOST_RESTARTS = 3  # of the worker for one folder


class FolderJob(Job):
    """A job that has the worker find and measure the images of the folder, and hands on the results.

    Signals
    -------
    found_again
        The `Manifest` of a folder that is gone on with.
    known_folder
        Another folder had these images, as a `Moved` says.
    """

    found_again = Signal(object)
    known_folder = Signal(object)

    def __init__(self, view: ViewState, intake: Intake, editor: Editor) -> None:
        super().__init__(view)
        self._view, self._intake, self._editor = view, intake, editor
        self._dropped: list[Path] = []
        self._restarts = 0
        self._found: Manifest | None = None
        self._proposal: Proposal | None = None
        self._held = False  # whether it was held at any time
        self._more = False  # whether images came while it ran
        # The job that measures directions to be added, what begins it again, and the same once it is lost.
        self._adding: tuple[JobHandle[Any] | None, Callable[[], None]] | None = None
        self._lost: Callable[[], None] | None = None
        self._warming: Thread | None = None
        self._resort = QTimer(self, singleShot=True, interval=_RESORT_MS)
        self._resort.timeout.connect(view.order_changed)
        self.changed.connect(view.busy_changed)
        self.progressed.connect(view.progressed)
        view.worker_died.connect(self.worker_died)
        view.directions_changed.connect(self.complete)  # images may have come while a direction was away

    @property
    def unfinished(self) -> bool:
        """Whether images wait to be measured while no job runs."""
        session = self._view.session
        return session is not None and not self.running and session.unmeasured > 0

    def start(self, dropped: Sequence[Path]) -> None:
        """Begin to measure the images of what was just opened."""
        self._dropped, self._restarts, self._lost = list(dropped), 0, None
        self._begin()

    def pause(self, paused: bool) -> None:
        """Hold the job, or let it go on."""
        self._held = True
        super().pause(paused)

    def resume(self) -> None:
        """Go on with a folder whose job was stopped."""
        if self._view.store is not None and not self.running:
            self._begin()

    def cancel(self) -> None:
        """Stop the job, and keep what was done."""
        self._more, self._lost = False, None
        if self.running:
            super().cancel()
            hint = "Resume goes on where it was." if self.unfinished else ""
            self._view.notice.emit("Stopped. What was done is kept.", hint, False)

    def drop(self) -> None:
        """Stop because the folder is closed, and ignore answers that still come."""
        self.forget()
        self._resort.stop()
        self._more, self._lost = False, None

    def wait(self) -> None:
        """Wait until no thread of this job runs any more."""
        if self._warming is not None:
            self._warming.join()

    def measure(self, directions: Sequence[Direction], done: Callable[[NDArray[np.float64]], None]) -> None:
        """Measure every image along more directions; ``done`` gets distances ``(N, K)``.

        If the process dies meanwhile, they are measured once the folder is done again.
        """
        self._measure(directions, done)
        self._adding = self._handle, partial(self.measure, directions, done)

    def _measure(self, directions: Sequence[Direction], done: Callable[[NDArray[np.float64]], None]) -> None:
        from large_gui.service.requests import Measure

        session, model = self._view.session, self._view.model
        assert session is not None and model is not None
        asked = list(session.sha256)

        def aligned(table: NDArray[np.float64]) -> None:
            if session.sha256 != asked:  # the folder has changed meanwhile
                table = np.column_stack([session.of_contents(asked, along) for along in table.T])
            done(table)

        import numpy as np

        self.begin("Measuring", Measure(asked, model.name, list(directions)), done=aligned)

    def measure_new(self) -> None:
        """Measure the images that have come or were edited, once nothing else is being measured."""
        from large_gui.service.watching import MeasureFiles

        session, view = self._view.session, self._view
        self._more = self.running
        if session is None or self.running or not session.unmeasured:
            return
        waiting = [path for i, path in enumerate(session.paths) if session.waits(i)]
        request = MeasureFiles(
            session.folder, waiting, session.model, session.directions, view.device, view.engine
        )
        self.begin(
            "Measuring what is new", request, done=lambda _: self._measure_lacking(), partial=self._part
        )

    def complete(self) -> None:
        """Say how the folder went, and measure along directions that were missing meanwhile."""
        self._intake.fit_to_all()
        self._intake.tell_result()
        self._measure_lacking()
        if self._lost is not None and not self.running:
            lost, self._lost = self._lost, None
            lost()

    def _measure_lacking(self) -> None:
        session = self._view.session
        lacking = session.lacking() if session is not None and not self.running else []
        if lacking:
            self._measure(lacking, lambda table: self._intake.take_distances(lacking, table))

    def refine(self, number: int) -> None:
        """Optimise the code of one image, which changes its distance."""
        from large_gui.service.requests import Refine

        view, session = self._view, self._view.session
        if session is None or self.running or view.is_read_only():
            return
        self._held = False
        before, model, began = float(session.distances[number]), session.model, monotonic()

        def done(refinement: Refinement) -> None:
            if not self._held:  # else it took less than that
                remember_took(view.home, _refining(model, view.device), monotonic() - began)
            self._editor.refine(refinement)
            told = f"Refined: pixel error {refinement.pixels_before:.2f} → {refinement.pixels_after:.2f}"
            if session.direction is not None:
                told += f", distance {signed(before)} → {signed(float(session.distances[number]))}"
            view.notice.emit(f"{told}.", "", False)

        request = Refine(
            session.folder, session.paths[number], session.model, session.directions, view.device
        )
        self.begin("Refining", request, done=done)

    def refining_takes(self) -> float | None:
        """How many seconds it took to refine an image the last time; ``None`` if none was refined yet."""
        view = self._view
        return None if view.session is None else took(view.home, _refining(view.session.model, view.device))

    def _begin(self) -> None:
        """Measure the images, or look first which model suits them if that is not known yet."""
        from large_gui.service.requests import ProposeModel
        from large_gui.tasks.projects import lacks_model

        assert self._view.store is not None
        try:
            model, directions = self._intake.take_model()
            is_open = lacks_model(self._view.store, self._dropped, self._view.home)
        except LargeError as error:
            self._view.tell_error(error)
            return
        self._warming = self._warming or warm_up()
        self._proposal = None
        if is_open:
            request = ProposeModel(self._dropped)
            self.begin("Looking for images", request, done=self._proposed, partial=self._part)
        else:
            self._measure_all(model, directions)

    def _measure_all(self, model: ModelCard, directions: Sequence[Direction]) -> None:
        from large_gui.service.requests import OpenFolder

        request = OpenFolder(self._dropped, model.name, directions, self._view.device, self._view.engine)
        self.begin("Looking for images", request, done=self._all_measured, partial=self._part)

    def _all_measured(self, _: None) -> None:
        """Say how the folder went; one that has no direction is sorted by what its images differ most in."""
        from large_gui.service.requests import FindDirections
        from large_gui.tasks.opening.first_directions import first_search

        view, session = self._view, self._view.session
        if session is None or view.store is None or session.directions or view.store.read_only:
            self.complete()
            return
        request = FindDirections(
            first_search(), session.model, list(session.sha256), device=self._view.device
        )
        self.begin(
            "Finding what differs most", request, done=self._measure_found,
            failed=lambda _: self.complete(), warned=lambda _: None,
        )  # fmt: skip

    def _measure_found(self, found: list[Direction]) -> None:
        def keep(table: NDArray[np.float64]) -> None:
            if self._editor.start_with(found, table):
                self._intake.tell_result(found[0])

        self._measure(found, keep)

    def _proposed(self, _: None) -> None:
        """Use the model that was proposed, and measure the images with it."""
        try:
            if self._proposal is not None and self._found is not None:
                self._intake.take_proposal(self._proposal, self._found, self._dropped)
            model, directions = self._intake.take_model()
        except LargeError as error:
            self._view.tell_error(error)
            return
        self._measure_all(model, directions)

    def _part(self, part: Manifest | Proposal | Moved | Measured) -> None:
        from large_gui.tasks.measure import Measured
        from large_gui.tasks.opening.proposing import Proposal
        from large_gui.tasks.watching.moved import Moved

        if isinstance(part, Measured):
            self._intake.take_measured(part)
            if not self._resort.isActive():
                self._resort.start()
        elif isinstance(part, Proposal):
            self._proposal = part
        elif isinstance(part, Moved):
            self.known_folder.emit(part)
        elif self._view.session is None:
            self._found = part
            self.busy = "Loading the networks"
            self._intake.take_found(part)
        else:
            self.found_again.emit(part)

    def _ended(self) -> None:
        self._resort.stop()
        self._view.refresh_model()  # the job may have fetched its generator
        super()._ended()
        self._view.order_changed.emit()
        if self._more and not self.running:
            self.measure_new()

    def worker_died(self) -> None:
        """Tell that the process ended, and go on in a new one if the job was lost with it."""
        view, was_running = self._view, self._handle is not None and self._handle.lost
        if was_running and self._adding is not None and self._adding[0] is self._handle:
            self._lost = self._adding[1]
        super().cancel()
        self._restarts += 1
        if was_running and view.store is not None and self._restarts <= _MOST_RESTARTS:
            view.notice.emit(
                "The process that measures images was ended, perhaps for want of memory, and started again.",
                "Nothing that was done is lost. Close other programs if it happens again.", True,
            )  # fmt: skip
            self._begin()
        else:
            then = "Resume starts it again." if self.unfinished else "It is started again when it is needed."
            view.notice.emit("The process that measures images was ended.", then, True)


def _refining(model: str, device: str) -> str:
    """The name under which it is remembered how long it takes to refine an image."""
    return f"refine {model} {device}"
