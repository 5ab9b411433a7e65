"""What the Edit menu does: undo, grades, what is selected, and what is sought."""

from __future__ import annotations

from collections.abc import Callable

from large_gui.core.choices import Shown
from large_gui.errors import LargeError
from large_gui.gui.shell.commands.place import Place
from large_gui.gui.widgets.entry import Entry


class EditCommands:
    """Changes what a person said of the images, and which of them are in hand."""

    def __init__(self, at: Place) -> None:
        self._at = at

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        document, pages = self._at.document, self._at.pages
        return {
            "undo": lambda: self._take_back(document.editor.stack.undo),
            "redo": lambda: self._take_back(document.editor.stack.redo),
            "series": self.series,
            "grades": self.grades,
            "select_all": lambda: self._select(pages.images.grid.selectAll),
            "invert": lambda: self._select(pages.images.grid.invert_selection),
            "select_again": lambda: self._select(pages.images.grid.select_again),
            "find": self.find,
            "clear": self.clear,
        }

    def series(self) -> None:
        """Show the calibration panel, and lead through a series of images."""
        self._at.pages.begin_typing()
        self._at.pages.panel.begin_series()

    def grades(self) -> None:
        """Ask for names of grades, and spread new cut points evenly."""
        from PySide6.QtWidgets import QInputDialog

        from large_gui.core.calibrating.ordinal import even_grades

        document, session = self._at.document, self._at.document.session
        if session is None or document.lacks_direction():
            return
        names = ", ".join(session.grades.names) if session.grades is not None else "low, middle, high"
        text, wanted = QInputDialog.getText(
            self._at.window, "Grades", "Names from low to high, with commas (empty: no grades):", text=names
        )
        if not wanted:
            return
        chosen = tuple(name.strip() for name in text.split(",") if name.strip())
        try:
            if not chosen:
                document.editor.set_grades(None, "Stop grading")
            elif session.grades is not None and len(chosen) == len(session.grades.names):
                document.editor.set_grades(session.grades.renamed(chosen), "Rename grades")
            else:
                grades = even_grades(chosen, session.distances[session.ranked])
                document.editor.set_grades(grades, "Grade the images")
        except LargeError as error:
            document.tell_error(error)

    def _select(self, select: Callable[[], None]) -> None:
        """Select images where that is seen."""
        self._at.pages.images.views.show_grid()
        select()

    def find(self) -> None:
        """Give the keys to the line in which part of a name is typed."""
        self._at.pages.show_page("images")
        self._at.pages.images.search.setFocus()
        self._at.pages.images.search.selectAll()

    def clear(self) -> None:
        """Leave a line, a hint or a close view, or else show all images again, or else close the notice."""
        document, images = self._at.document, self._at.pages.images
        writing = self._at.window.focusWidget()
        if isinstance(writing, Entry):
            writing.abandon()
            writing.clearFocus()
            images.views.take_keys()  # where the keys of the images are, if that page is shown
        elif self._at.tour.stop():
            return
        elif self._at.pages.panel.series.running:
            self._at.pages.panel.series.end()
        elif self._at.pages.on_images and not images.views.on_grid:
            images.views.show_grid()
        elif document.shown.within is not None:
            document.show_only(document.shown._replace(within=None))
        elif document.shown != Shown():
            document.show_only(Shown())
        else:
            self._at.notice.hide()

    def _take_back(self, step: Callable[[], None]) -> None:
        """Undo or redo, and look at the image whose label that changed."""
        changed: list[int] = []
        connection = self._at.document.labels_changed.connect(changed.extend)
        step()
        self._at.document.labels_changed.disconnect(connection)
        if len(changed) == 1:
            self._at.document.set_current(changed[0])
