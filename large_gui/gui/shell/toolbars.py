"""The toolbars of the window, and the rail at the left that leads to its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


def toolbar(name: str) -> QToolBar:
    """Make an empty toolbar that can't be moved."""
    bar = QToolBar(name)
    bar.setObjectName(name)
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return bar


def add(bar: QToolBar, action: QAction, name: str) -> None:
    """Add a button for an action to a toolbar, which is reached with Tab and has a name."""
    bar.addAction(action)
    button = bar.widgetForAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
    button.setAccessibleName(name)


def rail(pages: Mapping[str, QAction]) -> QToolBar:
    """Make the rail of pages from their titles and the actions that show them; the last is at the bottom."""
    bar = toolbar("rail")
    group = QActionGroup(bar)
    bar.setOrientation(Qt.Orientation.Vertical)
    bar.setIconSize(QSize(22, 22))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    for title, action in pages.items():
        if action is list(pages.values())[-1]:
            bar.addWidget(_stretch())  # the last one stands at the bottom
        action.setIconText(title)
        group.addAction(action)
        add(bar, action, title)
    return bar


def _stretch() -> QWidget:
    stretch = QWidget()
    stretch.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return stretch
