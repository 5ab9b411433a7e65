"""What is looked at of the open folder: one image, an order, a filter, a direction."""

from __future__ import annotations

from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from large_gui.core.choices import Chosen, Filter, Order
from large_gui.errors import LargeError
from large_gui.gui.document.state import FolderState

if TYPE_CHECKING:
    from large_gui.project.value import Value


class ViewState(FolderState):
    """The open folder and how it is looked at, which is the same in every view.

    Attributes
    ----------
    current
        Number of the image that is looked at, -1 for none.
    sort_by, show
        Order and filter of the grid.
    within
        Lowest and highest distance of the images that the grid shows; ``None`` shows all.
    sought
        Text that the names of the images in the grid contain.
    """

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(home, parent)
        self.current = -1
        self.sort_by: Order = Order.DISTANCE
        self.show: Filter = Filter.ALL
        self.sought = ""
        self.within: tuple[float, float] | None = None

    def look_at_nothing(self) -> None:
        """Go back to the order and filter that a folder is opened with, and look at no image."""
        self.within, self.sought, self.show, self.sort_by = None, "", Filter.ALL, Order.DISTANCE
        self.set_current(-1)

    def set_current(self, number: int) -> None:
        """Look at one image, in every view."""
        if number != self.current:
            self.current = number
            self.current_changed.emit(number)

    def set_order(
        self, *, sort_by: Order | None = None, show: Filter | None = None,
        within: tuple[float, float] | EllipsisType | None = ..., sought: str | None = None,
    ) -> None:  # fmt: skip
        """Change the attributes of these names; those that are left out stay as they are."""
        self.sort_by = self.sort_by if sort_by is None else sort_by
        self.show = self.show if show is None else show
        self.sought = self.sought if sought is None else sought
        if within is not ...:
            self.within = within
        self.order_changed.emit()

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
        self.within = None
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
            self.session.grades = grades
            if not self.store.read_only:  # how a folder is looked at may change where nothing can be kept
                self.store.set_chosen_direction(chosen)
        except LargeError as error:
            self.tell_error(error)

    def flip(self) -> None:
        """Turn the direction round."""
        if self.chosen.name:
            self.choose_direction(self.chosen.name, flipped=not self.chosen.flipped)

    def fit_with(self, method: str) -> None:
        """Fit the line by another method."""
        if self.session is not None and self.store is not None and method != self.session.method:
            if not self.store.read_only:
                self.store.set_setting("method", method)
            self.session.fit_with(method)
            self.labels_changed.emit([])
