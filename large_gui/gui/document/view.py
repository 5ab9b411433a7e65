"""What is looked at of the open folder: one image, an order, a filter, a direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from large_gui.core.choices import Chosen, Order, Shown
from large_gui.core.words import count, spaced
from large_gui.errors import LargeError
from large_gui.gui.document.state import FolderState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.calibrating.options import CalibrationOptions
    from large_gui.project.value import Value

CALIBRATION_SETTINGS = ("method", "level", "interval")  # of a project: options of the calibration


class ViewState(FolderState):
    """The open folder and how it is looked at, which is the same in every view.

    Attributes
    ----------
    current
        Number of the image that is looked at, -1 for none.
    selection
        Numbers of the selected images, in the grid's order.
    sort_by, reverse, shown
        The order of the grid, whether it is turned round, and which images are shown.
    compared
        Numbers of the images that are looked at side by side; empty while none are.
    tag
        Name of the tag in hand, with which keys mark images; empty for none.
    """

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(home, parent)
        self.current = -1
        self.selection: Sequence[int] = ()
        self.sort_by: Order = Order.DISTANCE
        self.reverse = False
        self.shown = Shown()
        self.compared: Sequence[int] = ()
        self.tag = ""

    def look_at_nothing(self) -> None:
        """Go back to the order that a folder is opened with, show all, and look at no image."""
        self.sort_by, self.reverse, self.shown = Order.DISTANCE, False, Shown()
        self.compared = ()
        self.select(())
        self.set_current(-1)

    def set_current(self, number: int) -> None:
        """Look at one image, in every view; if a filter hides it, what was selected is no longer meant."""
        if number != self.current:
            self.current = number
            if number >= 0 and not self.is_shown(number):
                self.select(())
            self.current_changed.emit(number)

    def select(self, numbers: Sequence[int]) -> None:
        """Say which images are selected in the grid."""
        if len(numbers) or len(self.selection):
            self.selection = numbers
            self.selection_changed.emit()

    def in_hand(self) -> Sequence[int]:
        """The images that an edit is about: those that are selected, or else the one that is looked at.

        Nothing is done to an image that a filter hides.
        """
        if len(self.selection):
            return self.selection
        return [self.current] if self.is_shown(self.current) else []

    def is_shown(self, number: int) -> bool:
        """Whether there is such an image, and no filter hides it."""
        if number < 0 or (self.session is not None and not self.session.here[number]):
            return False
        return self.shown == Shown() or number in self.order()

    def take_tag(self, name: str) -> None:
        """Take a tag in hand, with which keys mark images."""
        self.tag = name
        self.tags_changed.emit(name)

    def sort(self, by: Order | None = None, *, reverse: bool | None = None) -> None:
        """Change the order of the grid; what is left out stays as it is."""
        self.sort_by = self.sort_by if by is None else by
        self.reverse = self.reverse if reverse is None else reverse
        self.order_changed.emit()

    def show_only(self, shown: Shown) -> None:
        """Change which images the grid shows."""
        self.shown = shown
        self.order_changed.emit()

    def order(self) -> NDArray[np.intp]:
        """Numbers of the images that are shown, in their order."""
        from large_gui.tasks.shown import ordered

        assert self.session is not None
        members = None
        if self.shown.group is not None:
            grouping, group = self.shown.group
            members = self.groups_of(grouping).get(group, ())
        return ordered(
            self.session, self.sort_by, self.shown, reverse=self.reverse, tags=self.tags, members=members
        )

    def groups_of(self, grouping: str) -> Mapping[str, Sequence[int]]:
        """The groups of a grouping, and numbers of the images in each."""
        from large_gui.tasks.groups import groupings

        if self.session is None:
            return {}
        return groupings(self.session, self.tags, self.columns).get(grouping, {})

    # The direction

    @property
    def chosen(self) -> Chosen:
        """The direction that the folder is sorted by; its name is empty while there is none."""
        if self.session is None or self.session.direction is None:
            return Chosen("")
        return Chosen(self.session.direction.name, self.session.direction.flipped)

    @property
    def value_id(self) -> str:
        """The name under which labels are kept: the direction's, whichever way it is turned."""
        return self.chosen.name

    @property
    def value(self) -> Value:
        """Name, unit and range of what labels say."""
        from large_gui.project.value import Value

        return self.session.value if self.session is not None else Value.unnamed("")

    def choose_direction(self, name: str, *, flipped: bool = False) -> None:
        """Sort by another direction, or by the same one turned round."""
        if self.session is not None and Chosen(name, flipped) != self.chosen:
            self.show_direction(Chosen(name, flipped))

    def show_direction(self, chosen: Chosen) -> None:
        """Sort by a direction, of which there may be a new version, and tell every view."""
        self.load_direction(chosen)
        self.shown = self.shown._replace(within=None)
        self.direction_changed.emit()
        self.value_changed.emit()
        self.grades_changed.emit()
        self.order_changed.emit()

    def load_direction(self, chosen: Chosen) -> None:
        """Sort the session by a direction, with its labels and grades; no view is told."""
        assert self.session is not None and self.store is not None
        name = chosen.name
        try:
            labels, grades = self.store.labels(name), self.store.grades(name)
            value = self.store.values().get(name)
            self.session.choose(name, labels, value, flipped=chosen.flipped)
            self.session.grades = grades.turned() if grades and chosen.flipped else grades
            if not self.store.read_only:  # how a folder is looked at may change where nothing can be kept
                self.store.set_chosen_direction(chosen)
        except LargeError as error:
            self.tell_error(error)

    def tell_unseen(self, value_id: str, labels: int) -> None:
        """Say that labels of another value than the one that is shown were changed, as Undo may do."""
        known = self.store.values().get(value_id) if self.store is not None else None
        name, words = known.name if known is not None else spaced(value_id), count(labels, "label")
        were = "was" if labels == 1 else "were"
        self.notice.emit(f"{words} of {name} {were} changed, which is not what you see now.", "", False)

    def flip(self) -> None:
        """Turn the direction round."""
        if self.chosen.name:
            self.choose_direction(self.chosen.name, flipped=not self.chosen.flipped)

    def calibrate_by(self, options: CalibrationOptions) -> None:
        """Tell values from distances in another way, and remember it for this folder."""
        if self.session is not None and self.store is not None and options != self.session.options:
            if not self.store.read_only:
                for name in CALIBRATION_SETTINGS:
                    self.store.set_setting(name, getattr(options, name))
            self.session.calibrate_by(options)
            self.labels_changed.emit([])
