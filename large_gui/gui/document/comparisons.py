"""What a person said of pairs of images, and what the answers say all together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from large_gui.core.choices import Answer, Comparison, Order
from large_gui.errors import LargeError
from large_gui.gui.document.editor import Editor
from large_gui.gui.document.view import ViewState

if TYPE_CHECKING:
    from large_gui.core.comparing.compared import Compared


class Comparisons(QObject):
    """The answers about the value that labels measure too, which belong to one direction.

    Attributes
    ----------
    known
        The answers, oldest first.

    Signals
    -------
    changed
        There are other answers: one more, one less, or those of another direction or folder.
    """

    changed = Signal()

    def __init__(self, view: ViewState, editor: Editor) -> None:
        super().__init__(view)
        self._view, self._editor = view, editor
        self.known: Sequence[Comparison] = ()
        self._unread: LargeError | None = None
        self._compared: Compared | None = None
        view.opened.connect(self._load)
        view.direction_changed.connect(self._load)
        view.renamed.connect(self._load)
        view.images_changed.connect(self._weigh)

    def compared(self, more: Comparison | None = None) -> Compared | None:
        """What the answers say all together; ``None`` while there are no distances.

        Parameters
        ----------
        more
            An answer that might come next.
        """
        import numpy as np

        from large_gui.core.comparing.compared import compare

        session = self._view.session
        if session is None or session.direction is None:
            return None
        if more is None and self._compared is not None:
            return self._compared
        # Along the direction as it was found: what has more stays the same when it is turned round.
        along = np.where(session.ranked, session.direction.sign * session.distances, np.nan)
        found = compare(along, session.number, [*self.known, more] if more is not None else self.known)
        if more is None:
            self._compared = found
        return found

    def add(self, first: str, second: str, answer: Answer) -> None:
        """Keep which of two images, by path, has more; it can be undone."""
        names = " and ".join(path.rpartition("/")[2] for path in (first, second))
        self._add([Comparison(first, second, answer)], f"Compare {names}")

    def add_most(self, first: str, others: Sequence[str]) -> bool:
        """Keep that one image, by path, has more than each of some others; return whether it is kept."""
        answers = [Comparison(first, other, Answer.FIRST) for other in others if other != first]
        return self._add(answers, f"Say that {first.rpartition('/')[2]} has most")

    def _add(self, answers: Sequence[Comparison], words: str) -> bool:
        view = self._view
        if view.session is None or view.is_read_only() or view.lacks_direction():
            return False
        if self._unread is not None:  # to write now would replace what can't be read
            view.tell_error(self._unread)
            return False
        before, after = (
            [(*map(view.session.keyed, (one.first, one.second)), one.answer) for one in known]
            for known in (self.known, (*self.known, *answers))
        )
        return self._editor.edit(words, partial(self._write, view.value_id), before, after)

    def _write(self, value_id: str, keyed: Sequence[tuple[int | str, int | str, Answer]]) -> None:
        view = self._view
        assert view.store is not None and view.session is not None
        path_of = view.session.path_of
        state = tuple(Comparison(path_of(first), path_of(second), answer) for first, second, answer in keyed)
        view.store.set_comparisons(value_id, state)
        view.said_of.emit([path for one in state for path in one[:2]])
        if value_id == view.value_id:
            self._show(state)

    def _load(self) -> None:
        view, found = self._view, list[Comparison]()
        self._unread = None
        try:
            if view.session is not None and view.store is not None and view.value_id:
                found = view.store.comparisons(view.value_id)
        except LargeError as error:
            self._unread = error
            view.tell_error(error)
        self._show(tuple(found))

    def _show(self, known: Sequence[Comparison]) -> None:
        self.known = known
        self._weigh()
        self.changed.emit()
        if self._view.sort_by == Order.COMPARED and self._view.session is not None:
            self._view.order_changed.emit()

    def _weigh(self, *_: object) -> None:
        """Give the session the scores, by which the grid can be sorted."""
        self._compared = None
        if self._view.session is not None:
            found = self.compared() if self.known else None
            self._view.session.compared = found.seen() if found is not None else {}
