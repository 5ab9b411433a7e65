"""The open folder: its session, its project file, what is looked at; with its editor and its job.

Widgets read from here and are told by signals what changed; they never talk to one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.delivery import Background, Delivery
from large_gui.gui.document.editor import Editor, kept_grades
from large_gui.gui.document.folder_job import FolderJob
from large_gui.service.client import Client

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.direction import Direction
    from large_gui.project.code_cache import Inverted
    from large_gui.project.store import ProjectStore
    from large_gui.project.value import Value
    from large_gui.tasks.measure import Found, Measured
    from large_gui.tasks.packs import ModelPack
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
        self.pack: ModelPack | None = None
        self.refined: Mapping[str, Inverted] = {}  # by SHA-256, of the model in use
        self.current = -1
        self.sort_by, self.show, self.sought = "distance", "all", ""
        self.within: tuple[float, float] | None = None
        self.editor = Editor(self)
        self.job = FolderJob(self)

    # Opening and closing

    def open(self, dropped: Sequence[Path]) -> None:
        """Open a folder, several files, or a project file; what was open is closed, nothing is lost."""
        from large_gui.project.recent import remember
        from large_gui.project.store import ProjectStore, is_project

        dropped = [path.absolute() for path in dropped]
        if not dropped:
            return
        try:
            if len(dropped) == 1 and dropped[0].is_file() and is_project(dropped[0]):
                store = ProjectStore(dropped[0])
                dropped = store.opened()
                remember(self.home, store.path)
            else:
                store = self._project_of(_folder_of(dropped))
                if len(dropped) == 1:
                    remember(self.home, dropped[0])
        except LargeError as error:
            self.tell_error(error)
            return
        self.close()  # first: what is open may be the same project
        self.store = store
        try:
            if store.claim():
                store.set_opened(dropped)
        except LargeError as error:
            self.tell_error(error)
        self.job.start(dropped)

    def use_model(self, name: str) -> None:
        """Sort the open folder by another model; each keeps a project of its own."""
        from large_gui.project.store import OWN_MODEL, ProjectStore, project_for

        if self.store is None or self.is_read_only():
            return
        try:
            dropped = self.store.opened()
            with ProjectStore(project_for(_folder_of(dropped), self.home)) as base:
                base.set_setting("used_model", name)
            if name != OWN_MODEL:
                with ProjectStore(project_for(_folder_of(dropped), self.home, name)) as own:
                    own.set_setting("model", name)
        except LargeError as error:
            self.tell_error(error)
            return
        self.open(dropped)

    def _project_of(self, dropped: Path) -> ProjectStore:
        """The project of a folder with the model that it was last used with, as long as that is here."""
        from large_gui.project.store import OWN_MODEL, ProjectStore, project_for
        from large_gui.tasks.packs import pack_names

        base = ProjectStore(project_for(dropped, self.home))
        used = base.setting("used_model", OWN_MODEL)
        if used == OWN_MODEL or used not in pack_names():
            return base
        base.close()
        return ProjectStore(project_for(dropped, self.home, used))

    def close(self) -> None:
        """Close what is open; jobs stop, and what they did is kept."""
        self.job.drop()
        self.editor.stack.clear()
        if self.store is not None:
            self.store.close()
        self.store = self.session = None
        self.within, self.sought, self.show, self.sort_by = None, "", "all", "distance"
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

    def take_model(self) -> tuple[ModelPack, list[Direction]]:
        """The model of the project, and the directions to measure: the model's and the person's own.

        Raises
        ------
        LargeError
            When one of them can't be read.
        """
        from large_gui.tasks.packs import ModelPack

        assert self.store is not None
        self.pack = ModelPack.named(self.store.setting("model", "faces"))
        self.refined = self.store.refined(self.pack.encoder_key)
        self.client.use_refined(self.pack.encoder_key, self.refined)
        return self.pack, self._directions()

    def is_new(self, found: Found) -> bool:
        """Whether these are other images than the session's; else its folder is gone on with."""
        return self.session is None or not set(found.paths) <= set(self.session.paths)

    def take_found(self, found: Found) -> None:
        """Show the images of a folder, before any is measured."""
        from large_gui.tasks.session import Session

        assert self.pack is not None and self.store is not None
        directions = self._directions()
        self.session = Session(found, directions, self.pack.name)
        self.session.fit_with(self.store.setting("method", "least-squares"))
        self._choose(self.store.setting("direction", directions[0].name))
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
        assert self.pack is not None and self.store is not None
        if self.session is not None:
            return self.session.directions
        return [*self.pack.directions.values(), *self.store.directions().values()]

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

    def choose_direction(self, name: str) -> None:
        """Sort by another direction."""
        if self.session is not None and name != self.session.direction.name:
            self.show_direction(name)

    def show_direction(self, name: str) -> None:
        """Sort by a direction, of which there may be a new version."""
        self._choose(name)
        self.within = None
        self.direction_changed.emit()
        self.value_changed.emit()
        self.grades_changed.emit()
        self.order_changed.emit()

    def flip(self) -> None:
        """Turn the direction round."""
        if self.session is not None:
            name = self.session.direction.name
            self.choose_direction(name.removeprefix("-") if name.startswith("-") else f"-{name}")

    def fit_with(self, method: str) -> None:
        """Fit the line by another method."""
        if self.session is not None and self.store is not None and method != self.session.method:
            self._remember("method", method)
            self.session.fit_with(method)
            self.labels_changed.emit([])

    def _choose(self, name: str) -> None:
        assert self.session is not None and self.store is not None
        plain = name.removeprefix("-")
        try:
            self.session.choose(name, self.store.labels(plain))
            self.session.bound(self.value.possible)
            self.session.grades = kept_grades(self.store, plain)
            self._remember("direction", name)
        except LargeError as error:
            self.tell_error(error)

    def _remember(self, key: str, value: str) -> None:
        """Keep how the folder is looked at, which may be changed where nothing can be kept."""
        assert self.store is not None
        if not self.store.read_only:
            self.store.set_setting(key, value)

    @property
    def value_id(self) -> str:
        """What labels are kept under: the direction, whichever way it is turned."""
        return self.session.direction.name.removeprefix("-") if self.session is not None else ""

    @property
    def value(self) -> Value:
        """Name and unit of what labels say."""
        from large_gui.project.value import Value

        known = self.store.values() if self.store is not None else {}
        return known.get(self.value_id, Value(self.value_id, self.value_id.replace("_", " ")))

    # Directions of one's own

    def add_directions(self, directions: Sequence[Direction]) -> None:
        """Measure every image along directions of one's own, then keep them in the project."""
        session = self.session
        if session is None or self.store is None or not directions or self.is_read_only():
            return
        if self.job.running or session.unmeasured:
            self.notice.emit(
                "Not every image is inverted yet.", "Add a direction when all of them are.", True
            )
            return
        self.job.measure(directions, lambda table: self.editor.keep_directions(directions, table))

    def take_distances(self, directions: Sequence[Direction], table: NDArray[np.float64]) -> None:
        """Take in ``(N, K)`` distances along directions of the session."""
        assert self.session is not None
        for direction, distances in zip(directions, table.T):
            self.session.add_direction(direction, distances)
        self.show_direction(self.session.direction.name)

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


def _folder_of(dropped: Sequence[Path]) -> Path:
    """What a project is named after: the folder, or all the files that were dropped together."""
    return dropped[0] if len(dropped) == 1 else dropped[0].parent / "+".join(p.name for p in dropped)
