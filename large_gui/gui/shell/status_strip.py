"""The strip at the bottom of the window, which says what runs and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from large_gui.core.words import count, duration
from large_gui.gui.document.document import Document
from large_gui.gui.look.motion import show_waiting
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.core.reporter import Progress

_RECENT = 10.0  # seconds that the speed is taken over


class StatusStrip(QWidget):
    """A strip that follows the long job of a document, with buttons to hold, stop and resume it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._seen: deque[tuple[float, int]] = deque()
        self._text = named(Label(), "Status")
        self._bar = named(QProgressBar(textVisible=False), "Progress")
        self._bar.setFixedWidth(160)
        self._pause = named(QPushButton("Pause"), "Pause")
        self._pause.setCheckable(True)
        self._pause.toggled.connect(self._paused)
        self._cancel = named(QPushButton("Cancel"), "Cancel")
        self._cancel.clicked.connect(document.job.cancel)
        self._resume = named(QPushButton("Resume"), "Resume")
        self._resume.clicked.connect(document.job.resume)
        box = QHBoxLayout(self)
        box.setContentsMargins(8, 2, 8, 2)
        box.addWidget(self._text, 1)
        for widget in (self._bar, self._pause, self._cancel, self._resume):
            box.addWidget(widget)
        document.progressed.connect(self._progressed)
        document.busy_changed.connect(self._busy_changed)
        document.opened.connect(self._busy_changed)
        document.labels_changed.connect(lambda _: self._busy_changed())
        document.selection_changed.connect(self._busy_changed)
        document.value_changed.connect(self._busy_changed)
        self._busy_changed()

    def _paused(self, on: bool) -> None:
        self._pause.setText("Go on" if on else "Pause")
        if on != self._document.job.paused:
            self._document.job.pause(on)
        self._seen.clear()

    def _busy_changed(self) -> None:
        document = self._document
        busy = bool(document.job.busy)
        for widget in (self._bar, self._pause, self._cancel):
            widget.setVisible(busy)
        self._resume.setVisible(document.job.unfinished)
        self._pause.setChecked(document.job.paused)
        if not busy:
            self._seen.clear()
            self._text.setText(summary(document))
        elif not self._seen:
            show_waiting(self._bar)
            self._text.setText(f"{document.job.busy}…")

    def _progressed(self, progress: Progress) -> None:
        done, total = progress.done, progress.total
        now = time.monotonic()
        self._seen.append((now, done))
        while now - self._seen[0][0] > _RECENT:
            self._seen.popleft()
        if not total:
            show_waiting(self._bar)
            self._text.setText(f"{progress.words}…")
            return
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        parts = [f"{progress.stage} {done:,} of {total:,}"]
        (first, before), (last, after) = self._seen[0], self._seen[-1]
        if last > first and after > before:
            rate = (after - before) / (last - first)
            if progress.device:  # its speed is what a person waits for
                speed = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
                parts += [f"{speed} {progress.unit}/s"]
            parts += [f"{duration((total - done) / rate)} left"]
        self._text.setText(
            "   ".join([*parts, progress.device_name]) + ("   paused" if self._document.job.paused else "")
        )


def summary(document: Document) -> str:
    """Say how many images and labels there are, for when nothing runs."""
    session = document.session
    if session is None:
        return "Ready"
    measured = session.measured
    text = (
        count(measured, "image")
        if measured == session.images
        else f"{measured:,} of {count(session.images, 'image')}"
    )
    if session.failures:
        text += f", {len(session.failures)} can't be read"
    selected = len(document.selection)
    chosen = f", {selected:,} selected" if selected > 1 else ""
    labels = count(len(session.labels), "label")
    if document.chosen.name:  # each direction has labels of its own, and a person may have named their value
        labels += f" for {document.value.name}"
    if out := sum(label.excluded for label in session.labels.values()):
        labels += f", {out:,} left out"
    return f"{text}, {labels}{chosen}   {near(session.folder)}"


def near(folder: Path) -> str:
    """Shorten a path that lies in the home folder, as people write it."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
