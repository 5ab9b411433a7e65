"""Measuring the whole model, which takes longer than one path: many paths, and perceptual path length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.core.words import about, count
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.linearity.choice import Asked, PathChoice
from large_gui.gui.linearity.words import many, path_lengths
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from large_gui.tasks.linearity.courses import Courses
    from large_gui.tasks.linearity.measuring import Figure
    from large_gui.tasks.linearity.walking import Course

PAIRS, LENGTHS = 20, 100  # paths that are scored, and pairs of pictures whose distance is measured
_PPL = "ppl-w-end"
_FULL = 1.5  # time of a picture at full size, whose features are compared, beside one of a path


class WholeModel(QWidget):
    """Two buttons, each with the time that it takes here, and what they found."""

    def __init__(self, document: Document, choice: PathChoice) -> None:
        super().__init__()
        self._document, self._choice = document, choice
        self._job = Job(document, self)
        self._steps, self._seconds = 10, 0.0
        self.many = named(QPushButton(), "Score many paths")
        self.many.setToolTip("Paths from random codes, of the kind that is chosen above")
        self.length = named(QPushButton(), "Measure the path length")
        self.length.setToolTip("Perceptual path length: how much pictures change for a tiny step in W")
        self.many_said, self.length_said = wrapped("What many paths showed"), wrapped("The path length")
        for said in (self.many_said, self.length_said):
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid = QGridLayout()
        grid.setVerticalSpacing(SPACE // 2)
        top = Qt.AlignmentFlag.AlignTop
        for row, (button, said) in enumerate(((self.many, self.many_said), (self.length, self.length_said))):
            grid.addWidget(button, row, 0, top)
            grid.addWidget(said, row, 1)
        grid.setColumnStretch(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(JobBar(self._job, "measuring the model", self.many))
        box.addLayout(grid)
        self.many.clicked.connect(self.score_many)
        self.length.clicked.connect(self.measure_length)
        self._job.changed.connect(self.refresh)
        self.refresh()

    def know(self, course: Course) -> None:
        """Learn from a path how long a picture takes here."""
        self._seconds, self._steps = course.seconds, len(course.t) - 1
        self.refresh()

    def forget(self) -> None:
        """Forget what was found, as it is of another model or kind of path."""
        self._job.cancel()
        self.many_said.setText("")
        self.length_said.setText("")
        self.refresh()

    def refresh(self) -> None:
        """Say what each button does and how long that takes."""
        asked = self._choice.asked(0)
        there, running = asked is not None, self._job.running
        scored = asked is not None and bool(asked.judges.told or asked.judges.labelled)
        self.many.setText(f"Score {PAIRS} paths{self._time(PAIRS * (self._steps + 1))}")
        self.length.setText(f"Measure PPL{self._time(_FULL * 2 * LENGTHS)}")
        self.many.setEnabled(there and scored and not running)
        self.length.setEnabled(there and not running)
        for said, empty in (
            (self.many_said, "ALS with its standard error, over paths from random codes."),
            (self.length_said, f"Perceptual path length in W, of {count(LENGTHS, 'pair')} of pictures."),
        ):
            if not said.text() or said.text() == empty:
                said.setText(empty)
            said.setObjectName("muted" if said.text() == empty else "")
            said.setStyleSheet(said.styleSheet())  # takes the look of its new name

    def _time(self, pictures: float) -> str:
        return f" ({about(pictures * self._seconds)})" if self._seconds else ""

    def score_many(self) -> None:
        """Have the worker score paths from random codes."""
        from large_gui.service.requests import ScorePaths

        asked = self._choice.asked(0)
        if asked is None or self._job.running:
            return
        request = ScorePaths(asked.model, asked.plan, asked.judges, PAIRS, self._document.device)
        self._job.begin("Scoring paths", request, done=self._scored)

    def measure_length(self) -> None:
        """Have the worker measure the perceptual path length."""
        from large_gui.service.requests import MeasureGenerator
        from large_gui.tasks.linearity.measuring import Settings

        asked: Asked | None = self._choice.asked(0)
        if asked is None or self._job.running:
            return
        settings = Settings(count=LENGTHS, device=self._document.device)
        self._job.begin(
            "Measuring the path length", MeasureGenerator(asked.model, [_PPL], settings), done=self._measured
        )

    def _scored(self, found: Courses) -> None:
        self.many_said.setText(many(found))
        self.refresh()

    def _measured(self, found: Mapping[str, Sequence[Figure]]) -> None:
        self.length_said.setText(path_lengths(found))
        self.refresh()
