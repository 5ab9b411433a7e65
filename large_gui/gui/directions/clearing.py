"""Take out of a direction what it shares with another one, which a person chooses from a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QPushButton

from large_gui.gui.directions.adding import add_new
from large_gui.gui.directions.picker import spoken
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from large_gui.core.direction import Direction


class Clearing:
    """What happens when a person presses the button that removes what directions share.

    Parameters
    ----------
    button
        Under which the menu opens.
    """

    def __init__(self, document: Document, button: QPushButton) -> None:
        self._document, self._button = document, button
        self._job = Job(document, button)
        self.menu = named(QMenu(button), "Directions to keep apart from")
        self._direction: Direction | None = None
        self.menu.aboutToShow.connect(self._fill)
        button.clicked.connect(lambda: self.menu.popup(button.mapToGlobal(button.rect().bottomLeft())))

    def allow(self, direction: Direction | None) -> None:
        """Offer it for the direction that is shown, if there is another one of the same space."""
        self._direction = direction
        self._button.setVisible(direction is not None and bool(self._others()))

    def _others(self) -> list[Direction]:
        session, shown = self._document.session, self._direction
        if session is None or shown is None:
            return []
        return [
            one for one in session.directions
            if one.name != shown.name and one.layer_sizes == shown.layer_sizes
        ]  # fmt: skip

    def _fill(self) -> None:
        self.menu.clear()
        for other in self._others():
            action = self.menu.addAction(spoken(other.name).replace("&", "&&"))
            action.triggered.connect(lambda _=False, other=other: self._clear(other))

    def _clear(self, other: Direction) -> None:
        from large_gui.service.requests import ClearDirection

        document, session, direction = self._document, self._document.session, self._direction
        if session is None or document.model is None or direction is None:
            return
        if not document.can_add_directions():
            return

        def cleared(found: Direction) -> None:
            if document.session is session:  # else another folder was opened meanwhile
                add_new(document, [found])

        request = ClearDirection(direction, [other], document.model.name)
        self._job.begin(f"Taking {spoken(other.name)} out of {spoken(direction.name)}", request, done=cleared)
