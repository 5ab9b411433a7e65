"""How far a job is, with a button that cancels it; hidden while nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from large_gui.core.reporter import Unit
from large_gui.gui.document.job import Job
from large_gui.gui.look.motion import show_waiting
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.core.reporter import Progress


class JobBar(QWidget):
    """Follows a job.

    Parameters
    ----------
    doing
        What the job does, as it ends the names of the controls: ``finding``.
    button
        What begins the job; while it runs, the keyboard is with Cancel instead.
    stop
        Called by Cancel in place of the job's `Job.cancel`.

    Attributes
    ----------
    words, bar, cancel
        The controls, which may be given other names.
    """

    def __init__(
        self, job: Job, doing: str, button: QPushButton, stop: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self._job, self._button = job, button
        self.bar = named(QProgressBar(), f"Progress of {doing}")
        self.bar.setFixedWidth(140)
        self.bar.setTextVisible(False)
        self.cancel = named(QPushButton("Cancel", autoDefault=False), f"Cancel {doing}")
        self.cancel.clicked.connect(stop or job.cancel)
        self.words = named(Label(wordWrap=True), f"What is done while {doing}")
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.bar)
        box.addWidget(self.cancel)
        box.addWidget(self.words, 1)
        job.changed.connect(self._changed)
        job.progressed.connect(self._told)
        self._changed()

    def _changed(self) -> None:
        running = self._job.running
        if not running or self.isHidden():
            show_waiting(self.bar)  # until the worker says how far it is
        self.words.setText(self._job.busy)
        if not running and self.cancel.hasFocus():
            self._button.setEnabled(True)  # else it takes no focus; whoever owns it decides again
            self._button.setFocus()
        self.setVisible(running)
        if running and self._button.hasFocus():
            self.cancel.setFocus()

    def _told(self, progress: Progress) -> None:
        if progress.done and progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
        else:
            show_waiting(self.bar)
        self.words.setText(f"{progress.words}{_counted(progress)}")


def _counted(progress: Progress) -> str:
    """What a person counts with the job, which steps are not: ``: 12.3 of 37.6 MB``."""
    done, total = progress.done, progress.total
    match progress.unit:
        case Unit.BYTES:
            return f": {done / 1e6:.1f} of {total / 1e6:.1f} MB"
        case Unit.IMAGES:
            return f" {done:,} of {total:,}"
        case _:
            return ""
