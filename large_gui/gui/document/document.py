"""The open folder: its session, its project file, what is looked at; with its editor and its job.

Widgets read from here and are told by signals what changed; they never talk to one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from large_gui.core.choices import Chosen, Filter, Method, Order
from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.delivery import Background, Delivery
from large_gui.gui.document.editor import Editor
from large_gui.gui.document.folder_job import FolderJob
from large_gui.service.client import Client

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.direction import Direction
    from large_gui.project.code_cache import Inverted
    from large_gui.project.images.manifest import Manifest
    from large_gui.project.store import ProjectStore
    from large_gui.project.value import Value
    from large_gui.tasks.measure import Measured
    from large_gui.tasks.models import ModelCard
    from large_gui.tasks.session import Session


class Document(QObject):
    """The open folder as every widget sees it; attributes may be read, and are changed by methods only.

    `editor` makes the edits that can be undone, `job` measures the images in the worker, which every widget
    asks through `client`; what takes a moment and needs no network is done in the `background`.

    Signals
    -------
    opened
        Another session, or none.
    images_changed
        Numbers of images that were measured or failed.
    order_changed
        The grid's order or filter.
    labels_changed
        Numbers of images whose labels changed; the line is fitted anew.
    direction_changed, value_changed, grades_changed, tags_changed, directions_changed
        What they say.
    current_changed
        Number of the image that is looked at, -1 for none; the same in every view.
    busy_changed
        A job began, paused, went on or ended.
    progressed
        The `Progress` of the long job.
    notice
        A sentence and a hint for the bar, and whether something went wrong.
    """

    opened = Signal()
    images_changed = Signal(object)
    order_changed = Signal()
    labels_changed = Signal(object)
    direction_changed = Signal()
    value_changed = Signal()
    grades_changed = Signal()
    tags_changed = Signal(str)
    directions_changed = Signal()
    current_changed = Signal(int)
    busy_changed = Signal()
    progressed = Signal(object)
    notice = Signal(str, str, bool)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = home
        self.device = "auto"
        self.client = Client(Delivery(self), died=lambda: self.job.worker_died())
        self.background = Background("read", 1, self)
        self.session: Session | None = None
        self.store: ProjectStore | None = None
        self.model: ModelCard | None = None
        self.refined: Mapping[str, Inverted] = {}  # by SHA-256, of the model in use
        self.current = -1
        self.own: frozenset[str] = frozenset()  # names of the directions that belong to the project
        self.tags: Mapping[str, Mapping[str, bool]] = {}  # by attribute, then by path
        self.sort_by: str = Order.DISTANCE
        self.show: str = Filter.ALL
        self.sought = ""
        self.within: tuple[float, float] | None = None
        self.editor = Editor(self)
        self.job = FolderJob(self)

    # Opening and closing

    def open(self, dropped: Sequence[Path]) -> None:
        """Open a folder, several files, or a project file; what was open is closed, nothing is lost."""
        from large_gui.tasks.projects import open_project

        if not dropped:
            return
        try:
            store, opened = open_project([path.absolute() for path in dropped], self.home)
        except LargeError as error:
            self.tell_error(error)
            return
        self.close()  # first: what is open may be the same project
        self.store = store
        try:
            if store.claim():
                store.set_opened(opened)
        except LargeError as error:
            self.tell_error(error)
        self.job.start(opened)

    def use_model(self, name: str) -> None:
        """Sort the open folder by another model; each keeps a project of its own."""
        from large_gui.tasks.projects import choose_model

        if self.store is None or self.is_read_only():
            return
        try:
            opened = self.store.opened()
            choose_model(opened, self.home, name)
        except LargeError as error:
            self.tell_error(error)
            return
        self.open(opened)

    def close(self) -> None:
        """Close what is open; jobs stop, and what they did is kept."""
        self.job.drop()
        self.editor.stack.clear()
        if self.store is not None:
            self.store.close()
        self.store = self.session = None
        self.own, self.tags = frozenset(), {}
        self.within, self.sought, self.show, self.sort_by = None, "", Filter.ALL, Order.DISTANCE
        self.set_current(-1)
        self.opened.emit()
        self.busy_changed.emit()

    def quit(self) -> None:
        """Close for good."""
        self.close()
        self.client.close()
        self.background.close()
        self.job.wait()

    # What the job brings

    def take_model(self) -> tuple[ModelCard, list[Direction]]:
        """The model of the project, and the directions to measure: the model's and the person's own.

        Raises
        ------
        LargeError
            When one of them can't be read.
        """
        from large_gui.core.choices import OWN_MODEL
        from large_gui.tasks.models import model_card

        assert self.store is not None
        self.model = model_card(self.store.setting("model", OWN_MODEL))
        self.tags = self.store.tags()
        self.refined = self.store.refined(self.model.key)
        self.client.use_refined(self.model.key, self.refined)
        return self.model, self._directions()

    def refresh_model(self) -> None:
        """Look again at what is here of the model: its generator may have been fetched."""
        from large_gui.tasks.models import model_card

        if self.model is None:
            return
        try:
            self.model = model_card(self.model.name)
        except LargeError as error:
            self.tell_error(error)

    def is_new(self, found: Manifest) -> bool:
        """Whether these are other images than the session's; else its folder is gone on with."""
        return self.session is None or not set(found.paths) <= set(self.session.paths)

    def take_found(self, found: Manifest) -> None:
        """Show the images of a folder, before any is measured."""
        from large_gui.tasks.session import Session

        assert self.model is not None and self.store is not None
        directions = self._directions()
        self.session = Session(found, directions, self.model.name)
        self.session.fit_with(self.store.setting("method", Method.LEAST_SQUARES))
        self._choose(self.store.chosen_direction() or Chosen(directions[0].name))
        self.opened.emit()
        self.is_read_only()

    def tell_result(self) -> None:
        """Say what a person should know of a folder once all of it was looked at."""
        from large_gui.tasks.sort import few_faces

        session = self.session
        if session is None:
            return
        told = [few_faces(session.measured - session.faceless_count, session.measured)]
        if session.failures:
            told.append(f"{count(len(session.failures), 'file')} can't be read; Filter: failed shows which.")
        if any(told):
            self.notice.emit(" ".join(filter(None, told)), "", True)

    def take_measured(self, measured: Measured) -> None:
        """Show what was measured."""
        assert self.session is not None
        numbers = self.session.add(measured)
        self.images_changed.emit(numbers)
        if any(int(i) in self.session.labels for i in numbers):
            self.labels_changed.emit(numbers)

    def _directions(self) -> list[Direction]:
        """In the session's order where there is one."""
        assert self.model is not None and self.store is not None
        if self.session is not None:
            return self.session.directions
        own = self.store.directions()
        self.own = frozenset(own)
        return [*self.model.directions.values(), *own.values()]

    # What is looked at

    def set_current(self, number: int) -> None:
        """Look at one image, in every view."""
        if number != self.current:
            self.current = number
            self.current_changed.emit(number)

    def set_order(self, **changes: Any) -> None:
        """Change ``sort_by``, ``show``, ``within`` or ``sought``."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.order_changed.emit()

    @property
    def chosen(self) -> Chosen:
        """The direction that the folder is sorted by; its name is empty while none is open."""
        if self.session is None:
            return Chosen("")
        return Chosen(self.session.direction.name, self.session.direction.flipped)

    def choose_direction(self, name: str, *, flipped: bool = False) -> None:
        """Sort by another direction, or by the same one turned round."""
        if self.session is not None and Chosen(name, flipped) != self.chosen:
            self.show_direction(Chosen(name, flipped))

    def show_direction(self, chosen: Chosen) -> None:
        """Sort by a direction, of which there may be a new version."""
        self._choose(chosen)
        self.within = None
        self.direction_changed.emit()
        self.value_changed.emit()
        self.grades_changed.emit()
        self.order_changed.emit()

    def flip(self) -> None:
        """Turn the direction round."""
        if self.session is not None:
            self.choose_direction(self.chosen.name, flipped=not self.chosen.flipped)

    def fit_with(self, method: str) -> None:
        """Fit the line by another method."""
        if self.session is not None and self.store is not None and method != self.session.method:
            if not self.store.read_only:
                self.store.set_setting("method", method)
            self.session.fit_with(method)
            self.labels_changed.emit([])

    def _choose(self, chosen: Chosen) -> None:
        assert self.session is not None and self.store is not None
        name = chosen.name
        try:
            labels, grades = self.store.labels(name), self.store.grades(name)
            value = self.store.values().get(name)
            self.session.choose(name, labels, value, flipped=chosen.flipped)
            self.session.grades = grades
            if not self.store.read_only:  # how a folder is looked at may change where nothing can be kept
                self.store.set_chosen_direction(chosen)
        except LargeError as error:
            self.tell_error(error)

    @property
    def value_id(self) -> str:
        """What labels are kept under: the direction, whichever way it is turned."""
        return self.chosen.name

    @property
    def value(self) -> Value:
        """Name, unit and range of what labels say."""
        from large_gui.project.value import Value

        return self.session.value if self.session is not None else Value.unnamed("")

    def origin(self, direction: Direction) -> ModelCard | None:
        """The model that a direction came with; ``None`` for one of the person's own."""
        return None if direction.name in self.own else self.model

    # Directions of one's own

    def add_directions(self, directions: Sequence[Direction], chosen: Chosen | None = None) -> None:
        """Measure every image along directions of one's own, then keep them; choose the last, or another."""
        from dataclasses import replace

        session = self.session
        if session is None or self.store is None or not directions or self.is_read_only():
            return
        if self.job.running or session.unmeasured:
            self.notice.emit(
                "Not every image is inverted yet.", "Add a direction when all of them are.", True
            )
            return
        chosen = chosen or Chosen(directions[-1].name, directions[-1].flipped)
        found = [replace(direction, flipped=False) for direction in directions]
        self.job.measure(found, lambda table: self.editor.keep_directions(found, table, chosen))

    def take_distances(self, directions: Sequence[Direction], table: NDArray[np.float64]) -> None:
        """Take in ``(N, K)`` distances along directions of the session."""
        assert self.session is not None
        for direction, distances in zip(directions, table.T):
            self.session.add_direction(direction, distances)
        self.show_direction(self.chosen)

    def is_read_only(self) -> bool:
        """Whether nothing may be changed here, which is told."""
        if self.store is not None and self.store.read_only:
            self.tell_error(self.store.why_read_only())
            return True
        return False

    def tell_error(self, error: LargeError) -> None:
        """Show an error in the bar; its detail goes to the log."""
        import logging

        logging.getLogger(__name__).warning("%s %s", error.sentence, error.detail)
        self.notice.emit(error.sentence, error.hint, True)
