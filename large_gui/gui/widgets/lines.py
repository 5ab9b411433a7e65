"""Lines of text that fit a narrow panel, and widgets below each other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from large_gui.gui.widgets.plain import Label, plain


class Elided(Label):
    """A line of text that leaves out its middle if it is too long."""

    whole = ""

    def say(self, words: str) -> None:
        """Show another line."""
        self.whole = words
        self.setToolTip(plain(words))
        self.resizeEvent()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return no width, as any line can be made to fit."""
        return QSize(0, super().minimumSizeHint().height())

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
