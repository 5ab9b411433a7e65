"""Finds images that show the same, and shows them alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from large_gui.core.words import count
from large_gui.gui.document.job import Job

if TYPE_CHECKING:
    from large_gui.errors import LargeError
    from large_gui.gui.document.view import ViewState


class Twins(Job):
    """A job that has the worker compare all codes; copies of the same content need no codes."""

    def __init__(self, view: ViewState) -> None:
        super().__init__(view)
        self._view = view

    def find(self) -> None:
        """Find the duplicates among the images that are measured, and show them."""
        from large_gui.service.watching import FindDuplicates

        session = self._view.session
        if session is None or self.running:
            return
        if session.unmeasured:
            hint = "Wait until that is done, or let Resume measure the others."
            self._view.notice.emit("Not every image is measured yet.", hint, True)
            return
        request = FindDuplicates(list(session.sha256), session.model)
        self.begin("Comparing the images", request, done=self._found, failed=self._too_few)

    def _too_few(self, _: LargeError) -> None:
        self._found(())

    def _found(self, near: Sequence[Sequence[str]]) -> None:
        from large_gui.core.choices import Shown
        from large_gui.tasks.duplicates.report import Duplicate
        from large_gui.tasks.groups import DUPLICATES

        view, session = self._view, self._view.session
        if session is None:
            return
        session.near = near
        groups = view.groups_of(DUPLICATES)
        same, alike = (len(groups.get(kind, ())) for kind in (Duplicate.SAME, Duplicate.NEAR))
        view.groups_changed.emit()
        if not same + alike:
            view.notice.emit("No two of these images show the same.", "", False)
            return
        told = [f"{count(same, 'image')} with the same content as another"] if same else []
        told += [f"{count(alike, 'image')} nearly the same as another"] if alike else []
        hint = "By distance they lie side by side; Filter shows either kind."
        view.notice.emit(f"There are {' and '.join(told)}.", hint, False)
        view.show_only(Shown(group=(DUPLICATES, Duplicate.SAME if same else Duplicate.NEAR)))
