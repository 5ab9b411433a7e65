"""The second step of a training: what was found in the folder, and what the training will take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.training.jobs import Trainings
from large_gui.gui.training.left_out import LeftOut
from large_gui.gui.widgets.lines import column, wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.tasks.training.gan import GanRequest
    from large_gui.tasks.training.overview.looking import Looked
    from large_gui.tasks.training.plan import TrainingPlan

_ABOUT = (
    "Every image is looked at, and ten steps are made to see how fast this machine is. "
    "Nothing is written, and nothing is sent anywhere."
)


class PlanBox(QFrame):
    """Asks for the plan of a training and shows it; the training begins from here.

    Parameters
    ----------
    asked
        Gives the training that is wanted; it may raise a `LargeError`.

    Signals
    -------
    started
        The person begins the training; carries what was planned, a `GanRequest`.
    changed
        There is another plan, or none.
    """

    started = Signal(object)
    changed = Signal()

    def __init__(self, document: Document, asked: Callable[[], GanRequest], trainings: Trainings) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("What it takes")
        self._asked, self._trainings = asked, trainings
        self._job = Job(document, self, document.trainer)
        self.plan: TrainingPlan | None = None
        self._looked: Looked | None = None
        self._of: GanRequest | None = None  # what the plan is of
        self._busy = ""
        self.make = named(QPushButton("Make the &plan"), "Make the plan")
        self.make.setObjectName("primary")
        self.again = named(QPushButton("Make the &plan again"), "Make the plan again")
        for button in (self.make, self.again):
            button.clicked.connect(self.make_plan)
        self.start = named(
            QPushButton(icon("play", QPalette.ColorRole.HighlightedText), "Start the &training"),
            "Start the training",
        )
        self.start.setObjectName("primary")
        self.start.clicked.connect(lambda: self.started.emit(self._of))
        self._about = wrapped("What the plan is for", _ABOUT)
        self._about.setObjectName("muted")
        self.problem = wrapped("Why there is no plan")
        self.problem.setObjectName("problem")
        self.found = LeftOut("What was found")
        self._cautions = wrapped("What speaks against it")
        self._cautions.setObjectName("doubt")
        self._lay_out()
        self._job.changed.connect(self.refresh)  # after the bar, which hands the keys to a button then
        self._job.changed.connect(self.changed)
        self.refresh()

    def _lay_out(self) -> None:
        title = Label("2   What it takes")
        title.setObjectName("heading")
        buttons = QHBoxLayout()
        for button in (self.start, self.make, self.again):
            buttons.addWidget(button)
        self._bar = JobBar(self._job, "planning", self.make)
        buttons.addWidget(self._bar, 1)
        buttons.addStretch()
        self._lines = QWidget()
        self._form = QFormLayout(self._lines)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(2 * SPACE)
        self._form.setVerticalSpacing(SPACE // 2)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        box.setSpacing(SPACE)
        box.addWidget(title)
        box.addWidget(self._about)
        for part in (self.found, self._lines, self._cautions, self.problem):
            box.addWidget(part)
        box.addLayout(buttons)
        self._beginning = column(
            JobBar(self._trainings.gan, "beginning the training", self.start, self._trainings.gan.stop)
        )
        box.addWidget(self._beginning)

    @property
    def running(self) -> bool:
        """Whether the plan is being made."""
        return self._job.running

    def forget(self) -> None:
        """The training is wanted otherwise: the plan is of no use any more."""
        if self._of is None and not self.problem.text():
            return
        self._job.cancel()
        self.plan = self._looked = self._of = None
        self.problem.setText("")
        self.refresh()
        self.changed.emit()

    def say_busy(self, words: str, *, begins: bool) -> None:
        """Say why no plan can be made now; nothing if it can.

        Parameters
        ----------
        begins
            Whether a training begins, of which there is no more to see yet.
        """
        self._busy = words
        self._beginning.setVisible(begins)
        self.refresh()

    def make_plan(self) -> None:
        """Ask the worker for the plan."""
        from large_gui.service.training import PlanTraining

        self.problem.setText("")
        try:
            asked = self._asked()
        except LargeError as error:
            self._say(error)
            return
        self.plan = self._looked = None
        self._of = asked
        self._job.begin(
            "Looking for images", PlanTraining(asked), done=lambda _: None, partial=self._take,
            warned=lambda _: None, failed=self._say, lost=self._lost,
        )  # fmt: skip

    def _take(self, part: Looked | TrainingPlan) -> None:
        from large_gui.tasks.training.overview.looking import Looked

        if isinstance(part, Looked):
            self._looked = part
        else:
            used = self._looked.used if self._looked is not None else part.images
            self.plan = replace(part, images=used)
        self.refresh()

    def _say(self, error: LargeError) -> None:
        self.problem.setText(f"{error.sentence} {error.hint}".strip())
        self.plan = None
        self.refresh()

    def _lost(self) -> None:
        self.problem.setText("The process that measures ended by itself; it may have run out of memory.")
        self.refresh()

    def refresh(self) -> None:
        """Show the present plan."""
        looked, plan, running = self._looked, self.plan, self._job.running
        self._about.setText(self._busy or _ABOUT)
        self._about.setVisible(plan is None and not running)
        self.found.setVisible(looked is not None)
        if looked is not None:
            faces = " Faces are looked for when it begins." if looked.faces else ""
            left = f"; {count(len(looked.left_out), 'is', 'are')} left out." if looked.left_out else "."
            words = f"{looked.used:,} of {count(looked.found, 'image')} can be used{left}{faces}"
            self.found.show_failures(words, looked.left_out)
        self._lines.setVisible(plan is not None)
        self._cautions.setVisible(plan is not None and bool(plan.cautions))
        if plan is not None:
            self._show_lines(plan)
            self._cautions.setText("\n".join(plan.cautions))
        self.problem.setVisible(bool(self.problem.text()))
        ready = plan is not None and not running
        for button in (self.start, self.again):
            button.setEnabled(not self._busy)
        self.start.setVisible(ready)
        if ready and self.make.hasFocus():
            self.start.setFocus()
        elif running and self.again.hasFocus():
            self._bar.cancel.setFocus()
        self.again.setVisible(ready)
        self.make.setVisible(not ready)
        self.make.setEnabled(not self._busy and not running)

    def _show_lines(self, plan: TrainingPlan) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, value in plan.lines:
            label = Label(name.capitalize())
            label.setObjectName("muted")
            said = named(Label(value, wordWrap=True), name.capitalize())
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._form.addRow(label, said)
