"""How far a job of the directions page is, with a button that cancels it; hidden while nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from large_gui.gui.document.job import Job
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
    """

    def __init__(self, job: Job, doing: str, button: QPushButton) -> None:
        super().__init__()
        self._job, self._button = job, button
        self._words = named(Label(), f"What is done while {doing}")
        self._bar = named(QProgressBar(), f"Progress of {doing}")
        self._bar.setFixedWidth(140)
        self._bar.setTextVisible(False)
        self._cancel = named(QPushButton("Cancel"), f"Cancel {doing}")
        self._cancel.clicked.connect(job.cancel)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for widget in (self._words, self._bar, self._cancel):
            box.addWidget(widget)
        box.addStretch()
        job.changed.connect(self._changed)
        job.progressed.connect(self._told)
        self._changed()

    def _changed(self) -> None:
        running = self._job.running
        if not running or self.isHidden():
            self._bar.setRange(0, 0)  # it moves to and fro until the worker says how far it is
        self._words.setText(self._job.busy)
        if not running and self._cancel.hasFocus():
            self._button.setEnabled(True)  # else it takes no focus; whoever owns it decides again
            self._button.setFocus()
        self.setVisible(running)
        if running and self._button.hasFocus():
            self._cancel.setFocus()

    def _told(self, progress: Progress) -> None:
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._words.setText(progress.words)
