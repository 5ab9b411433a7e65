"""The calibration panel, in which a person types values and reads how far off predictions are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.choices import Shown
from large_gui.errors import LargeError
from large_gui.gui.calibration.details import Details, text_button
from large_gui.gui.calibration.entry_row import ValueEntry, known, title
from large_gui.gui.calibration.learning.offer import Offer
from large_gui.gui.calibration.outliers import Outliers
from large_gui.gui.calibration.plot import CalibrationPlot
from large_gui.gui.calibration.series import LENGTH, Dots, Series
from large_gui.gui.calibration.words import answer, next_one
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from large_gui.gui.calibration.peek import Pictures

_ROOM_FOR_COUNT = 330  # pixels of the panel


class CalibrationPanel(QWidget):
    """A panel with the entry for values, the answer in words, the image to label next, and the plot.

    Parameters
    ----------
    thumbnails
        Where the plot finds small pictures of the images; without it, points tell names and figures only.

    Signals
    -------
    explain_wanted
        A person asks what something means; carries the chapter of the guide that says it.
    """

    explain_wanted = Signal(str)

    def __init__(
        self, document: Document, thumbnails: Pictures | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._suggested = -1
        self._shown: list[int] = []  # the images that the entry is about
        self.series = Series(document)
        self.value_name = named(Entry(placeholderText="what is measured, unit, range"), "Value name")
        self.value_name.setToolTip(
            "What you measure, its unit and its range, for example: age, years, 0 to 120"
        )
        self.value_name.editingFinished.connect(self._name_value)
        self.value_name.returnPressed.connect(self.begin_typing)
        self.value_name.abandoned.connect(self._show_value)
        self.value_name.textEdited.connect(lambda _: self._tell(""))
        self.entry = named(ValueEntry(placeholderText="type a number, Enter"), "Value entry")
        self.entry.setClearButtonEnabled(True)
        self.entry.returnPressed.connect(self._enter)
        self.entry.textChanged.connect(lambda text: None if text else self._tell(""))
        self.entry.textEdited.connect(lambda _: self._tell(""))
        self.entry.skipped.connect(self.go_to_suggestion)
        self.entry.abandoned.connect(self.series.end)
        self._of = named(Label(title(())), "What the value is of")
        self._known = named(Label(wordWrap=True), "Label of this image")
        self._known.setObjectName("muted")
        self._problem = named(Label(wordWrap=True), "Value problem")
        self._problem.setObjectName("problem")
        self._problem.hide()
        self._answer = named(Label(wordWrap=True), "How far off predictions are")
        self._answer.setObjectName("heading")
        self._more = named(Label(wordWrap=True), "What that is known from")
        self._more.setObjectName("muted")
        self._doubts = named(Label(wordWrap=True), "Reasons for doubt")
        self._doubts.setObjectName("doubt")
        self._outliers = Outliers(document)
        self._why = named(Label(wordWrap=True), "Suggestion")
        self._dots, self._count = Dots(), named(Label(), "Images of the series that have a value")
        self._next = named(QPushButton("Go to it"), "Go to the suggested image")
        self._next.clicked.connect(self.go_to_suggestion)
        self._series = named(QPushButton(f"Label {LENGTH}"), "Label a series")
        self._series.setToolTip(
            plain(f"Give {LENGTH} images a value, led from each to the next: type a number, press Enter")
        )
        self._series.clicked.connect(self._begin_or_end)
        self.plot = CalibrationPlot(document, thumbnails)
        self._details = Details(document, self.plot)
        self.offer = Offer(document, lambda: self.series.running)
        self.series.changed.connect(self.offer.refresh)
        self.offer.changed.connect(self._make_room)
        self._explain = text_button("What it means", "What each number means")
        self._explain.setToolTip("Read in the guide what each number means")
        self._explain.setIcon(icon("circle-help"))
        self._explain.clicked.connect(lambda: self.explain_wanted.emit("numbers"))
        for control in (self._next, self._series):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        self._lay_out()
        for signal in (document.opened, document.direction_changed, document.value_changed):
            signal.connect(self._value_changed)
        for signal in (
            document.opened, document.labels_changed, document.direction_changed, document.busy_changed,
            self.series.changed,
        ):  # fmt: skip
            signal.connect(self._refresh)
        for signal in (document.current_changed, document.selection_changed):
            signal.connect(self._other_images)
        self.series.advanced.connect(self._show_steps)
        document.direction_changed.connect(self.entry.clear)
        document.direction_changed.connect(lambda: self._tell(""))
        self._refresh()

    @property
    def suggested(self) -> int:
        """The number of the image to label next; -1 if there is none."""
        return self._suggested

    def begin_typing(self, text: str = "") -> None:
        """Give the keys to the value entry; ``text`` is what was typed before that."""
        self.entry.setFocus()
        if text:
            self.entry.setText(text)
        else:
            self.entry.selectAll()

    def go_to_suggestion(self) -> None:
        """Look at the image to label next; in a series, skip it if it is looked at already."""
        skips = self.series.running and self._document.current == self._suggested >= 0
        if skips and not self.series.skip(self._suggested):
            return  # that was the last one
        self._show_suggestion()

    def begin_series(self) -> None:
        """Lead through a series of images, from the first suggestion on."""
        if self.series.begin():
            self._begin_series()

    def _begin_series(self) -> None:
        """Look at the image that a series begins with, shown or not so far, and give the entry the keys."""
        self._show_suggestion()
        self.begin_typing()

    def _show_suggestion(self) -> None:
        """Look at the image to label next; a filter that hides it gives way."""
        if self._suggested >= 0:
            if not self._document.is_shown(self._suggested):
                self._document.show_only(Shown())
            self._document.set_current(self._suggested)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 4)
        name = Label("&Measure")
        name.setBuddy(self.value_name)
        self._of.setBuddy(self.entry)
        self._of.setMinimumWidth(self._of.fontMetrics().horizontalAdvance("Value of 88 images"))
        for row, (label, field) in enumerate(((name, self.value_name), (self._of, self.entry))):
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self._known, 2, 1)
        grid.setColumnStretch(1, 1)
        said = QVBoxLayout()
        said.setContentsMargins(0, SPACE // 2, 0, 0)
        said.setSpacing(SPACE // 4)
        for label in (self._answer, self._more, self._doubts, self._why):
            said.addWidget(label)
        steps = QHBoxLayout()
        steps.setSpacing(SPACE)
        steps.addWidget(self._dots)
        steps.addWidget(self._count)
        steps.addStretch()
        steps.addWidget(self._next)
        steps.addWidget(self._series)
        foot = QHBoxLayout()  # its buttons have room around their words, which are to stand below the others
        foot.setContentsMargins(0, 0, SPACE // 2, 0)
        foot.addWidget(self._details.toggle)
        foot.addStretch()
        foot.addWidget(self._explain)
        upper, box = QVBoxLayout(), QVBoxLayout(self)
        upper.setContentsMargins(SPACE, 0, SPACE, 0)
        upper.addLayout(grid)
        upper.addWidget(self._problem)
        upper.addLayout(said)
        upper.addLayout(steps)
        upper.addWidget(self.offer)
        upper.addWidget(self.plot, 1)
        upper.addStretch()
        box.setContentsMargins(0, SPACE // 2, 0, SPACE // 2)
        for column in (upper, box):
            column.setSpacing(SPACE // 2)
        box.addLayout(upper, 1)
        box.addWidget(self._outliers)
        box.addLayout(foot)
        box.addWidget(self._details)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out in words what dots say, where there is no room for both."""
        super().resizeEvent(event)
        self._show_steps()

    def _make_room(self) -> None:
        """Leave out the plot while it has nothing to show and there is an offer."""
        session = self._document.session
        bare = session is not None and session.direction is None
        self.plot.setVisible(self.offer.isHidden() or not bare)

    def _name_value(self) -> None:
        from large_gui.project.value import parse_value

        if self.value_name.text() == self._document.value.spelled:
            return
        try:
            value = parse_value(self._document.value_id, self.value_name.text())
        except LargeError as error:
            self._tell(str(error))
            return
        self._tell("")
        self._document.editor.name_value(value)

    def _enter(self) -> None:
        from large_gui.project.value import parse_number

        document, numbers = self._document, list(self._document.in_hand())
        if document.session is None or not numbers:
            hidden = document.current >= 0
            self._tell("A filter hides this image; choose another." if hidden else "Choose an image first.")
            return
        labels, text = document.session.labels, self.entry.text().strip()
        if not text:
            self._tell("Type a number first." + " Del removes a value." * any(i in labels for i in numbers))
            return
        try:
            value = parse_number(text)
            document.editor.label(numbers, value)
        except LargeError as error:
            self._tell(str(error))
            self.entry.selectAll()
            return
        self._tell("")
        if any((labels[i].value if i in labels else None) != value for i in numbers):
            self.entry.selectAll()  # it could not be kept, which the notice bar says
            return
        self.entry.clear()
        if self.series.running:
            self.series.take(numbers, left=self._suggested >= 0 or self.series.waiting)
        if len(numbers) == 1:  # also after a series: the next number is of the next image
            self._go_on()

    def _go_on(self) -> None:
        """Look at the image to label next, which is one of those that are compared while some are."""
        document, session = self._document, self._document.session
        left = [i for i in document.compared if session is not None and i not in session.labels]
        if left:
            document.set_current(left[0])
        elif not document.compared and (self.series.running or document.is_shown(self._suggested)):
            self._show_suggestion()  # else a person who filters stays among what is shown

    def _tell(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _begin_or_end(self) -> None:
        if self.series.running:
            self.series.end()
        else:
            self.begin_series()

    def _value_changed(self) -> None:
        if not self.value_name.hasFocus():
            self._show_value()
        self._show_known()

    def _show_value(self) -> None:
        self.value_name.setText(self._document.value.spelled)

    def _other_images(self, *_: object) -> None:
        """Say which images the entry is about, and empty it if they are others than before."""
        numbers = list(self._document.in_hand())
        if set(numbers) != set(self._shown):
            self.entry.clear()  # what was typed was meant for the images before
            self._tell("")
        self._shown = numbers
        self._of.setText(title(numbers))
        self.entry.setAccessibleDescription(title(numbers).replace("&", ""))
        self._show_known()
        self._show_steps()

    def _show_known(self) -> None:
        self._known.setText(known(self._document, list(self._document.in_hand())))

    def _show_steps(self) -> None:
        """Show how far the series is, and what can be done in it."""
        running, there = self.series.running, self._document.current == self._suggested
        self._dots.setVisible(running)
        self._count.setVisible(running and self.width() >= _ROOM_FOR_COUNT)
        self._dots.show_done(self.series.done)
        self._count.setText(f"{self.series.done} of {LENGTH}")
        self._next.setEnabled(self._suggested >= 0)
        self._next.setText("Skip" if running and there else "Go to it")
        self._series.setText("End" if running else f"Label {LENGTH}")
        session = self._document.session
        bare = session is not None and session.direction is None  # the worker will say what comes next
        self._series.setEnabled(running or bare or self._suggested >= 0)
        self.entry.skips = running

    def _refresh(self, *_: Any) -> None:
        from large_gui.tasks.labelling.answer import doubts_about

        session, before = self._document.session, self._suggested
        self.setEnabled(session is not None)
        suggestion = self.series.suggestion()
        self._suggested = -1 if suggestion is None else suggestion.index
        headline, more = answer(self._document)
        self._answer.setText(headline)
        self._more.setText(more)
        doubts = doubts_about(session) if session is not None and session.direction is not None else []
        self._doubts.setText("\n".join(doubts))
        self._doubts.setVisible(bool(doubts))
        self._details.refresh()
        waiting = self.series.running and self.series.waiting
        self._why.setText(
            "Looking for images that differ…" if waiting else next_one(self._document, suggestion)
        )
        self._why.setVisible(bool(self._why.text()))
        self._outliers.refresh()
        self._show_known()
        self._show_steps()
        if self.series.running and before < 0 <= self._suggested:
            self._begin_series()  # it was waited for
