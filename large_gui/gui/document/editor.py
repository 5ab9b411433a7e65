"""The edits that a person can undo: labels, the value they measure, marks, directions, grades."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtGui import QUndoStack

from large_gui.core.choices import Chosen, Filter, Order
from large_gui.core.words import count
from large_gui.gui.document.edits import Edit
from large_gui.gui.document.found import Directions, Kept, found_from_values, with_labels
from large_gui.gui.document.renaming import Renamed, write_renamed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.calibrating.options import CalibrationOptions
    from large_gui.core.calibrating.ordinal import Grades
    from large_gui.core.direction import Direction
    from large_gui.gui.document.intake import Intake
    from large_gui.gui.document.view import ViewState
    from large_gui.project.codes.cache import Inverted
    from large_gui.project.store import Label
    from large_gui.project.value import Value
    from large_gui.tasks.measure import Measured
    from large_gui.tasks.refine import Refinement

_SORTED_BY_LABELS = (Order.PREDICTION, Order.RESIDUAL)
_SHOWN_BY_LABELS = {Filter.LABELLED, Filter.NOT_LABELLED, Filter.EXCLUDED}


class Refined(NamedTuple):
    """Refined codes by SHA-256, ``None`` for the encoder's, and what is measured with them."""

    codes: Mapping[str, Inverted | None]
    measured: Measured


class Editor:
    """Makes the edits: each is written to the project file, shown, and then put on the stack.

    Attributes
    ----------
    stack
        What can be undone and redone.
    """

    def __init__(self, view: ViewState, intake: Intake) -> None:
        self._view, self._intake = view, intake
        self.stack = QUndoStack(view)

    # Labels and the value they measure

    def name_value(self, after: Value) -> None:
        """Say what labels measure, and what it can be."""
        view = self._view
        if view.session is not None and after != view.value:
            self.edit(f"Name the value {after.name}", self._write_value, view.value, after)

    def label(self, numbers: Sequence[int], value: float | None) -> None:
        """Give images a value, as one edit, or take their labels away.

        Parameters
        ----------
        numbers
            The numbers of the images.
        value
            Their value; ``None`` takes the labels away.

        Raises
        ------
        InputError
            When the value lies outside of what it can be.
        """
        from large_gui.project.store import Label

        session = self._view.session
        if session is None or not len(numbers):
            return
        if value is None:
            self.clear_labels(numbers)
            return
        self._view.value.check(value)
        before = {i: session.labels.get(i) for i in numbers}
        after = {i: Label(value, label is not None and label.excluded) for i, label in before.items()}
        changed = {i: label for i, label in after.items() if label != before[i]}
        if changed:
            what = self._name(changed) or count(len(changed), "image")
            self._push_labels(changed, f"Label {what} {value:g}")

    def exclude(self, numbers: Sequence[int]) -> None:
        """Leave labelled images out of the line, or take them in again if all are out."""
        from large_gui.project.store import Label

        session = self._view.session
        if session is None:
            return
        labelled = {i: session.labels[i] for i in numbers if i in session.labels}
        out = not all(label.excluded for label in labelled.values())
        changed: dict[int, Label | None] = {
            i: Label(label.value, out) for i, label in labelled.items() if label.excluded != out
        }
        if changed:
            self._push_labels(changed, f"{'Exclude' if out else 'Include'} {count(len(changed), 'label')}")

    def clear_labels(self, numbers: Sequence[int]) -> None:
        """Take labels away."""
        session = self._view.session
        changed = {i: None for i in numbers if session is not None and i in session.labels}
        if changed:
            what = self._name(changed)
            text = f"Clear the label of {what}" if what else f"Clear {count(len(changed), 'label')}"
            self._push_labels(changed, text)

    def take_labels(self, values: Mapping[str, float], excluded: Collection[str] = ()) -> None:
        """Give images, by path, the values of a table, as one edit; those that are excluded stay so."""
        from large_gui.project.store import Label

        session = self._view.session
        if session is not None and values:
            out = {i for i, label in session.labels.items() if label.excluded}
            out |= {session.number[path] for path in excluded}
            numbers = {session.number[path]: value for path, value in values.items()}
            labels = {i: Label(value, i in out) for i, value in numbers.items()}
            self._push_labels(labels, f"Import {count(len(values), 'label')}")

    def _name(self, numbers: Collection[int]) -> str:
        """The name of an image if it is the only one, else nothing."""
        session = self._view.session
        if session is None or len(numbers) != 1:
            return ""
        return session.paths[next(iter(numbers))].rpartition("/")[2]

    def _push_labels(self, changed: Mapping[int, Label | None], text: str) -> None:
        session, value_id = self._view.session, self._view.value_id
        assert session is not None
        before = {i: session.labels.get(i) for i in changed}  # by number, which is kept by what is renamed
        self.edit(text, lambda state: self._write_labels(value_id, state), before, changed)

    def edit(self, text: str, write: Callable[[Any], None], before: object, after: object) -> bool:
        """Write a state, put the step on the stack, and return whether it could be written."""
        return Edit(text, write, before, after, self._view.tell_error).do(self.stack)

    def _write_labels(self, value_id: str, state: Mapping[int, Label | None]) -> None:
        view = self._view
        assert view.store is not None and view.session is not None
        changed = {view.session.path_of(i): label for i, label in state.items()}
        view.store.set_labels(value_id, changed)
        view.said_of.emit(list(changed))
        if value_id == view.value_id:
            view.session.label(changed)
            number = view.session.number
            view.labels_changed.emit([number[path] for path in changed if path in number])
            if view.sort_by in _SORTED_BY_LABELS or view.shown.kinds & _SHOWN_BY_LABELS:
                view.order_changed.emit()
        else:
            view.tell_unseen(value_id, len(changed))

    def _write_value(self, value: Value) -> None:
        view = self._view
        assert view.store is not None and view.session is not None
        view.store.set_value(value.id, value)
        if value.id == view.value_id:
            view.session.measure(value)
            view.labels_changed.emit([])
        view.value_changed.emit()

    # Marks for a direction of one's own

    def tag(self, name: str, numbers: Sequence[int], has: bool | None) -> None:
        """Mark images as having an attribute (true) or not (false), or take the mark away (``None``)."""
        session = self._view.session
        if session is None:
            return
        known = self._view.tags.get(name, {})
        changed = {i: has for i in map(int, numbers) if known.get(session.paths[i]) != has}
        if changed:
            what = "Unmark" if has is None else ("Mark as having it" if has else "Mark as not having it")
            before = {i: known.get(session.paths[i]) for i in changed}
            text = f"{what}: {count(len(changed), 'image')}"
            self.edit(text, lambda state: self._write_tags(name, state), before, changed)

    def _write_tags(self, name: str, state: Mapping[int, bool | None]) -> None:
        view = self._view
        assert view.store is not None and view.session is not None
        changed = {view.session.path_of(i): has for i, has in state.items()}
        view.store.set_tags(name, changed)
        view.said_of.emit(list(changed))
        marks = {**view.tags.get(name, {}), **changed}
        kept = {path: has for path, has in marks.items() if has is not None}
        view.tags = {**view.tags, name: kept}
        view.tags_changed.emit(name)
        if any(name == tag for tag, _ in view.shown.tags):
            view.order_changed.emit()

    # Directions of one's own

    def keep_directions(
        self, directions: Sequence[Direction], table: NDArray[np.float64], chosen: Chosen
    ) -> bool:
        """Add directions, or new versions of them, with their distances ``(N, K)``, and choose one.

        A direction that was found from values, while there was none, gets these values as its labels.

        Returns
        -------
        Whether they are kept; if not, the person is told why.
        """
        old, new = self._states(directions, table, chosen)
        before = old.changed
        names = [direction.name.replace("_", " ") for direction in directions]
        verb = "Change" if all(before.values()) else "Add"
        text = f"{verb} the direction {names[0]}" if len(names) == 1 else f"{verb} {len(names)} directions"
        old, new = with_labels(self._view, old, new, found_from_values(new))
        return self.edit(text, self._write_directions, old, new)

    def start_with(self, directions: Sequence[Direction], table: NDArray[np.float64]) -> bool:
        """Keep the first directions of a folder, sort by the first of them, and return whether that worked.

        The person did not ask for them, so there is no step that Undo would take back, unless images have
        got labels meanwhile: these go with the first direction.
        """
        first = directions[0].name
        old, new = with_labels(self._view, *self._states(directions, table, Chosen(first)), [first])
        step = Edit("Add the first directions", self._write_directions, old, new, self._view.tell_error)
        return step.do(self.stack if self.stack.count() else None)

    def _states(
        self, directions: Sequence[Direction], table: NDArray[np.float64], chosen: Chosen
    ) -> tuple[Directions, Directions]:
        """The states before and after directions are added, with their distances ``(N, K)``."""
        session = self._view.session
        assert session is not None
        known = {direction.name: direction for direction in session.directions}
        now = tuple(session.sha256)
        before = {
            d.name: Kept(known[d.name], session.along(d.name), now) if d.name in known else None
            for d in directions
        }
        after = {d.name: Kept(d, distances, now) for d, distances in zip(directions, table.T)}
        return Directions(before, self._view.chosen), Directions(after, chosen)

    def calibrate_by(self, options: CalibrationOptions) -> bool:
        """Tell values from distances in another way, and return whether that worked."""
        session = self._view.session
        if session is None or options == session.options:
            return False
        if self._view.store is not None and self._view.store.read_only:  # it is only looked at
            self._view.calibrate_by(options)
            return True
        return self.edit("Calibrate in another way", self._view.calibrate_by, session.options, options)

    def remove_direction(self, name: str) -> bool:
        """Remove a direction of the person's own, keep its labels, and return whether it is gone."""
        session, chosen = self._view.session, self._view.chosen
        if session is None or name not in self._view.own:
            return False
        (direction,) = (d for d in session.directions if d.name == name)
        others = [d.name for d in session.directions if d.name != name]
        left = Chosen(others[0] if others else "") if chosen.name == name else chosen
        return self.edit(
            f"Remove the direction {name.replace('_', ' ')}", self._write_directions,
            Directions({name: Kept(direction, session.along(name), tuple(session.sha256))}, chosen),
            Directions({name: None}, left),
        )  # fmt: skip

    def rename_direction(self, name: str, renamed: Direction) -> bool:
        """Give a direction of the person's own another name or other words for its ends.

        Labels and marks stay under the old name, so only one that has none gets another name.
        """
        session, chosen = self._view.session, self._view.chosen
        if session is None or name not in self._view.own:
            return False
        (direction,) = (d for d in session.directions if d.name == name)
        left = chosen._replace(name=renamed.name) if chosen.name == name else chosen
        return self.edit(
            f"Rename the direction {name.replace('_', ' ')}", partial(write_renamed, self._view),
            Renamed(renamed.name, direction, chosen), Renamed(name, renamed, left),
        )  # fmt: skip

    def _write_directions(self, state: Directions) -> None:
        view, session = self._view, self._view.session
        assert view.store is not None and session is not None
        changed = state.changed
        with view.store.together():
            view.store.set_directions({name: kept and kept.direction for name, kept in changed.items()})
            for name, labels in state.labels.items():
                view.store.set_labels(name, {session.path_of(i): label for i, label in labels.items()})
            for name, value in state.values.items():
                view.store.set_value(name, value)
        gone = {name for name, kept in changed.items() if kept is None}
        view.own = (view.own | changed.keys()) - gone
        for kept in filter(None, changed.values()):
            session.add_direction(kept.direction, session.of_contents(kept.of, kept.distances))
        view.show_direction(state.chosen)
        for name in gone:
            session.remove_direction(name)
        view.directions_changed.emit()

    # Refined codes

    def refine(self, refinement: Refinement) -> None:
        """Keep a refined code for every image that has the same content."""
        session, view = self._view.session, self._view
        assert session is not None
        (path,), (sha,) = refinement.measured.paths, refinement.measured.sha256
        if path not in session.number:  # it went meanwhile
            return
        self.edit(
            f"Refine {path.rpartition('/')[2]}", self._write_refined,
            Refined({sha: view.refined.get(sha)}, session.measured_of([session.number[path]])),
            Refined({sha: refinement.refined}, refinement.measured),
        )  # fmt: skip

    def _write_refined(self, state: Refined) -> None:
        view, session = self._view, self._view.session
        assert view.store is not None and view.model is not None and session is not None
        view.store.set_refined(view.model.key, state.codes)
        merged = {**view.refined, **state.codes}
        view.refined = {sha: code for sha, code in merged.items() if code is not None}
        view.client.use_refined(view.model.key, view.refined)
        self._intake.take_measured(session.of_content(state.measured))
        view.order_changed.emit()

    # Grades

    def set_grades(self, grades: Grades | None, text: str) -> None:
        """Sort images into named grades, move their cut points, or stop grading."""
        session, value_id = self._view.session, self._view.value_id
        if session is not None and grades != session.grades:
            before, after = self._not_turned(session.grades), self._not_turned(grades)
            self.edit(text, lambda state: self._write_grades(value_id, state), before, after)

    def _write_grades(self, value_id: str, grades: Grades | None) -> None:
        view = self._view
        assert view.store is not None and view.session is not None
        view.store.set_grades(value_id, grades)
        if value_id == view.value_id:
            view.session.grades = self._not_turned(grades)
            view.grades_changed.emit()

    def _not_turned(self, grades: Grades | None) -> Grades | None:
        """Grades as they are kept, for the direction as it was found; and kept ones as they are shown."""
        return grades.turned() if grades is not None and self._view.chosen.flipped else grades
