"""The plot of the layers of one image: their distances and their importance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from large_gui.core.words import signed
from large_gui.gui.look.tokens import colours
from large_gui.gui.widgets.plain import marked_up
from large_gui.gui.widgets.plotting.plots import LazyPlot

if TYPE_CHECKING:
    import pyqtgraph as pg

    from large_gui.tasks.look import Layers


class Legend(QWidget):
    """Says what the bars and the diamonds are, in their colours."""

    def __init__(self) -> None:
        super().__init__()
        self._words = marked_up("")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._words)
        self._colour()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        theme = colours(self.palette())
        self._words.setText(
            f'<span style="color:{theme.bars}">■</span> distance per layer (left)&nbsp; '
            f'<span style="color:{theme.warn}">◆</span> importance (right)'
        )


class LayerPlot(LazyPlot):
    """A plot of the distance of every layer as a bar, with its importance as a diamond beside it."""

    def __init__(self) -> None:
        super().__init__("Layer plot", "")
        self._told: Layers | None = None
        self.setMaximumHeight(180)

    def set_layers(self, told: Layers) -> None:
        """Show the layers of an image."""
        self._told = told
        top = int(told.importance.argmax())
        share, distance = told.importance[top], told.distances[top]
        self.setAccessibleDescription(
            f"Layer {top + 1} of {len(told.distances)} matters most: {share:.1%}, distance {signed(distance)}"
        )
        self.refresh()

    def wanted(self) -> bool:
        """Whether there are layers to show."""
        return self._told is not None

    def build(self, plot: pg.PlotWidget) -> None:
        """Add the bars, the diamonds and a line at zero."""
        import pyqtgraph as pg

        self._bars = pg.BarGraphItem(x=[0.0], height=[0.0], width=0.5, pen=None)
        self._marks = pg.ScatterPlotItem(symbol="d", size=9, antialias=True)
        self._zero = pg.InfiniteLine(0.0, angle=0)
        for item in (self._bars, self._marks, self._zero):
            plot.addItem(item)
        plot.showAxis("right")
        plot.setLabel("bottom", "layer, coarse to fine")
        plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the wheel scrolls the panel

    def refresh(self) -> None:
        """Draw the layers that `set_layers` was given last."""
        if not self.ready() or self._told is None or self.plot is None:
            return
        import numpy as np

        theme = colours(self.palette())
        self._marks.setBrush(theme.warn)
        self._marks.setPen(theme.surface)
        self._zero.setPen(theme.edge)
        distances, importance = self._told.distances, self._told.importance
        layers = np.arange(1, len(distances) + 1)
        high = max(1e-6, float(np.abs(distances).max()))
        scale = high / max(1e-6, float(importance.max()))  # importance drawn on the axis of distances
        self._bars.setOpts(x=layers - 0.2, height=distances, brush=theme.bars)
        self._marks.setData(layers + 0.25, importance * scale)
        self.plot.getAxis("right").setTicks([[(y, f"{y / scale:.1%}") for y in (0, high / 2, high)]])
        self.plot.setXRange(0.3, len(layers) + 0.7, padding=0)
        self.plot.setYRange(min(0.0, float(distances.min())), high, padding=0.08)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Draw in the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.plot is not None:
            self.refresh()
