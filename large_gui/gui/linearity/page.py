"""The page that shows whether a value changes evenly along a path in a model's latent space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.linearity.choice import PathChoice
from large_gui.gui.linearity.plot import CoursePlot
from large_gui.gui.linearity.strip import PictureStrip
from large_gui.gui.linearity.table import AttributeTable
from large_gui.gui.linearity.whole import WholeModel
from large_gui.gui.linearity.words import ABOUT, NOTHING, drawn, photographs, place_said, trust, verdict
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.gutter import GUTTER, keep_gutter
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.pictures import to_image
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.tasks.linearity.walking import Course

_BEFORE = "The pictures along the path, and what was measured in them, appear here."
_STALE = "The labels have changed since. "
_LOWEST = 176  # pixels of the plot
_NO_MODEL = (
    "No model on this machine draws pictures yet. The Models page fetches the generator of a model, "
    "or imports one."
)
_LACKING = "The open folder's model, {}, draws pictures once the Models page has fetched its generator."


class LinearityPage(QScrollArea):
    """Draws a path in a model's latent space, and what was measured along it.

    Signals
    -------
    models_wanted
        A person wants to fetch or import a generator.
    """

    models_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keep_gutter(self)
        self._document = document
        self._job = Job(document, self)
        self._seed, self._stale = 0, False
        self.course: Course | None = None
        self.title, self.about = Label(wordWrap=True), wrapped("What the page shows", ABOUT)
        self.title.setObjectName("title")
        self.about.setObjectName("muted")
        self.draw = named(QPushButton("Draw the path"), "Draw the path")
        self.draw.setObjectName("primary")
        self.models = named(QPushButton("Go to the Models page"), "Go to the Models page")
        self.choice, self.plot, self.table = PathChoice(document), CoursePlot(), AttributeTable()
        self.strip = PictureStrip(self.plot.span)
        self.verdict, self.trust = (
            named(Label(wordWrap=True), "How evenly it changes"),
            wrapped("Who measured"),
        )
        self.verdict.setObjectName("heading")
        self.photographs, self.pointed = wrapped("In photographs"), wrapped("The marked picture")
        for label in (self.trust, self.photographs, self.pointed):
            label.setObjectName("muted")
        self.whole = WholeModel(document, self.choice)
        self._lay_out()
        self.plot.setMinimumHeight(_LOWEST)
        self.draw.clicked.connect(self.draw_path)
        self.models.clicked.connect(self.models_wanted)
        self.choice.changed.connect(self._another)
        self.table.currentCellChanged.connect(lambda *_: self._show_column())
        self.plot.laid_out.connect(self.strip.fit)
        self.strip.marked.connect(self._marked)
        self.plot.pointed.connect(self.strip.set_mark)
        self._job.changed.connect(self.refresh)
        for signal in (
            document.opened, document.value_changed, document.directions_changed,
             document.current_changed, document.selection_changed,
        ):  # fmt: skip
            signal.connect(self._changed)
        document.opened.connect(self._another)
        document.labels_changed.connect(self._labelled)
        document.direction_changed.connect(self._turned)
        self._another()

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(SPACE)
        above.addWidget(self.title, 1)
        chosen = QHBoxLayout()
        chosen.setSpacing(SPACE)
        chosen.addWidget(self.choice)
        chosen.addWidget(self.models)
        chosen.addStretch()
        chosen.addWidget(self.draw)
        frame = QFrame()
        frame.setObjectName("card")
        path = QVBoxLayout(frame)
        path.setContentsMargins(*[SPACE // 2] * 4)
        path.setSpacing(0)
        path.addWidget(self.strip)
        path.addWidget(self.plot, 1)
        path.addWidget(self.pointed)
        figures = QVBoxLayout()
        figures.setSpacing(SPACE // 2)
        figures.addWidget(self.table)
        figures.addWidget(self.trust)
        figures.addStretch()
        measured = QVBoxLayout()
        measured.setSpacing(SPACE)
        measured.addWidget(self.photographs)
        measured.addWidget(self.whole)
        measured.addStretch()
        below = QHBoxLayout()
        below.setSpacing(3 * SPACE)
        below.addLayout(figures, 2)
        below.addLayout(measured, 3)
        self._below = QWidget()
        below.setContentsMargins(0, 0, 0, 0)
        self._below.setLayout(below)
        self._card = frame
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE - GUTTER, 2 * SPACE)
        box.setSpacing(SPACE)
        box.addLayout(above)
        box.addWidget(self.about)
        box.addLayout(chosen)
        box.addWidget(JobBar(self._job, "drawing the path", self.draw))
        box.addWidget(self.verdict)
        box.addWidget(frame, 1)
        box.addWidget(self._below)
        box.addStretch()
        self.setWidget(inside)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look at what there is, as nothing is looked at while the page is hidden."""
        super().showEvent(event)
        self.choice.look()
        self._look_at_photographs()
        self.refresh()

    def _changed(self, *_: object) -> None:
        if self.isVisible():
            self.choice.look() if self._document.session is None else self.choice.offer()
            self.refresh()

    def _labelled(self, *_: object) -> None:
        """Note that labels have changed, which what is shown may have been learned from."""
        self._stale = self.course is not None
        if self.isVisible():
            self._look_at_photographs()
            self._show_column()
            self.refresh()

    def _turned(self) -> None:
        """Follow the direction that the folder is sorted by."""
        self.choice.follow()
        self._another()

    def _another(self) -> None:
        """Take away a path that is not the one that is chosen."""
        self._job.cancel()
        self.course, self._stale = None, False
        self._look_at_photographs()
        self.whole.forget()
        self.plot.say_when_empty(_BEFORE)
        self.strip.set_images([])
        self.table.show_course(None)
        self._show_column()
        self.refresh()

    def refresh(self) -> None:
        """Say what can be drawn, and show what was."""
        there, running, course = self.choice.card is not None, self._job.running, self.course
        value = self._document.value.name or "the value"
        self.title.setText(f"Does {value} change evenly along the way?")
        lacking = self.choice.lacking
        about = f"{ABOUT} {_LACKING.format(lacking)}" if lacking else ABOUT
        self.about.setText(about if there else _NO_MODEL)
        self.choice.setVisible(there)
        self.models.setVisible(not there or bool(lacking))
        self.draw.setVisible(there)
        self.draw.setEnabled(there and not running)
        again = course is not None and self.choice.start.currentData() == "random"
        self.draw.setText("Draw another path" if again else "Draw the path")
        for widget in (self._card, self._below):
            widget.setVisible(there)
        self.whole.refresh()

    def _look_at_photographs(self) -> None:
        """Say whether the value is a line of the distance in the open folder."""
        session, direction = self._document.session, self.choice.direction
        said = ""
        if self.isVisible() and session is not None and session.direction is direction is not None:
            from large_gui.tasks.linearity.labelled import session_linearity

            value = self._document.value.name or "the value"
            said = photographs(session_linearity(session), direction.name, value)
        self.photographs.setText(said)
        self.photographs.setVisible(bool(said))

    def draw_path(self) -> None:
        """Have the worker draw and score the path that is chosen; a random one is another each time."""
        from large_gui.service.requests import ScorePath

        asked = self.choice.asked(self._seed)
        if asked is None or self._job.running:
            return

        def done(course: Course) -> None:
            self._seed += 1
            self._show(course)

        request = ScorePath(asked.model, asked.plan, asked.judges, self._document.device)
        self._job.begin("Drawing the path", request, done=done)

    def _show(self, course: Course) -> None:
        self.course, self._stale = course, False
        self.strip.set_images([to_image(picture) for picture in course.pictures])
        self.table.show_course(course)
        self.plot.say_when_empty(NOTHING)
        self.whole.know(course)
        self._show_column()
        self.refresh()

    def _column(self) -> int | None:
        """The attribute that is drawn; ``None`` if nothing was measured."""
        if self.course is None or not self.course.attributes:
            return None
        return max(self.table.currentRow(), 0)

    def _show_column(self) -> None:
        course, column = self.course, self._column()
        said = course is not None and column is not None
        self.verdict.setText(verdict(course, column) if course is not None and column is not None else "")
        said_of_it = trust(course, column) if course is not None and column is not None else ""
        self.trust.setText(f"{_STALE if self._stale else ''}{said_of_it}")
        for widget in (self.verdict, self.trust, self.table):
            widget.setVisible(said)
        self.pointed.setVisible(course is not None)
        self.plot.show_course(course, column or 0)
        self._marked(self.strip.mark)

    def _marked(self, place: int) -> None:
        """Say what was measured in a picture, or what the plot shows while none is marked."""
        self.plot.mark(place)
        course, column, words = self.course, self._column(), ""
        if course is not None and 0 <= place < len(course.t):
            words = place_said(course, column, place)
        elif course is not None and column is not None:
            words = drawn(course, column)
        self.pointed.setText(words)
        self.pointed.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.strip.say(words)
