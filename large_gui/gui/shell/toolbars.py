"""The toolbars of the window, and the rail at the left that leads to its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QResizeEvent


def toolbar(name: str) -> QToolBar:
    """Make an empty toolbar that can't be moved."""
    bar = QToolBar(name)
    bar.setObjectName(name)
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return bar


class Rail(QToolBar):
    """An upright toolbar that leaves the words below its icons out where the window is too low for them."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setObjectName(name)
        self.setMovable(False)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setIconSize(QSize(22, 22))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self._with_words = 0  # pixels that it takes with words

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Take the words away, or bring them back."""
        super().resizeEvent(event)
        words, icons = Qt.ToolButtonStyle.ToolButtonTextUnderIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        if self.toolButtonStyle() == words:
            self._with_words = self.sizeHint().height()
        wanted = words if self.height() >= self._with_words else icons
        if wanted != self.toolButtonStyle():
            self.setToolButtonStyle(wanted)


def add(bar: QToolBar, action: QAction, name: str) -> None:
    """Add a button for an action to a toolbar, which is reached with Tab and has a name."""
    bar.addAction(action)
    button = bar.widgetForAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
    button.setAccessibleName(name)


def rail(pages: Mapping[str, QAction]) -> QToolBar:
    """Make the rail of pages from their titles and the actions that show them; the last is at the bottom."""
    bar = Rail("rail")
    group = QActionGroup(bar)
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
