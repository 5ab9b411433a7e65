"""The last step of a training: a model of one of its snapshots, its encoder, and what to do with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.core.words import printable
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.training.jobs import Trainings
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.lines import column, wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain
from large_gui.gui.widgets.still import StillComboBox, StillSpinBox

if TYPE_CHECKING:
    from large_gui.errors import LargeError
    from large_gui.tasks.imports.model import ImportedModel
    from large_gui.tasks.training.overview.made import Made
    from large_gui.tasks.training.runs import Run

_WIDEST_NAME = 220  # pixels
_MINUTES, _MOST_MINUTES = 25, 10_000  # for an encoder: the usual time, and the longest


class ModelBox(QFrame):
    """Makes models of a run, and offers what comes next for each of them.

    Signals
    -------
    made
        A model was made, or has got its encoder.
    sort_wanted, find_wanted
        A folder is to be sorted by a model, or a direction of it to be found; carries the model's name.
    """

    made = Signal()
    sort_wanted = Signal(str)
    find_wanted = Signal(str)

    def __init__(self, document: Document, trainings: Trainings) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("A model")
        self._trainings = trainings
        self._job = Job(document, self)
        self._run: Run | None = None
        self._made: Sequence[Made] = ()
        self._thousands: int | None = None  # of the sheet that is shown
        self.rows: dict[str, MadeRow] = {}
        self.which = named(StillComboBox(), "Which snapshot")
        self.which.setSizeAdjustPolicy(StillComboBox.SizeAdjustPolicy.AdjustToContents)
        self.name = named(Entry(), "Name of the model")
        self.name.setMaximumWidth(_WIDEST_NAME)
        self.make = named(QPushButton(icon("box"), "&Make it a model"), "Make it a model")
        self.make.clicked.connect(self._begin)
        self.about = wrapped("What can become a model")
        self.about.setObjectName("muted")
        self.problem = wrapped("Why there is no model")
        self.problem.setObjectName("problem")
        self.problem.hide()
        self._lay_out()
        self._job.changed.connect(self.refresh)
        trainings.changed.connect(self.refresh)

    def _lay_out(self) -> None:
        title = Label("4   A model")
        title.setObjectName("heading")
        self._making = QWidget()
        row = QHBoxLayout(self._making)
        row.setContentsMargins(0, 0, 0, 0)
        words = Label("call&ed")
        words.setBuddy(self.name)
        for widget in (self.which, words, self.name, self.make):
            row.addWidget(widget)
        row.addWidget(JobBar(self._job, "making the model", self.make), 1)
        row.addStretch()
        row.setSpacing(2 * SPACE)
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addWidget(title)
        top.addWidget(self._making, 1)
        top.addWidget(self.about, 1)
        self._models = QVBoxLayout()
        self._models.setSpacing(SPACE)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        box.setSpacing(SPACE)
        box.addLayout(top)
        box.addWidget(self.problem)
        box.addLayout(self._models)

    def show_run(self, run: Run, made: Sequence[Made]) -> None:
        """Show a run as it is now, with the models that were made of it."""
        if self._run is None or self._run.folder != run.folder:
            self.name.setText(run.name)
            self.problem.hide()
        self._run, self._made = run, made
        self._show_snapshots()
        self._show_models()
        self.refresh()

    def show_sheet(self, thousands: int) -> None:
        """Offer the snapshot of the sheet that is shown."""
        self._thousands = thousands
        self._show_snapshots()

    def refresh(self) -> None:
        """Show what can be done now."""
        run = self._run
        there = run is not None and bool(run.snapshots)
        self._making.setVisible(there)
        self.make.setEnabled(there and not self._job.running)
        self.about.setVisible(not there)
        self.about.setText("With the first samples there is a first snapshot, which can become a model.")
        for row in self.rows.values():
            row.refresh()

    def _show_snapshots(self) -> None:
        """Offer the best snapshot and the one whose sheet is shown, as far as they are kept."""
        run, shown = self._run, self._thousands
        if run is None or not run.snapshots:
            return
        newest = max(run.snapshots)
        best = run.best.images // 1000 if run.best is not None else newest
        best = best if best in run.snapshots else newest
        figure = _figure(run, best)
        words = "best" if figure else "newest"
        offered: list[tuple[str, int]] = [(f"The {words} snapshot: after {best:,},000 images", best)]
        if shown in run.snapshots and shown != best:
            offered.append((f"The one shown: after {shown:,},000 images", int(shown or 0)))
        chosen = self.which.currentData()
        if [self.which.itemData(i) for i in range(self.which.count())] != [n for _, n in offered]:
            self.which.clear()
            for text, thousands in offered:
                self.which.addItem(text, thousands)
            self.which.setCurrentIndex(max(self.which.findData(chosen), 0))
        gone = shown is not None and shown not in run.snapshots
        tip = "Of the sheet that is shown, the snapshot is not kept: only the newest few and the best are."
        self.which.setToolTip(plain("\n".join([*([figure] if figure else []), *([tip] if gone else [])])))

    def _show_models(self) -> None:
        names = [one.name for one in self._made]
        for name in [name for name in self.rows if name not in names]:
            row = self.rows.pop(name)
            self._models.removeWidget(row)
            row.deleteLater()
        for one in self._made:
            if one.name not in self.rows:
                row = self.rows[one.name] = MadeRow(one.name, self._trainings)
                row.sort.clicked.connect(lambda _=False, name=one.name: self.sort_wanted.emit(name))
                row.look.clicked.connect(lambda _=False, name=one.name: self.find_wanted.emit(name))
                self._models.addWidget(row)
                row.show()  # at once; a layout shows what was added to it only after the events that wait
            assert self._run is not None
            self.rows[one.name].show_model(one, self._run)

    def _begin(self) -> None:
        from large_gui.service.training import MakeModel

        if self._run is None:
            return
        self.problem.hide()
        request = MakeModel(self._run.folder, self.name.text().strip(), int(self.which.currentData()))
        self._job.begin("Making the model", request, done=self._is_made, failed=self._say)

    def _is_made(self, model: ImportedModel) -> None:
        self.made.emit()

    def _say(self, error: LargeError) -> None:
        self.problem.setText(f"{error.sentence} {error.hint}".strip())
        self.problem.show()


class MadeRow(QWidget):
    """One model that was made of the run: its encoder, or what to do with it."""

    def __init__(self, name: str, trainings: Trainings) -> None:
        super().__init__()
        self.setAccessibleName(f"Model {name}")
        self._name, self._trainings = name, trainings
        self._model: Made | None = None
        self._run: Run | None = None
        self.words = wrapped(f"State of the model {name}")
        self.train = named(QPushButton("Train its &encoder"), f"Train the encoder of {name}")
        self.train.setObjectName("primary")
        self.minutes = named(StillSpinBox(" minutes"), f"Minutes for the encoder of {name}")
        self.minutes.setRange(1, _MOST_MINUTES)
        self.minutes.setValue(_MINUTES)
        self.minutes.setToolTip("How long it may take; more time makes a better encoder")
        self.train.clicked.connect(self._train)
        self.sort = named(
            QPushButton(icon("images", QPalette.ColorRole.HighlightedText), "Sort a &folder…"),
            f"Sort a folder by {name}",
        )
        self.sort.setObjectName("primary")
        self.look = named(QPushButton(icon("compass"), "Find a &direction"), f"Find a direction of {name}")
        self.bar = JobBar(
            trainings.encoder, f"training the encoder of {name}", self.train, trainings.encoder.stop
        )
        self.bar.cancel.setText("Stop")
        row, box = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        for widget in (self.minutes, self.train, self.look, self.sort):
            row.addWidget(widget)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row)
        self._encoding = column(self.bar)
        box.addWidget(self._encoding)

    def show_model(self, model: Made, run: Run) -> None:
        """Show the model as it is now."""
        self._model, self._run = model, run
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done with it."""
        model, trainings = self._model, self._trainings
        if model is None:
            return
        ours = trainings.encoder.running and trainings.model == model.name
        had_keys = any(one.hasFocus() for one in (self.train, self.bar.cancel))
        self._encoding.setVisible(ours)
        for widget in (self.train, self.minutes):
            widget.setVisible(not model.has_encoder and not ours)
        self.train.setEnabled(not trainings.busy)
        self.train.setToolTip(plain(f"{trainings.busy}; one at a time" if trainings.busy else ""))
        for button in (self.look, self.sort):
            button.setVisible(model.has_encoder)
        if had_keys:  # what comes next has them
            (self.bar.cancel if ours else self.sort if model.has_encoder else self.train).setFocus()
        of = f"{printable(model.name)}, after {model.thousands:,},000 images,"
        error = trainings.errors.get(model.name)
        if model.has_encoder:
            self.words.setText(f"{of} can read photographs.")
        elif ours:
            self.words.setText(f"{of} gets its encoder. {trainings.told}".rstrip())
        elif error is not None:
            self.words.setText(f"{error.sentence} {error.hint}".strip())
        else:
            self.words.setText(f"{of} draws pictures. With an encoder it reads photographs too.")

    def _train(self) -> None:
        if self._model is not None and self._run is not None:
            self._trainings.train_encoder(self._model.name, self._run, self.minutes.value())


def _figure(run: Run, thousands: int) -> str:
    """The figure of a snapshot, with its name; empty if none is known."""
    best = run.best
    if best is None or not math.isfinite(best.metric) or best.images // 1000 != thousands:
        return ""
    return f"{best.metric_name} {best.metric:.4g}"
