"""Fields that the wheel passes over, so that scrolling a page changes nothing on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSpinBox

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

_INDENT = 5  # pixels between the edge and the number


class StillComboBox(QComboBox):
    """A combo box that leaves the wheel to the page it is on."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel doesn't give it the keys

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave it."""
        event.ignore()


class StillSpinBox(QSpinBox):
    """A spin box that leaves the wheel to the page it is on."""

    def __init__(self, suffix: str = "") -> None:
        super().__init__(suffix=suffix)
        self.lineEdit().setTextMargins(_INDENT, 0, 0, 0)  # the style sheet's padding does not reach it
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel doesn't give it the keys

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave it."""
        event.ignore()
