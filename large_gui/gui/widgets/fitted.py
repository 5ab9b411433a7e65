"""The first sizes of windows and dialogs, which are never larger than the screen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

_FRAME = QSize(8, 40)  # what borders and a title bar may take


def fit(window: QWidget, width: int, height: int) -> None:
    """Give a window that is not shown yet a size, as far as the screen has room for it."""
    parent = window.parentWidget()
    screen = parent.screen() if parent is not None else QApplication.primaryScreen()
    window.resize(fitting(QSize(width, height), screen.availableSize()))


def fitting(wished: QSize, room: QSize) -> QSize:
    """Return the size as far as there is room for it and the frame of the window."""
    return wished.boundedTo(room - _FRAME)
