"""The workspace: the grid, and panels in docks that stay as a person leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QTabWidget, QWidget

_HEIGHTS, _WIDTH = (540, 220), 370  # pixels, before a person moves them
_WIDEST_NEED = 320  # pixels that a panel gets in any case; one with a very long word scrolls sideways too


class Workspace(QMainWindow):
    """The page of images with its panels, a window of its own within the window.

    Going to another page therefore moves none of the panels.

    Parameters
    ----------
    grid
        What stands in the middle.
    panels
        By title: the first two behind tabs at the right, the third below them.
    state
        Where the panels stood when the program was last closed, where that is known.
    """

    def __init__(self, grid: QWidget, panels: Mapping[str, QWidget], state: QByteArray | None) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setCentralWidget(grid)
        self.setDockOptions(self.dockOptions() | QMainWindow.DockOption.GroupedDragging)
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._name_once)
        self.docks = {title: self._docked(title, panel) for title, panel in panels.items()}
        self.setTabPosition(Qt.DockWidgetArea.RightDockWidgetArea, QTabWidget.TabPosition.North)
        self._arrange()
        QTimer.singleShot(0, self, lambda: self._place(state))  # not laid out yet, Qt would not keep to sizes

    def reset(self) -> None:
        """Put every panel where it was in the beginning."""
        self._arrange()
        self._place(None)
        front = next(iter(self.docks))
        QTimer.singleShot(0, self, lambda: self.bring(front))  # once the tabs are there again

    def bring(self, title: str) -> None:
        """Show a panel that was closed or lies behind another."""
        self.docks[title].show()
        self.docks[title].raise_()

    def _docked(self, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(title)
        dock.setWidget(_Scrolled(panel))
        for signal in (dock.visibilityChanged, dock.dockLocationChanged, dock.topLevelChanged):
            signal.connect(lambda _: self._settled.start())
        return dock

    def _name_once(self) -> None:
        """Leave out the title of a panel whose tab says it already, and by which it can be dragged away."""
        for dock in self.docks.values():
            others = [other for other in self.tabifiedDockWidgets(dock) if not other.isHidden()]
            bare: QWidget | None = dock.titleBarWidget()
            if bare is None and others and not dock.isFloating():
                dock.setTitleBarWidget(QWidget(dock))
            elif bare is not None and (dock.isFloating() or not others):
                dock.setTitleBarWidget(cast(QWidget, None))  # Qt draws its own title again
                bare.deleteLater()

    def _arrange(self) -> None:
        front, behind, below = self.docks.values()
        for dock in (front, behind, below):
            dock.setFloating(False)
            self.removeDockWidget(dock)
            self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
            dock.show()
        self.tabifyDockWidget(front, behind)
        self._name_once()
        front.raise_()

    def _place(self, state: QByteArray | None) -> None:
        if state is not None and self.restoreState(state):
            return
        front, _, below = self.docks.values()
        self.resizeDocks([front, below], list(_HEIGHTS), Qt.Orientation.Vertical)
        self.resizeDocks([front], [_WIDTH], Qt.Orientation.Horizontal)


class _Scrolled(QScrollArea):
    """A scroll area for a panel that may be higher than its dock, but not wider.

    What a panel needs changes with what it shows, and is known only once its styles are there.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__(widgetResizable=True)
        self._panel = panel
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click in a panel leaves the keys with the images
        self.setWidget(panel)
        self._keep_wide()

    def _keep_wide(self) -> None:
        """Be as wide as the panel needs to be, beside the bar that scrolls it up and down."""
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(min(self._panel.minimumSizeHint().width() + bar, _WIDEST_NEED))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow what the panel needs, whose events come here."""
        done = super().eventFilter(watched, event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show) and watched is self._panel:
            self._keep_wide()
        return done
