"""A training as it goes: how far it is, its samples and its curves, and buttons to stop and resume it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from large_gui.core.words import count
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.motion import show_waiting
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.training.curves import Curves
from large_gui.gui.training.jobs import Trainings
from large_gui.gui.training.left_out import LeftOut
from large_gui.gui.training.sheets import Sheets
from large_gui.gui.training.words import facts_of, progress_of
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain
from large_gui.gui.widgets.still import StillSpinBox

if TYPE_CHECKING:
    from large_gui.project.images.manifest import Failure
    from large_gui.tasks.training.overview.watching import Seen
    from large_gui.tasks.training.runs import Run

_LOWEST = 220  # pixels of samples and curves
_LONGER = 1.5  # times the images of a run that is done: proposed if it is to be trained on


class RunView(QFrame):
    """Shows one run."""

    def __init__(self, document: Document, trainings: Trainings) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("Training")
        self._trainings = trainings
        self.run: Run | None = None
        self._left_out: Sequence[Failure] = ()
        self.stop = named(QPushButton(icon("circle-stop"), "&Stop"), "Stop the training")
        self.stop.setToolTip("Write a checkpoint and stop; it can go on later")
        self.stop.clicked.connect(trainings.gan.stop)
        self.resume = named(QPushButton(icon("play"), "&Resume"), "Resume the training")
        self.resume.clicked.connect(self._resume)
        self.longer = named(StillSpinBox(" thousand"), "Thousands of images to train on to")
        self.longer.setToolTip("How many images are to be shown in all")
        self.words = wrapped("How far the training is")
        self.facts = LeftOut("What it trains on")
        self.facts.words.setObjectName("muted")
        self.problem = wrapped("What went wrong")
        self.problem.setObjectName("problem")
        self._bar = named(QProgressBar(textVisible=False), "Progress of the training")
        self.sheets, self.curves = Sheets(document), Curves()
        self._lay_out()
        trainings.changed.connect(self.refresh)

    def _lay_out(self) -> None:
        top, said = QHBoxLayout(), QVBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addLayout(said, 1)
        for widget in (self.longer, self.stop, self.resume):
            top.addWidget(widget)
        said.setSpacing(SPACE // 2)
        for line in (self.words, self._bar, self.facts, self.problem):
            said.addWidget(line)
        self._pictures = QWidget()
        self._pictures.setMinimumHeight(_LOWEST)
        row = QHBoxLayout(self._pictures)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(self.sheets, 5)
        row.addWidget(self.curves, 3)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        box.setSpacing(SPACE)
        box.addLayout(top)
        box.addWidget(self._pictures, 1)

    def show_run(self, seen: Seen) -> None:
        """Show a run as it is now."""
        if self.run is None or self.run.folder != seen.run.folder or self.run.total != seen.run.total:
            done = seen.run.total // 1000
            self.longer.setRange(done + 1, max(100 * done, done + 1))
            self.longer.setValue(max(round(_LONGER * done), done + 1))
        self.run, run = seen.run, seen.run
        self._left_out = seen.left_out
        self.sheets.show_run(run)
        self.curves.show_run(run)
        self.refresh()

    def refresh(self) -> None:
        """Show how far the run is, and what can be done."""
        from large_gui.tasks.training.runs import RunState

        run, trainings = self.run, self._trainings
        if run is None:
            return
        ours, job = trainings.trains(run.folder), trainings.gan
        had_keys = self.stop.hasFocus() or self.resume.hasFocus()
        self.stop.setVisible(ours)
        self.stop.setText("Stopping…" if job.stopping else "&Stop")  # disabled, it would lose the keys
        done = run.state is RunState.FINISHED
        self.resume.setVisible((done or run.state is RunState.STOPPED) and not ours)
        self.resume.setText("T&rain on" if done else "&Resume")
        self.longer.setVisible(done and not ours)
        self.resume.setEnabled(not trainings.busy)
        self.resume.setToolTip(plain(f"{trainings.busy}; one at a time" if trainings.busy else ""))
        if had_keys:  # whichever can be used now has them
            (self.stop if ours else self.resume).setFocus()
        told = trainings.progress if ours else None
        now = trainings.now(run)
        if now is not None:
            self.words.setText(progress_of(run, now))
        elif ours:
            counted = f" {told.done:,} of {told.total:,}" if told is not None and told.total else ""
            self.words.setText(f"{job.busy}{counted}")
        else:
            self.words.setText(progress_of(run))
        if told is not None and told.total:
            self._bar.setRange(0, told.total)
            self._bar.setValue(told.done)
        elif ours:
            show_waiting(self._bar)
        else:
            self._bar.setRange(0, max(run.total, 1))
            self._bar.setValue(min(run.seen, run.total))
        out = self._left_out
        words = facts_of(run) + (f"  ·  {count(len(out), 'image')} left out" if out else "")
        self.facts.show_failures(words, out)
        error = trainings.errors.get(run.folder)
        said = [*run.problems, *([f"{error.sentence} {error.hint}".strip()] if error is not None else [])]
        self.problem.setText("\n".join(said))
        self.problem.setVisible(bool(said))

    def _resume(self) -> None:
        if self.run is not None:
            self._trainings.resume(self.run, self.longer.value() if self.longer.isVisible() else 0)
