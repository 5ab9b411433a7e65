"""A line in which a person types; keys that are not text belong to the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class Entry(QLineEdit):
    """Undo and redo are the window's: what was typed and entered is taken back there, not here.

    Signals
    -------
    abandoned
        The person left with Escape; the line is empty again.
    """

    abandoned = Signal()

    def abandon(self) -> None:
        """Forget what was typed."""
        self.clear()
        self.abandoned.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave undo and redo to the window."""
        from PySide6.QtGui import QKeySequence

        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.ignore()
        else:
            super().keyPressEvent(event)
