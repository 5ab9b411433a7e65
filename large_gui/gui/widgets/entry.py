"""A line in which a person types, and which leaves keys of actions to the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

OF_THE_WINDOW = ("Ctrl+E", "Ctrl+K")  # keys of actions that a line of Qt would take for itself


class Entry(QLineEdit):
    """A line to type in that leaves keys of actions to the window.

    Undo and redo are among them: what was typed and entered is taken back by the window, not here.

    Signals
    -------
    abandoned
        The person left with Escape; the line is empty again.
    """

    abandoned = Signal()

    def abandon(self) -> None:
        """Clear the line and emit `abandoned`."""
        self.clear()
        self.abandoned.emit()

    def leaves(self, event: QKeyEvent) -> bool:
        """Whether a key means nothing here, and is one of the window's."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave undo, redo, and the keys that Qt would move the cursor with on Linux, to the window."""
        from PySide6.QtGui import QKeySequence

        standard = QKeySequence.StandardKey
        undoes = event.matches(standard.Undo) or event.matches(standard.Redo)
        if undoes or self.leaves(event) or QKeySequence(event.keyCombination()).toString() in OF_THE_WINDOW:
            event.ignore()
        else:
            super().keyPressEvent(event)


class NumberEntry(Entry):
    """A line for a number: while it is empty, letters and the space bar are keys of the images."""

    def leaves(self, event: QKeyEvent) -> bool:
        """Whether a number can't begin with this key."""
        text = event.text()
        return not self.text() and bool(text) and (text.isalpha() or text == " ")
