"""The plot of the layers of one image: their distances and their importance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from large_gui.core.words import signed
from large_gui.gui.widgets.plots import LazyPlot

if TYPE_CHECKING:
    import pyqtgraph as pg

    from large_gui.tasks.look import Layers

_DISTANCE, _IMPORTANCE = "#5b7bb8", "#b45309"
LEGEND = (
    f'<span style="color:{_DISTANCE}">■</span> distance per layer (left)&nbsp; '
    f'<span style="color:{_IMPORTANCE}">◆</span> importance (right)'
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

        self._bars = pg.BarGraphItem(x=[0.0], height=[0.0], width=0.5, brush=_DISTANCE, pen=None)
        self._marks = pg.ScatterPlotItem(symbol="d", size=9, brush=_IMPORTANCE, pen=pg.mkPen("w"))
        for item in (self._bars, self._marks, pg.InfiniteLine(0.0, angle=0, pen=pg.mkPen("#8a8f98"))):
            plot.addItem(item)
        plot.showAxis("right")
        plot.setLabel("bottom", "layer, coarse to fine")
        plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the wheel scrolls the panel

    def refresh(self) -> None:
        """Draw the layers that `set_layers` was given last."""
        if not self.ready() or self._told is None or self.plot is None:
            return
        import numpy as np

        distances, importance = self._told.distances, self._told.importance
        layers = np.arange(1, len(distances) + 1)
        high = max(1e-6, float(np.abs(distances).max()))
        scale = high / max(1e-6, float(importance.max()))  # importance drawn on the axis of distances
        self._bars.setOpts(x=layers - 0.2, height=distances)
        self._marks.setData(layers + 0.25, importance * scale)
        self.plot.getAxis("right").setTicks([[(y, f"{y / scale:.1%}") for y in (0, high / 2, high)]])
        self.plot.setXRange(0.3, len(layers) + 0.7, padding=0)
        self.plot.setYRange(min(0.0, float(distances.min())), high, padding=0.08)
