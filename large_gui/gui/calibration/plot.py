"""The calibration plot: labelled images, the line and its 90 % band, or the residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QCursor, QHideEvent
from PySide6.QtWidgets import QWidget

from large_gui.gui.calibration.axes import LEFT, ends, title, value_title
from large_gui.gui.calibration.peek import Peek, Pictures
from large_gui.gui.calibration.words import about, spoken
from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import DARK, SPACE, Colours
from large_gui.gui.widgets.plotting.plots import LazyPlot

if TYPE_CHECKING:
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas

_EMPTY = "Images that you give a value appear here."
_NO_DIRECTION = "The line is drawn here once there is a direction."
_STEPS = 60  # of the band
_BAND, _BAND_IN_THE_DARK = 45, 80  # of 255: how much of the band is seen over what lies behind it
_POINT, _CROSS, _RING = 10, 10, 18  # pixels


class CalibrationPlot(LazyPlot):
    """A plot of the distances of labelled images against their values.

    A click on a point selects its image, and the mouse over it shows the image.
    """

    def __init__(
        self, document: Document, pictures: Pictures | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("Calibration plot", _EMPTY, parent)
        self._document, self._pictures = document, pictures
        self._peek: Peek | None = None
        self.residuals = False
        for signal in (
            document.opened, document.labels_changed, document.direction_changed, document.value_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        for signal in (document.opened, document.direction_changed):
            signal.connect(self.fit)
        document.current_changed.connect(self._show_current)

    def wanted(self) -> bool:
        """Whether there is a label to draw: one of an image that has a distance."""
        session = self._document.session
        return session is not None and session.direction is not None and bool(session.labels)

    def fit(self) -> None:
        """Zoom so that all points and the whole line are seen."""
        if self.plot is not None:
            self.plot.fit()

    def build(self, plot: PlotCanvas) -> None:
        """Add the band, the line, the points, and a ring round the current image's point."""
        import pyqtgraph as pg

        from large_gui.gui.widgets.plotting.plot_canvas import LEFT_AXIS

        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        plot.addItem(self._band)
        self._line = plot.plot()
        self._ring = pg.ScatterPlotItem(size=_RING, brush=None)
        self._points = pg.ScatterPlotItem(size=_POINT, symbol="o", hoverable=True, tip=None)
        self._out = pg.ScatterPlotItem(size=_CROSS, symbol="x", hoverable=True, tip=None)
        for item in (self._ring, self._points, self._out):
            plot.addItem(item)
        for item in (self._points, self._out):
            item.sigClicked.connect(self._clicked)
            item.sigHovered.connect(self._hovered)
        plot.plotItem.layout.setContentsMargins(LEFT, SPACE, SPACE, SPACE)
        plot.getAxis("left").setWidth(LEFT_AXIS)
        plot.across = lambda: ends(self._document)
        plot.offer("Fit the view", plot.fit)
        plot.fit()

    def take_colours(self, theme: Colours) -> None:
        """Give the line, the band and the points the colours of a theme."""
        assert self.plot is not None
        shade = QColor(theme.accent)
        shade.setAlpha(_BAND_IN_THE_DARK if theme is DARK else _BAND)
        self._band.setBrush(shade)
        for item in (self._line, self._ring):
            item.setPen(self.plot.pen(theme.accent))
        self._points.setBrush(QColor(theme.good))
        self._points.setPen(self.plot.pen(theme.surface, 1))
        self._out.setBrush(QColor(theme.excluded))
        self._out.setPen(self.plot.pen(theme.excluded, 1))

    def refresh(self, *_: Any) -> None:
        """Draw the points and the line that are there now."""
        self.setAccessibleDescription(spoken(self._document))
        session = self._document.session
        lacks = session is not None and session.direction is None
        self.say_when_empty(_NO_DIRECTION if lacks else _EMPTY)
        if not self.ready() or session is None:
            return
        import numpy as np

        value, line = self._document.value, session.calibration
        assert self.plot is not None
        self.plot.name_axis("bottom", title(self._document))
        self.plot.name_axis("left", value_title(value, "residual of " if self.residuals else ""))
        level = line if self.residuals else None
        ranked = session.ranked
        inside = [int(i) for i in session.calibration_points()]
        outside = [i for i, x in session.labels.items() if ranked[i] and x.excluded]
        for item, numbers in ((self._points, inside), (self._out, outside)):
            item.setData(*self._xy(numbers, level), data=numbers)
        self._show_current()
        for item in (self._line, self._low, self._high):
            item.setData([], [])
        self._hide_peek()
        if self.plot.getViewBox().autoRangeEnabled()[1]:  # else a person has zoomed
            self.plot.fit()
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

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Take the popup away with the plot."""
        super().hideEvent(event)
        self._hide_peek()

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
        d, y = session.judged(numbers), session.label_values(numbers)
        return d, y if line is None else y - line.line(d)

    def _clicked(self, item: Any, points: Any, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and len(points):
            self._document.set_current(int(points[0].data()))

    def _hovered(self, item: Any, points: Any, event: Any) -> None:
        """Show the image of the point under the mouse, or take the popup away."""
        session = self._document.session
        if session is None or not len(points):
            self._hide_peek()
            return
        number = int(points[0].data())
        unit = f" {self._document.value.unit}" if self._document.value.unit else ""
        lines = [f"value {session.labels[number].value:g}{unit}"]
        if session.calibration is not None:
            (estimate,) = session.calibration.predict(session.judged([number]))
            lines.append(f"estimate {about(float(estimate))}{unit}")
        if session.taught(number):
            lines.append("judged by a direction learned without it")
        if self._peek is None:
            self._peek = Peek(self._pictures, self)
        path = str(session.folder / session.paths[number])
        at = self.mapFromGlobal(QCursor.pos())
        self._peek.show_image(path, "\n".join(lines), self, at)

    def _hide_peek(self) -> None:
        if self._peek is not None:
            self._peek.hide()
