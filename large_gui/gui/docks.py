"""The panels at the right of the window, in docks that are made when the first folder is opened."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6 import QtCore
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QTabWidget, QWidget

_HEIGHTS, _WIDTH = (540, 220), 370  # pixels, before a person moves them


def dock(window: QMainWindow, panels: Mapping[str, QWidget]) -> dict[str, QDockWidget]:
    """Put panels into docks under their titles: the first two behind tabs, the third below them."""
    right = QtCore.Qt.DockWidgetArea.RightDockWidgetArea
    docks = {}
    for title, panel in panels.items():
        docks[title] = QDockWidget(title, window)
        docks[title].setObjectName(title)
        docks[title].setWidget(panel)
        window.addDockWidget(right, docks[title])
    front, behind, _ = docks.values()
    window.tabifyDockWidget(front, behind)
    window.setTabPosition(right, QTabWidget.TabPosition.North)
    front.raise_()
    return docks


def proportion(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Give docks that were laid out their first sizes; before, Qt would not keep to them."""
    front, _, below = docks.values()
    window.resizeDocks([front, below], list(_HEIGHTS), QtCore.Qt.Orientation.Vertical)
    window.resizeDocks([front], [_WIDTH], QtCore.Qt.Orientation.Horizontal)


def scrolled(panel: QWidget) -> QScrollArea:
    """A panel that may be higher than its dock."""
    area = QScrollArea(widgetResizable=True)
    area.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(panel)
    return area
