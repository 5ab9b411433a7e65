"""The pyqtgraph widget of every plot, in the window's colours; loaded with the first plot."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget


class PlotCanvas(pg.PlotWidget):  # type: ignore[misc]
    """Follows the palette; has no menu and no buttons."""

    _made = False  # Qt tells of palettes before pyqtgraph has made the axes

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMenuEnabled(False)
        self.hideButtons()
        for axis in ("left", "bottom", "right"):  # before they have labels: later it would scale once more
            self.getAxis(axis).enableAutoSIPrefix(False)
        self._made = True

    def take_colours(self) -> None:
        """Of the palette."""
        self.setBackground(self.palette().color(QPalette.ColorRole.Base))
        text = self.palette().color(QPalette.ColorRole.Text)
        for name in ("left", "bottom", "top", "right"):
            axis = self.getAxis(name)
            axis.setPen(text)
            axis.setTextPen(text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the light and dark theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._made:
            self.take_colours()
