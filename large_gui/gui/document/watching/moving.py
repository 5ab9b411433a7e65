"""A folder that is opened at another place gets what was said of its images at the old one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from large_gui.errors import LargeError

if TYPE_CHECKING:
    from large_gui.gui.document.view import ViewState
    from large_gui.tasks.watching.moved import Moved


class Moving(QObject):
    """Takes the project of a folder along that has moved, or offers it where the folder is still there.

    Parameters
    ----------
    is_worked_on
        Says whether the person has changed anything since the folder was opened.
    close, reopen
        Closes what is open, and opens paths anew.
    """

    def __init__(
        self, view: ViewState, is_worked_on: Callable[[], bool], close: Callable[[], None],
        reopen: Callable[[Sequence[Path]], None],
    ) -> None:  # fmt: skip
        super().__init__(view)
        self._view, self._is_worked_on, self._close, self._reopen = view, is_worked_on, close, reopen
        self._tell: tuple[str, str, bool] | None = None
        view.opened.connect(self._opened)

    def take(self, moved: Moved) -> None:
        """Take it along at once if the old folder has gone and nothing was done here, else offer it."""
        view = self._view
        if view.store is None or view.session is None or view.store.read_only:
            return
        if moved.gone and not self._is_worked_on():
            QTimer.singleShot(0, self, lambda: self._take(moved))  # not within the job that found it
            return
        view.offered.emit(
            f"These images are known. Take along {moved.words}?", "Take it along", lambda: self._take(moved)
        )

    def _take(self, moved: Moved) -> None:
        from large_gui.tasks.watching.moved import take_along

        view = self._view
        if view.session is None or view.store is None:
            return
        folder, opened = view.session.folder, view.store.opened()
        if self._is_worked_on():
            hint = f"Undo it, or open {moved.folder}."
            view.notice.emit("Something was done here already, so nothing was taken along.", hint, True)
            return
        self._close()  # the file of its project is replaced
        verb = "has moved here" if moved.gone else "has a copy here"
        self._tell = f"The folder {verb}: {moved.words} was taken along.", "", False
        try:
            take_along(moved, folder, view.home)
        except LargeError as error:
            self._tell = error.sentence, error.hint, True
        self._reopen(opened)

    def _opened(self) -> None:
        """Say what was taken along, once it is shown: what was told before is wiped away by opening."""
        if self._view.session is not None and self._tell is not None:
            told, self._tell = self._tell, None
            QTimer.singleShot(0, self, lambda: self._view.notice.emit(*told))
