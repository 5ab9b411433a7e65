"""The page that compares models and ways on the labels in hand: which to use, with how many labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.compare.plot import ErrorPlot
from large_gui.gui.compare.table import WaysTable
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import ask_where
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.tasks.comparing.report import Report

_ABOUT = (
    "Some labels are drawn again and again, each model and way learns from them, and predicts the other "
    "labelled images. Models that don't know these images yet look at them first."
)
_BOLD = "Bold: better than one value for all images, and no way is better beyond chance."
_KINDS = ("Pages (*.html)", "Reports (*.json)")


class ComparePage(QWidget):
    """Scores each model and way on the labels of the value in hand."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._job = Job(document, self)
        self.report: Report | None = None
        self._of: object = None  # the session that the report is of, and its labels
        self._labels: dict[str, float] = {}
        self.start = named(QPushButton("Compare"), "Compare ways")
        self.start.setObjectName("primary")
        self.save = named(QPushButton(icon("share"), "Save report…"), "Save the report")
        self.shots = named(QComboBox(), "Number of labels shown")
        self.title, self.about = Label(wordWrap=True), wrapped("What comparing does", _ABOUT)
        self.advice, self.notes = named(Label(wordWrap=True), "Which to use"), wrapped("Notes")
        self.title.setObjectName("title")
        self.advice.setObjectName("heading")
        self.advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self.about, self.notes):
            label.setObjectName("muted")
        self.plot, self.table = ErrorPlot(), WaysTable()
        self._lay_out()
        self.start.clicked.connect(self.compare)
        self.save.clicked.connect(self._ask_where)
        self.shots.activated.connect(lambda _: self._show_figures())
        self._job.changed.connect(self.refresh)
        for signal in (
            document.opened, document.labels_changed, document.direction_changed, document.value_changed,
            document.images_changed,
        ):  # fmt: skip
            signal.connect(self._changed)
        self.refresh()

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(SPACE)
        above.addWidget(self.title, 1)
        for button in (self.save, self.start):  # above all that comes and goes
            above.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        card = QFrame()
        card.setObjectName("card")
        said = QVBoxLayout(card)
        said.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        for label in (self.advice, self.notes):
            said.addWidget(label)
        frame = QFrame()
        frame.setObjectName("card")
        around = QVBoxLayout(frame)
        around.setContentsMargins(*[SPACE // 2] * 4)
        around.addWidget(self.plot)
        choice = QHBoxLayout()
        words = Label("Figures &with")
        words.setBuddy(self.shots)
        for widget in (words, self.shots, Label("labels")):
            choice.addWidget(widget)
        choice.addStretch()
        figures = QVBoxLayout()
        figures.setSpacing(SPACE)
        figures.addLayout(choice)
        figures.addWidget(self.table, 1)
        hint = wrapped("What is bold", _BOLD)
        hint.setObjectName("muted")
        figures.addWidget(hint)
        figures.addStretch()
        self._found = QWidget()
        below = QHBoxLayout(self._found)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2 * SPACE)
        below.addWidget(frame, 4)
        below.addLayout(figures, 5)
        self._said = card
        box = QVBoxLayout(self)
        box.setContentsMargins(*[2 * SPACE] * 4)
        box.setSpacing(2 * SPACE)
        box.addLayout(above)
        box.addWidget(self.about)
        box.addWidget(JobBar(self._job, "comparing", self.start))
        box.addWidget(card)
        box.addWidget(self._found, 1)
        box.addStretch()

    def labels(self) -> dict[str, float]:
        """The labels of the value in hand that the line is fitted to, by path; excluded ones are left out."""
        session = self._document.session
        if session is None:
            return {}
        low, high = session.value.possible
        return {
            session.paths[i]: label.value for i, label in sorted(session.labels.items())
            if not label.excluded and low <= label.value <= high
        }  # fmt: skip

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show the present state, as nothing is looked at while the page is hidden."""
        super().showEvent(event)
        self.refresh()

    def _changed(self, *_: object) -> None:
        if self._of is not None and self._of != self._document.session:
            self._job.cancel()
            self.report = self._of = None
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Say what can be compared, and show what was."""
        from large_gui.tasks.comparing.compare import FEWEST

        document, labels, running = self._document, self.labels(), self._job.running
        value = document.value.name or "values"
        self.title.setText(f"What predicts {value} best?")
        enough = len(labels) >= FEWEST
        self.start.setEnabled(enough and not running)
        self.start.setText("Compare" if self.report is None else "Compare again")
        if document.session is None:
            self.about.setText("Open a folder, and give some of its images a value.")
        elif not enough:
            have = "has" if len(labels) == 1 else "have"
            self.about.setText(
                f"A comparison takes at least {FEWEST} labels; {count(len(labels), 'image')} {have} one. "
                "Give more images a value on the Images page, or import labels."
            )
        else:
            self.about.setText(f"{count(len(labels), 'labelled image')}. {_ABOUT}")
        there = self.report is not None and not running
        for widget in (self._said, self._found):
            widget.setVisible(there)
        self.save.setVisible(there)
        if self.report is not None and there:
            self.advice.setText(self.report.advice)
            notes = [self.report.drawn, *self.report.cautions]
            if labels != self._labels:
                notes.insert(0, "The labels have changed since.")
            self.notes.setText("\n".join(notes))

    def compare(self) -> None:
        """Have the worker compare on the labels in hand."""
        from large_gui.service.requests import CompareWays
        from large_gui.tasks.comparing.compare import Plan
        from large_gui.tasks.finding.learned import is_learned

        document, session = self._document, self._document.session
        if session is None or self._job.running:
            return
        labels, chosen = self.labels(), session.direction
        along = chosen is not None and not is_learned(chosen)
        directions = {session.model: [chosen]} if chosen is not None and along else {}

        def done(report: Report) -> None:
            self.report, self._labels = report, labels
            self.shots.clear()
            for k in report.shots:
                self.shots.addItem(f"{k:,}", k)
            self.shots.setCurrentIndex(self.shots.findData(report.example.k))
            self.plot.show_report(report)
            self._show_figures()

        self._of = session
        request = CompareWays(
            session.folder, labels, directions, Plan(), document.value.name, document.value.unit,
            document.device, document.engine,
        )  # fmt: skip
        self._job.begin("Comparing", request, done=done, warned=lambda sentence: None)

    def _show_figures(self) -> None:
        self.table.show_report(self.report, int(self.shots.currentData() or 0))

    def _ask_where(self) -> None:
        session = self._document.session
        if session is None:
            return
        name = f"{session.folder.name}-comparison.html"
        path = ask_where(self, "Save the report", session.folder.parent / name, _KINDS)
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the report as a page, or as JSON if the name says so; what goes wrong is told."""
        from large_gui.tasks.comparing.page import write_report

        if self.report is None:
            return
        try:
            write_report(self.report, path)
        except LargeError as error:
            self._document.tell_error(error)
        else:
            self._document.notice.emit(f"Saved as {path}.", "", False)
