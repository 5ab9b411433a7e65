"""The welcome page, which says what to do and lists what was open before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent


class Welcome(QWidget):
    """The page that is shown while nothing is open.

    Signals
    -------
    open_wanted, samples_wanted
        The button was clicked that opens a folder, or the samples.
    recent_wanted
        A folder or project of the list was chosen; carries its path.
    """

    open_wanted = Signal()
    samples_wanted = Signal()
    recent_wanted = Signal(Path)

    def __init__(self, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home = home
        title = Label("Drop a folder of images here")
        title.setObjectName("title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = Label(
            "They are sorted by age, pose, smile and more, by what a generative model knows of them.\n"
            "Give a few images their values, and all the others get theirs, with intervals."
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        open_button = named(QPushButton("Open a folder…", default=True), "Open a folder")
        open_button.clicked.connect(self.open_wanted)
        samples = named(QPushButton("Try the samples"), "Try the samples")
        samples.clicked.connect(self.samples_wanted)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(open_button)
        buttons.addWidget(samples)
        buttons.addStretch()
        self._heading = Label("Opened before")
        self._recent = named(QListWidget(), "Opened before")
        self._recent.setMaximumSize(560, 220)
        self._recent.itemActivated.connect(
            lambda item: self.recent_wanted.emit(Path(item.data(Qt.ItemDataRole.UserRole)))
        )
        private = Label("Images stay on this computer.")
        private.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = QVBoxLayout(self)
        box.setSpacing(14)
        box.addStretch(2)
        box.addWidget(title)
        box.addWidget(text)
        box.addLayout(buttons)
        box.addSpacing(16)
        middle = QVBoxLayout()
        middle.addWidget(self._heading)
        middle.addWidget(self._recent)
        row = QHBoxLayout()
        row.addStretch()
        row.addLayout(middle)
        row.addStretch()
        box.addLayout(row)
        box.addStretch(3)
        box.addWidget(private)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read the list again, as it may have changed."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the list of what was open before."""
        from large_gui.project.recent import recent

        self._recent.clear()
        for path in recent(self._home):
            item = QListWidgetItem(f"{path.name}    {path.parent}")
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            self._recent.addItem(item)
        there = self._recent.count() > 0
        self._recent.setVisible(there)
        self._heading.setVisible(there)
