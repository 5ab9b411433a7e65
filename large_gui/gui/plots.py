"""What both plots share: pyqtgraph loaded when first needed, the window's colours, one plot widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from large_gui.gui.spelled import spell

if TYPE_CHECKING:
    import pyqtgraph as pg
    from PySide6.QtCore import QEvent


class LazyPlot(QWidget):
    """A widget that makes its plot when it is first shown with something in it, and says before what will be.

    pyqtgraph takes longer to load than the whole window; a window that shows a welcome does without.
    """

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.plot: pg.PlotWidget | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.setMinimumHeight(150)
        self._empty = QLabel(empty, wordWrap=True)
        spell(self._empty, alignment="AlignCenter")
        self._empty.setEnabled(False)
        self._box.addWidget(self._empty)

    def ready(self) -> bool:
        """Make the plot where there is something to draw; whether there is one."""
        wanted = self.wanted()
        self._empty.setVisible(not wanted)
        if self.plot is not None:
            self.plot.setVisible(wanted)
        elif wanted and self.isVisible():
            import pyqtgraph as pg

            self.plot = pg.PlotWidget(parent=self)
            self.plot.setAccessibleName(f"{self.accessibleName()} canvas")
            self.plot.setMenuEnabled(False)
            self.plot.hideButtons()
            for axis in (
                "left",
                "bottom",
                "right",
            ):  # before they have labels: later it would scale once more
                self.plot.getAxis(axis).enableAutoSIPrefix(False)
            self._box.addWidget(self.plot)
            self.build(self.plot)
            self._take_colours()
        return self.plot is not None and wanted

    def wanted(self) -> bool:
        """Whether there is something to draw."""
        raise NotImplementedError

    def build(self, plot: pg.PlotWidget) -> None:
        """Put the items into the new plot."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Draw what is there now."""
        raise NotImplementedError

    def colour(self, role: QPalette.ColorRole) -> Any:
        """Of the window's palette."""
        return self.palette().color(role)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw when shown."""
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the light and dark theme."""
        from PySide6.QtCore import QEvent

        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.plot is not None:
            self._take_colours()
            self.refresh()

    def _take_colours(self) -> None:
        assert self.plot is not None
        self.plot.setBackground(self.colour(QPalette.ColorRole.Base))
        text = self.colour(QPalette.ColorRole.Text)
        for name in ("left", "bottom", "top", "right"):
            axis = self.plot.getAxis(name)
            axis.setPen(text)
            axis.setTextPen(text)
