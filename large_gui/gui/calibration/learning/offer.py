"""The offer to learn a direction from the values in hand, with its error beside that of the one in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.calibration.learning.words import lines, verdict
from large_gui.gui.calibration.words import ENOUGH
from large_gui.gui.document.document import Document
from large_gui.gui.document.found import learned_name, taught_by
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.gutter import scroll_to
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from large_gui.core.direction import Direction
    from large_gui.tasks.session import Session

_FINDER = "ridge"
_ASKED = "learning offered"  # setting of the project: at how many values a person said no, by value


_HOW = "Each image is predicted from the others; the direction is learned anew without it."


class Offer(QWidget):
    """A quiet row that offers to learn; then the errors of both directions, and the choice between them.

    Nothing is changed until a person chooses the new one. What was learned is forgotten when labels change.

    Parameters
    ----------
    busy
        Whether a person is being led through a series, in which nothing is to move.

    Signals
    -------
    changed
        It came, went, or shows something else.
    """

    changed = Signal()

    def __init__(self, document: Document, busy: Callable[[], bool]) -> None:
        super().__init__()
        self.setAccessibleName("Learn a direction from values")
        self._document, self._busy = document, busy
        self._job = Job(document, self)
        self._learned: Direction | None = None
        self._using = self._had_keys = False
        self._taught_by = 0  # values that there are to learn from
        self.learn = named(QPushButton(), "Learn a direction")
        self.learn.setIcon(icon("sparkles"))
        self.learn.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.learn.clicked.connect(self._begin)
        self._close = named(QToolButton(autoRaise=True), "Not now")
        self._close.setIcon(icon("x"))
        self._close.setToolTip(plain(f"Not now; it is offered again after {ENOUGH} more values"))
        self._close.clicked.connect(self._decline)
        self._bar = JobBar(self._job, "learning", self.learn)
        self._found, self._errors = QFrame(), QWidget()
        self._found.setObjectName("card")
        self._grid = QGridLayout(self._errors)
        self._verdict = named(Label(wordWrap=True), "Which direction is better")
        self._how = named(Label(_HOW, wordWrap=True), "How the errors were measured")
        self._how.setObjectName("muted")
        self.use = named(QPushButton("Use it"), "Use the learned direction")
        self.keep = named(QPushButton(), "Do not use the learned direction")
        self.use.clicked.connect(self._use)
        self.keep.clicked.connect(self._decline)
        for control in (self.learn, self._close, self.use, self.keep):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        self._lay_out()
        for signal in (document.opened, document.direction_changed, document.labels_changed):
            signal.connect(self._forget)
        for signal in (document.busy_changed, document.value_changed, self._job.changed):
            signal.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        first, last = QHBoxLayout(), QHBoxLayout()
        box, found = QVBoxLayout(self), QVBoxLayout(self._found)
        first.addWidget(self.learn, 1)
        first.addWidget(self._close)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * SPACE)
        self._grid.setVerticalSpacing(SPACE // 4)
        self._grid.setColumnStretch(0, 1)
        last.addStretch()
        last.addWidget(self.keep)
        last.addWidget(self.use)
        box.setContentsMargins(0, 0, 0, 0)
        found.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        found.setSpacing(SPACE // 2)
        box.addLayout(first)
        box.addWidget(self._bar)
        box.addWidget(self._found)
        for part in (self._errors, self._verdict, self._how):
            found.addWidget(part)
        found.addLayout(last)

    def refresh(self, *_: object) -> None:
        """Show the offer if it is due, or what was learned."""
        session, learned, running = self._document.session, self._learned, self._job.running
        self._using = self._using and self._document.job.running
        values = self._values()
        due = session is not None and not self._busy() and not self._using and self._is_due(values)
        self.setVisible(session is not None and (running or learned is not None or due))
        told = learned is not None and not running
        for control in (self.learn, self._close):
            control.setVisible(not told and not running)
        self._taught_by = values
        self._name_button()
        self._found.setVisible(told)
        if told and self._had_keys:
            self.use.setFocus()  # the keyboard was with the job, and goes to the choice
            self._had_keys = False
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Let all of a comparison be seen, once it has its place; say less where there is less room."""
        super().resizeEvent(event)
        self._name_button()
        if not self._found.isHidden():
            QTimer.singleShot(0, self, lambda: scroll_to(self))

    def _name_button(self) -> None:
        """Say what is learned in as many words as there is room for; they make no panel wider."""
        words = count(self._taught_by, "value")
        short = f"Learn from {words}"
        self.learn.setText(short)
        self.learn.setMinimumWidth(self.learn.sizeHint().width())
        self.learn.setText(f"Learn a direction from your {words}")
        if self.learn.sizeHint().width() > self.width() - self._close.sizeHint().width() - SPACE:
            self.learn.setText(short)

    def _values(self) -> int:
        from large_gui.tasks.labelling.learned import teachers

        session = self._document.session
        return len(teachers(session)) if session is not None else 0

    def _is_due(self, values: int) -> bool:
        document = self._document
        if values < ENOUGH or document.store is None or document.store.read_only:
            return False
        known = max(self._asked().get(document.value_id, 0), taught_by(document))
        return values >= known + ENOUGH

    def _asked(self) -> dict[str, int]:
        """At how many values a person said no, by value."""
        assert self._document.store is not None
        kept = self._document.store.setting(_ASKED, {})
        if not isinstance(kept, dict):
            return {}
        return {name: number for name, number in kept.items() if isinstance(number, int)}

    def _begin(self) -> None:
        """Learn in the worker; nothing of the folder is changed."""
        from large_gui.service.requests import FindDirections
        from large_gui.tasks.finding.find import FINDERS, Search
        from large_gui.tasks.labelling.learned import teachers

        document, session = self._document, self._document.session
        if session is None or document.model is None or not document.can_add_directions():
            return
        numbers = teachers(session)
        search = Search(_FINDER, FINDERS[_FINDER].options(), learned_name(document))
        request = FindDirections(
            search, document.model.name, [session.sha256[i] for i in numbers],
            [float(value) for value in session.label_values(numbers)],
        )  # fmt: skip

        def found(directions: list[Direction]) -> None:
            if document.session is session:  # else another folder was opened meanwhile
                self._learned = directions[0]
                self._had_keys = self._bar.cancel.hasFocus()
                self._compare(session, directions[0])

        self._job.begin("Learning from the values", request, done=found)

    def _compare(self, session: Session, learned: Direction) -> None:
        """Show the errors of both directions below each other."""
        from large_gui.tasks.labelling.learned import compare

        found = compare(session, learned)
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        head = Label("Typical error")
        head.setObjectName("muted")
        self._grid.addWidget(head, 0, 1, Qt.AlignmentFlag.AlignRight)
        for row, line in enumerate(lines(found, self._document), 1):
            what, error = Label(line.what, wordWrap=True), named(Label(line.error), f"Error: {line.what}")
            self._grid.addWidget(what, row, 0)
            self._grid.addWidget(error, row, 1, Qt.AlignmentFlag.AlignRight)
        self._verdict.setText(verdict(found, self._document))
        better = found.new < min(found.old if found.old == found.old else found.guess, found.guess)
        self.use.setDefault(better)  # in a window, unlike a dialog, it only looks as the one to press
        self.keep.setText("Keep the old" if self._document.chosen.name else "Not now")

    def _use(self) -> None:
        """Sort by what was learned, as one edit that can be undone."""
        from dataclasses import replace

        document, learned = self._document, self._learned
        if learned is None:
            return
        if learned.name == document.chosen.name:
            learned = replace(learned, flipped=document.chosen.flipped)
        if document.add_directions([learned]):
            self._using, self._learned = True, None
            self.refresh()

    def _decline(self) -> None:
        """Don't offer it again until there are more values."""
        document, self._learned = self._document, None
        if document.store is not None and not document.store.read_only:
            try:
                document.store.set_setting(_ASKED, {**self._asked(), document.value_id: self._values()})
            except LargeError as error:
                document.tell_error(error)
        self.refresh()

    def _forget(self, *_: object) -> None:
        """Forget what was learned: it was from other values, or is in use."""
        self._learned, self._using = None, False
        self._job.cancel()
        self.refresh()
