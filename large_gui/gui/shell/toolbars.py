"""Toolbars: fixed ones, and the rail of pages at the left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QToolBar

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


def toolbar(name: str) -> QToolBar:
    """An empty toolbar that stays where it is."""
    bar = QToolBar(name)
    bar.setObjectName(name)
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    return bar


def rail(pages: Mapping[str, QAction]) -> QToolBar:
    """The pages by their titles, one of which is shown."""
    bar = toolbar("rail")
    group = QActionGroup(bar)
    bar.setOrientation(Qt.Orientation.Vertical)
    for title, action in pages.items():
        action.setIconText(title)
        group.addAction(action)
        bar.addAction(action)
    return bar
