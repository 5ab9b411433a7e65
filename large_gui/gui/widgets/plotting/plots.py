"""What all plots share: they are made when they are first shown with something to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from large_gui.gui.look.tokens import Colours, colours
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas

_LOWEST = 104  # pixels


class LazyPlot(QWidget):
    """A widget that makes its plot when there is first something to draw, and says before what will be there.

    The reason is that pyqtgraph takes longer to load than the whole window.
    """

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.plot: PlotCanvas | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.setMinimumHeight(_LOWEST)
        self._empty = Label(empty, wordWrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setObjectName("muted")
        self._box.addWidget(self._empty)

    def say_when_empty(self, words: str) -> None:
        """Say what will be there, in place of what was said before."""
        self._empty.setText(words)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for no more than is needed; a layout gives it what is left."""
        return QSize(2 * _LOWEST, _LOWEST)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Return false, as a layout would else ask the canvas, which wishes for a whole window."""
        return False

    def ready(self) -> bool:
        """Make the plot if there is something to draw, and return whether there is a plot."""
        wanted = self.wanted()
        self._empty.setVisible(not wanted)
        if self.plot is not None:
            self.plot.setVisible(wanted)
        elif wanted and self.isVisible():
            from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas

            self.plot = plot = PlotCanvas(f"{self.accessibleName()} canvas", self, **self.parts())
            self._box.addWidget(self.plot)
            self.build(self.plot)
            # Of the two, the plot may be told of another palette first.
            self.plot.recoloured.connect(lambda: self.take_colours(colours(plot.palette())))
            self.plot.take_colours()
        return self.plot is not None and wanted

    def wanted(self) -> bool:
        """Return whether there is something to draw."""
        raise NotImplementedError

    def parts(self) -> dict[str, object]:
        """Return parts for the plot of pyqtgraph that differ from the usual ones, by argument name."""
        return {}

    def build(self, plot: PlotCanvas) -> None:
        """Add the items to the new plot."""
        raise NotImplementedError

    def take_colours(self, theme: Colours) -> None:
        """Give the items the colours of a theme; for plots whose items have any."""

    def refresh(self) -> None:
        """Draw the present state."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw, as nothing is drawn while the plot is hidden."""
        super().showEvent(event)
        self.refresh()
