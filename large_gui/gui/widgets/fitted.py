"""First sizes of windows and dialogs: as wished, and never larger than the screen has room for."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

_FRAME = QSize(8, 40)  # what borders and a title bar may take


def fit(window: QWidget, width: int, height: int) -> None:
    """Resize a window that is not shown yet, in pixels of the layout."""
    parent = window.parentWidget()
    screen = parent.screen() if parent is not None else QApplication.primaryScreen()
    window.resize(fitting(QSize(width, height), screen.availableSize()))


def fitting(wished: QSize, room: QSize) -> QSize:
    """The wished size as far as there is room for it and its frame."""
    return wished.boundedTo(room - _FRAME)
