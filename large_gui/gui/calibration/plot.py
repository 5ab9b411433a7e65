"""The calibration plot: labelled images, the line and its 90 % band, or the residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.widgets.plain import plain
from large_gui.gui.widgets.plots import LazyPlot

if TYPE_CHECKING:
    from large_gui.gui.widgets.plot_canvas import PlotCanvas

POINT, EXCLUDED, LINE = QColor("#1b7f4d"), QColor("#8a8f98"), QColor("#2563eb")
_STEPS = 60  # of the band


class CalibrationPlot(LazyPlot):
    """A plot of the distances of labelled images against their values.

    A click on a point selects its image.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("Calibration plot", "Images that you give a value appear here.", parent)
        self._document = document
        self.residuals = False
        for signal in (
            document.opened, document.labels_changed, document.direction_changed, document.value_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        for signal in (document.opened, document.direction_changed):
            signal.connect(self.fit)
        document.current_changed.connect(self._show_current)

    def wanted(self) -> bool:
        """Whether there is at least one label."""
        return self._document.session is not None and bool(self._document.session.labels)

    def fit(self) -> None:
        """Zoom so that all points and the whole line are seen."""
        if self.plot is not None:
            self.plot.fit()

    def build(self, plot: PlotCanvas) -> None:
        """Add the band, the line, the points, and a ring round the current image's point."""
        import pyqtgraph as pg

        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        shade = QColor(LINE)
        shade.setAlpha(45)
        plot.addItem(pg.FillBetweenItem(self._low, self._high, brush=shade))
        self._line = plot.plot(pen=pg.mkPen(LINE, width=2))
        self._ring = pg.ScatterPlotItem(size=18, brush=None, pen=pg.mkPen(LINE, width=2))
        self._points = pg.ScatterPlotItem(size=10, symbol="o", brush=POINT, pen=pg.mkPen("w"), hoverable=True)
        self._out = pg.ScatterPlotItem(size=10, symbol="x", brush=EXCLUDED, pen=pg.mkPen(EXCLUDED))
        for item in (self._ring, self._points, self._out):
            plot.addItem(item)
        for item in (self._points, self._out):
            item.sigClicked.connect(self._clicked)
        plot.offer("Fit the view", plot.fit)

    def refresh(self, *_: Any) -> None:
        """Draw the points and the line that are there now."""
        self.setAccessibleDescription(describe(self._document))
        if not self.ready() or self._document.session is None:
            return
        import numpy as np

        session, value = self._document.session, self._document.value
        line = session.calibration
        assert self.plot is not None
        unit = f" ({value.unit})" if value.unit else ""
        self.plot.setLabel("bottom", "distance")
        self.plot.setLabel("left", plain(f"{'residual of ' if self.residuals else ''}{value.name}{unit}"))
        level = line if self.residuals else None
        ranked = session.ranked
        inside = [int(i) for i in session.calibration_points()]
        outside = [i for i, x in session.labels.items() if ranked[i] and x.excluded]
        for item, numbers in ((self._points, inside), (self._out, outside)):
            item.setData(*self._xy(numbers, level), data=numbers)
        self._show_current()
        for item in (self._line, self._low, self._high):
            item.setData([], [])
        d = session.distances[ranked]
        if line is None or not len(d):
            return
        d = np.linspace(d.min(), d.max(), _STEPS)
        low, high = line.interval(d)
        zero = line.line(d) if self.residuals else 0.0
        self._line.setData(d, line.predict(d) - zero)
        if np.isfinite(low).all():
            self._low.setData(d, low - zero)
            self._high.setData(d, high - zero)

    def _show_current(self, *_: Any) -> None:
        session, number = self._document.session, self._document.current
        if self.plot is None or session is None:
            return
        level = session.calibration if self.residuals else None
        known = number in session.labels and session.distances[number] == session.distances[number]
        self._ring.setData(*self._xy([number] if known else [], level))

    def _xy(self, numbers: list[int], line: Any) -> tuple[Any, Any]:
        session = self._document.session
        assert session is not None
        d, y = session.distances[numbers], session.label_values(numbers)
        return d, y if line is None else y - line.line(d)

    def _clicked(self, item: Any, points: Any, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and len(points):
            self._document.set_current(int(points[0].data()))


def describe(document: Document) -> str:
    """Say the line in words and figures, for the panel and for assistive tools."""
    session = document.session
    if session is None:
        return ""
    line, value = session.calibration, document.value
    if session.why_no_line:
        return session.why_no_line
    if line is None:
        n = len(session.calibration_points())
        return f"{n} of at least 2 labels. Give the suggested images their values."
    unit = f" {value.unit}" if value.unit else ""
    sign = "+" if line.b >= 0 else "−"
    text = f"y = {line.a:.4g}·d {sign} {abs(line.b):.4g}    n = {line.n}"
    doubts = "".join(f"\n{doubt}" for doubt in session.doubts())
    if line.n == 2:
        return f"{text}\nTwo labels fix the line; nothing is known about the error.{doubts}"
    r2 = f"R² = {line.r2:.2f}    " if line.r2 == line.r2 else ""
    error = f"leave-one-out error {line.loo_mae:.3g}{unit}" if line.loo_mae == line.loo_mae else ""
    return f"{text}\n{r2}{error}{doubts}"
