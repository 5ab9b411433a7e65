"""The canvas of every plot, in the colours of the window, which is loaded with the first plot."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QWidget


class PlotCanvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot of pyqtgraph that follows the palette, and that the wheel zooms only with Ctrl.

    Signals
    -------
    double_clicked
        A person has clicked twice, anywhere in the plot.
    """

    double_clicked = Signal()
    _made = False  # Qt tells of palettes before pyqtgraph has made the axes

    def __init__(self, name: str, parent: QWidget, **parts: Any) -> None:
        super().__init__(parent, **parts)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setAccessibleName(name)
        self.setMenuEnabled(False)
        self.hideButtons()
        for axis in ("left", "bottom", "right"):  # before they have labels: later it would scale once more
            self.getAxis(axis).enableAutoSIPrefix(False)
        self._made = True

    def offer(self, words: str, does: Any) -> None:
        """Offer a command in the context menu and by a double click."""
        action = QAction(words, self)
        action.triggered.connect(lambda: does())
        self.addAction(action)
        self.double_clicked.connect(does)

    def fit(self) -> None:
        """Show everything that is drawn."""
        self.getViewBox().enableAutoRange()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom with Ctrl only, and else let the panel scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Emit `double_clicked`."""
        super().mouseDoubleClickEvent(event)
        self.double_clicked.emit()

    def take_colours(self) -> None:
        """Take the colours of the palette."""
        self.setBackground(self.palette().color(QPalette.ColorRole.Base))
        text = self.palette().color(QPalette.ColorRole.Text)
        for name in ("left", "bottom", "top", "right"):
            axis = self.getAxis(name)
            axis.setPen(text)
            axis.setTextPen(text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the new colours when the palette changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._made:
            self.take_colours()
