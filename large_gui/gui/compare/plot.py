"""The plot of a comparison: the error of each way against the number of labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor

from large_gui.gui.compare.series import series_of
from large_gui.gui.look.tokens import SPACE, Colours, colours
from large_gui.gui.widgets.plotting.axis_title import Title
from large_gui.gui.widgets.plotting.plots import LazyPlot

if TYPE_CHECKING:
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas
    from large_gui.tasks.comparing.report import Report


class ErrorPlot(LazyPlot):
    """Draws a line for each way; the axis of labels is logarithmic, as in LARGE's Fig. 4."""

    def __init__(self) -> None:
        super().__init__("Error plot", "")
        self._report: Report | None = None
        self._items: list[Any] = []

    def show_report(self, report: Report | None) -> None:
        """Draw a comparison, or nothing."""
        self._report = report
        self.setAccessibleDescription(report.advice if report is not None else "")
        self.refresh()

    def wanted(self) -> bool:
        """Whether there is a comparison."""
        return self._report is not None

    def build(self, plot: PlotCanvas) -> None:
        """Set up the axes."""
        plot.setMouseEnabled(x=False, y=False)
        plot.plotItem.layout.setContentsMargins(SPACE, SPACE, 2 * SPACE, SPACE)
        plot.setLabel("bottom", "number of labels")

    def refresh(self) -> None:
        """Draw the lines again."""
        if not self.ready() or self.plot is None or self._report is None:
            return
        import pyqtgraph as pg

        from large_gui.tasks.comparing.report import by_name, highest_error

        report, theme = self._report, colours(self.plot.palette())
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        unit = f" ({report.unit})" if report.unit else ""
        self.plot.name_axis("left", Title(f"mean absolute error{unit}", brief="error"))
        self.plot.getAxis("bottom").setTicks([[(math.log10(k), f"{k:,}") for k in report.shots]])
        rows, looks = by_name(report.rows), series_of(report.ways)
        for way in report.ways:
            look = looks[way.name]
            colour = getattr(theme, look.colour)
            pen = self.plot.pen(colour)
            pen.setStyle(look.style)
            item = pg.PlotDataItem(
                [math.log10(row.k) for row in rows[way.name]], [row.mae for row in rows[way.name]],
                pen=pen, symbol=look.symbol, symbolSize=9, symbolBrush=QColor(colour), symbolPen=None,
                antialias=True,
            )  # fmt: skip
            self.plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        self.plot.setYRange(0, highest_error(report), padding=0.04)
        ends = math.log10(report.shots[0]), math.log10(report.shots[-1])
        room = 0.04 * (ends[1] - ends[0]) or 0.5
        self.plot.setXRange(ends[0] - room, ends[1] + room, padding=0)

    def take_colours(self, theme: Colours) -> None:
        """Draw in the colours of another theme, and at another scale."""
        self.refresh()
