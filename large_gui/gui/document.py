"""The open folder: its session, its project file, its undo stack and the jobs that run for it.

Widgets read from here and are told by signals what changed; they never talk to one another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from large_gui.errors import LargeError
from large_gui.gui.edits import Edit
from large_gui.gui.jobs import Handlers, Worker
from large_gui.gui.warm_up import warm_up

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.core.ordinal import Grades
    from large_gui.project.store import Label, ProjectStore, Value
    from large_gui.tasks.measure import Found, Measured
    from large_gui.tasks.packs import ModelPack
    from large_gui.tasks.session import Session

_RESORT_MS = 400  # between two sortings while images come in
_MOST_RESTARTS = 3  # of the worker for one folder


class Document(QObject):
    """See the module; every public attribute may be read, and is changed by methods only.

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
        Done, total, what, of the long job.
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
    progressed = Signal(int, int, str)
    notice = Signal(str, str, bool)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = home
        self.device = "auto"
        self.worker = Worker(self)
        self.worker.died.connect(self._worker_died)
        self.undo = QUndoStack(self)
        self.session: Session | None = None
        self.store: ProjectStore | None = None
        self.pack: ModelPack | None = None
        self.current = -1
        self.sort_by, self.show, self.sought = "distance", "all", ""
        self.within: tuple[float, float] | None = None
        self.busy, self.paused, self.started = "", False, 0.0
        self._dropped: list[Path] = []
        self._job = 0
        self._restarts = 0
        self._wanted_direction = ""
        self._warming: threading.Thread | None = None
        self._resort = QTimer(self, singleShot=True, interval=_RESORT_MS)
        self._resort.timeout.connect(self.order_changed)

    # Opening and closing

    def open(self, dropped: Sequence[Path]) -> None:
        """Open a folder, several files, or a project file; what was open is closed, nothing is lost."""
        from large_gui.project.recent import remember
        from large_gui.project.store import ProjectStore, is_project, project_for

        dropped = [path.absolute() for path in dropped]
        if not dropped:
            return
        try:
            if len(dropped) == 1 and dropped[0].is_file() and is_project(dropped[0]):
                store = ProjectStore(dropped[0])
                dropped = [Path(p) for p in store.setting("dropped", [])]
                remember(self.home, store.path)
            else:
                one = (
                    dropped[0] if len(dropped) == 1 else dropped[0].parent / "+".join(p.name for p in dropped)
                )
                store = ProjectStore(project_for(one, self.home))
                store.set_setting("dropped", [str(p) for p in dropped])
                if len(dropped) == 1:
                    remember(self.home, dropped[0])
        except LargeError as error:
            self.tell_error(error)
            return
        self.close()
        self.store, self._dropped, self._restarts = store, list(dropped), 0
        self._begin()

    def close(self) -> None:
        """Close what is open; jobs stop, and what they did is kept."""
        if self._job:
            self.worker.forget(self._job)
        self._job, self.busy, self.paused = 0, "", False
        self._resort.stop()
        self.undo.clear()
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
        self.worker.close()
        if self._warming is not None:
            self._warming.join()

    def _begin(self) -> None:
        from large_gui.tasks.packs import ModelPack

        assert self.store is not None
        try:
            self.pack = ModelPack.named(self.store.setting("model", "faces"))
            directions = self._known_directions()
        except LargeError as error:
            self.tell_error(error)
            return
        self._warming = self._warming or warm_up()
        self._wanted_direction = self.store.setting("direction", directions[0].name)
        handlers = Handlers(
            done=lambda _: self._ended(), partial=self._partial, progress=self._progress,
            failed=self._failed, cancelled=self._ended,
            warning=lambda sentence: self.notice.emit(sentence, "", True),
        )  # fmt: skip
        self.busy, self.paused, self.started = "Looking for images", False, time.monotonic()
        self._job = self.worker.request(
            "open", handlers, dropped=self._dropped, model=self.pack.name, directions=directions,
            device=self.device,
        )  # fmt: skip
        self.busy_changed.emit()

    def _known_directions(self) -> list[Direction]:
        """The model's and the person's own; in the session's order where there is one."""
        assert self.pack is not None and self.store is not None
        if self.session is not None:
            return self.session.directions
        return [*self.pack.directions.values(), *self.store.directions().values()]

    def resume(self) -> None:
        """Go on with a folder whose job was cancelled."""
        if self.store is not None and not self._job:
            self._begin()

    def cancel(self) -> None:
        """Stop the long job; what it did is kept."""
        if self._job:
            self.worker.forget(self._job)
            self._ended()
            self.notice.emit("Stopped. What was done is kept.", "Resume goes on where it was.", False)

    def pause(self, paused: bool) -> None:
        """Hold the long job, or let it go on."""
        self.paused = paused
        self.worker.pause(paused)
        self.busy_changed.emit()

    @property
    def unfinished(self) -> bool:
        """Whether images wait to be measured and no job does it."""
        return self.session is not None and not self._job and self.session.unmeasured > 0

    def _partial(self, part: Found | Measured) -> None:
        from large_gui.tasks.measure import Measured

        if isinstance(part, Measured):
            assert self.session is not None
            numbers = self.session.add(part)
            self.images_changed.emit(numbers)
            if any(int(i) in self.session.labels for i in numbers):
                self.labels_changed.emit(numbers)
            if not self._resort.isActive():
                self._resort.start()
        else:
            self._found(part)

    def _found(self, found: Found) -> None:
        from large_gui.tasks.session import Session

        assert self.pack is not None and self.store is not None
        if self.session is not None and set(found.paths) <= set(self.session.paths):
            return  # the same folder, gone on with
        directions = self._known_directions()
        self.session = Session(found, directions, self.pack.name)
        self.session.fit_with(self.store.setting("method", "least-squares"))
        self._choose(self._wanted_direction)
        self.busy = "Loading the networks"
        self.opened.emit()
        if found.failures:
            self.notice.emit(
                f"{len(found.failures)} files can't be read.", "Filter: failed shows them.", True
            )

    def _progress(self, done: int, total: int, what: str) -> None:
        self.busy = what
        self.progressed.emit(done, total, what)

    def _ended(self) -> None:
        self._job, self.busy = 0, ""
        if self.paused:
            self.paused = False
            self.worker.pause(False)
        self._resort.stop()
        self.order_changed.emit()
        self.busy_changed.emit()

    def _failed(self, sentence: str, hint: str, detail: str) -> None:
        self._ended()
        self.notice.emit(sentence, hint, True)

    def _worker_died(self) -> None:
        was_busy, self._job, self.busy, self.paused = bool(self._job), 0, "", False
        self._restarts += 1
        if was_busy and self.store is not None and self._restarts <= _MOST_RESTARTS:
            self.notice.emit(
                "The process that inverts images was ended, perhaps for want of memory, and started again.",
                "Nothing that was done is lost. Close other programs if it happens again.", True,
            )  # fmt: skip
            self._begin()
        else:
            self.notice.emit("The process that inverts images was ended.", "Resume starts it again.", True)
            self.busy_changed.emit()

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
        if self.session is None or name == self.session.direction.name:
            return
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
            self.store.set_setting("method", method)
            self.session.fit_with(method)
            self.labels_changed.emit([])

    def _choose(self, name: str) -> None:
        assert self.session is not None and self.store is not None
        plain = name.removeprefix("-")
        try:
            self.session.choose(name, self.store.labels(plain))
            self.session.grades = self._kept_grades(plain)
            self.store.set_setting("direction", name)
        except LargeError as error:
            self.tell_error(error)

    # Labels and the value they measure

    @property
    def value_id(self) -> str:
        """What labels are kept under: the direction, whichever way it is turned."""
        return self.session.direction.name.removeprefix("-") if self.session is not None else ""

    @property
    def value(self) -> Value:
        """Name and unit of what labels say."""
        from large_gui.project.store import Value

        known = self.store.values() if self.store is not None else {}
        return known.get(self.value_id, Value(self.value_id, self.value_id.replace("_", " ")))

    def name_value(self, name: str, unit: str) -> None:
        """Say what labels measure."""
        from large_gui.project.store import Value

        after = Value(self.value_id, name.strip() or self.value_id, unit.strip())
        if self.session is not None and after != self.value:
            self._edit(f"Name the value {after.name}", self._write_value, self.value, after)

    def label(self, number: int, value: float | None) -> None:
        """Give an image a value, or take it away."""
        from large_gui.project.store import Label

        session = self.session
        if session is None or not 0 <= number < len(session):
            return
        before = session.labels.get(number)
        after = None if value is None else Label(value, before.excluded if before is not None else False)
        if after != before:
            name = session.paths[number].rpartition("/")[2]
            text = f"Clear the label of {name}" if value is None else f"Label {name} {value:g}"
            self._push_labels({number: after}, text)

    def exclude(self, numbers: Sequence[int]) -> None:
        """Leave labelled images out of the line, or take them in again if all are out."""
        from large_gui.project.store import Label

        session = self.session
        if session is None:
            return
        labelled = {i: session.labels[i] for i in numbers if i in session.labels}
        out = not all(label.excluded for label in labelled.values())
        changed: dict[int, Label | None] = {
            i: Label(label.value, out) for i, label in labelled.items() if label.excluded != out
        }
        if changed:
            self._push_labels(changed, f"{'Exclude' if out else 'Include'} {len(changed)} labels")

    def clear_labels(self, numbers: Sequence[int]) -> None:
        """Take labels away."""
        session = self.session
        changed = {i: None for i in numbers if session is not None and i in session.labels}
        if changed:
            self._push_labels(changed, f"Clear {len(changed)} labels")

    def take_labels(self, values: Mapping[str, float]) -> None:
        """Take labels by path from a table, as one edit."""
        from large_gui.project.store import Label

        session = self.session
        if session is not None and values:
            numbers = {session.number[path]: Label(value) for path, value in values.items()}
            self._push_labels(dict(numbers), f"Import {len(values)} labels")

    def _push_labels(self, changed: Mapping[int, Label | None], text: str) -> None:
        session = self.session
        assert session is not None
        before = {session.paths[i]: session.labels.get(i) for i in changed}
        after = {session.paths[i]: label for i, label in changed.items()}
        value_id = self.value_id
        self._edit(text, lambda state: self._write_labels(value_id, state), before, after)

    def _edit(self, text: str, write: Callable[[Any], None], before: object, after: object) -> None:
        Edit(text, write, before, after, self.tell_error).do(self.undo)

    def _write_labels(self, value_id: str, changed: Mapping[str, Label | None]) -> None:
        assert self.store is not None and self.session is not None
        self.store.set_labels(value_id, changed)
        if value_id == self.value_id:
            self.session.label(dict(changed))
            number = self.session.number
            self.labels_changed.emit([number[path] for path in changed if path in number])
            if self.sort_by in ("prediction", "residual") or self.show in (
                "labelled",
                "not labelled",
                "excluded",
            ):
                self.order_changed.emit()

    def _write_value(self, value: Value) -> None:
        assert self.store is not None
        self.store.set_value(value.id, value)
        self.value_changed.emit()

    # Directions of one's own

    def tags(self, name: str) -> dict[str, bool]:
        """Images that are marked for a direction."""
        return self.store.tags(name) if self.store is not None else {}

    def tag(self, name: str, numbers: Sequence[int], has: bool | None) -> None:
        """Mark images as having it, as not having it, or take the mark away."""
        if self.session is None:
            return
        known = self.tags(name)
        paths = [self.session.paths[i] for i in numbers]
        changed = {path: has for path in paths if known.get(path) != has}
        if changed:
            what = "Unmark" if has is None else ("Mark as having it" if has else "Mark as not having it")
            before = {path: known.get(path) for path in changed}
            text = f"{what}: {len(changed)} images"
            self._edit(text, lambda state: self._write_tags(name, state), before, changed)

    def _write_tags(self, name: str, changed: Mapping[str, bool | None]) -> None:
        assert self.store is not None
        self.store.set_tags(name, changed)
        self.tags_changed.emit(name)

    def add_direction(self, direction: Direction) -> None:
        """Keep a direction in the project and measure every image along it."""
        session, store, pack = self.session, self.store, self.pack
        if session is None or store is None or pack is None:
            return
        if self._job or session.unmeasured:
            self.notice.emit(
                "Not every image is inverted yet.", "Add a direction when all of them are.", True
            )
            return

        def measured(distances: Any) -> None:
            if self.session is not session:
                return  # another folder was opened meanwhile
            self._ended()
            store.set_direction(direction)
            session.add_direction(direction, distances)
            if self.value_id == direction.name:  # a new version of the one in use
                self._choose(session.direction.name)
                self.order_changed.emit()
            self.directions_changed.emit()
            self.choose_direction(direction.name)

        handlers = Handlers(
            done=measured, failed=self._failed, progress=self._progress, cancelled=self._ended
        )
        self.worker.request("measure", handlers, sha256=session.sha256, model=pack.name, direction=direction)

    def remove_direction(self, name: str) -> None:
        """Forget a direction of one's own; labels under its name stay in the project."""
        if self.session is None or self.store is None or name not in self.store.directions():
            return
        if self.value_id == name:
            self.choose_direction(self.session.directions[0].name)
        self.store.remove_direction(name)
        self.session.remove_direction(name)
        self.directions_changed.emit()

    # Grades

    def _kept_grades(self, value_id: str) -> Grades | None:
        from large_gui.core.ordinal import Grades

        assert self.store is not None
        kept = self.store.setting(f"grades:{value_id}")
        return None if kept is None else Grades(tuple(kept["names"]), tuple(kept["cuts"]))

    def set_grades(self, grades: Grades | None, text: str) -> None:
        """Sort images into named grades, move their cut points, or stop grading."""
        if self.session is not None and grades != self.session.grades:
            value_id = self.value_id
            self._edit(text, lambda state: self._write_grades(value_id, state), self.session.grades, grades)

    def _write_grades(self, value_id: str, grades: Grades | None) -> None:
        assert self.store is not None and self.session is not None
        kept = None if grades is None else {"names": list(grades.names), "cuts": list(grades.cuts)}
        self.store.set_setting(f"grades:{value_id}", kept)
        if value_id == self.value_id:
            self.session.grades = grades
            self.grades_changed.emit()

    def tell_error(self, error: LargeError) -> None:
        """Show an error in the bar; its detail goes to the log."""
        import logging

        logging.getLogger(__name__).warning("%s %s", error.sentence, error.detail)
        self.notice.emit(error.sentence, error.hint, True)
