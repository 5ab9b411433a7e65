"""Lines of text that fit a narrow panel, and widgets below each other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from large_gui.gui.widgets.plain import Label


class Elided(Label):
    """A line of text that leaves out its middle if it is too long."""

    whole = ""

    def resizeEvent(self, event: QResizeEvent | None = None) -> None:  # noqa: N802 - Qt's name
        """Fit the line into the width."""
        self.setText(self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideMiddle, self.width()))


def wrapped(name: str, text: str = "") -> QLabel:
    """Make a label that breaks its lines."""
    label = Label(text, wordWrap=True)
    label.setAccessibleName(name)
    return label


def column(*widgets: QWidget) -> QWidget:
    """Put widgets below each other, without a margin."""
    column = QWidget()
    box = QVBoxLayout(column)
    box.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        box.addWidget(widget)
    return column
