"""The histogram of all distances. A range that is drawn over it filters the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from large_gui.core.words import minus
from large_gui.gui.calibration.axes import LEFT, ends, title, value_title
from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE, Colours
from large_gui.gui.widgets.plotting.plots import LazyPlot

if TYPE_CHECKING:
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas

_BINS = 40
_RANGE, _RANGE_HOVERED = 40, 60  # of 255: how much is seen of what covers the bars
_REFRESH_MS = 300
_ROOM_FOR_TITLES = 170  # pixels of the plot
_STEPS = 401  # distances at which a curve is looked at to find where a value lies on the axis
_NUMBER_HEIGHT, _ROOM_FOR_ALL = 14, 64  # pixels of the axis of counts, so that numbers stand apart


class DistanceHistogram(LazyPlot):
    """A histogram of distances, with the values that they are calibrated to on an upper axis."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__("Distance histogram", "The distances of all images appear here.", parent)
        self.setAccessibleDescription(
            "Distribution of all distances; press and drag to show the images of a range alone"
        )
        self._document = document
        self._box.setContentsMargins(
            SPACE, 0, SPACE, 0
        )  # as in the calibration panel, so that the axes line up
        self._later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        for signal in (document.opened, document.direction_changed, document.busy_changed):
            signal.connect(self.refresh)
        document.order_changed.connect(self._show_range)
        document.images_changed.connect(lambda _: self._later.isActive() or self._later.start())
        for signal in (document.labels_changed, document.current_changed, document.grades_changed):
            signal.connect(self._marks)

    def wanted(self) -> bool:
        """Whether at least one image has a rank."""
        session = self._document.session
        return session is not None and session.direction is not None and bool(session.ranked.any())

    def parts(self) -> dict[str, object]:
        """Give the plot a view over which ranges are drawn."""
        from large_gui.gui.calibration.brush import Brush

        self._brush = Brush()
        return {"viewBox": self._brush}

    def build(self, plot: PlotCanvas) -> None:
        """Add the bars, a mark for every label and for the current image, and the range."""
        import pyqtgraph as pg

        from large_gui.gui.calibration.grade_marks import GradeMarks
        from large_gui.gui.widgets.plotting.plot_canvas import LEFT_AXIS

        axis = _ValueAxis(self._document)
        plot.setAxisItems({"top": axis.item, "left": _count_axis()})
        self._value_axis = axis
        self._bars = pg.BarGraphItem(x=[0.0], height=[0.0], width=1.0, pen=None)
        self._range = pg.LinearRegionItem()
        self._rug = pg.ScatterPlotItem(symbol="t1", size=9, pen=None)
        self._here = pg.InfiniteLine()
        for item in (self._bars, self._range, self._rug, self._here):
            plot.addItem(item)
        self._range.sigRegionChangeFinished.connect(lambda: self._take(*self._range.getRegion()))
        self._brush.drawn.connect(self._drawn)
        plot.offer("Show all distances", lambda: self._show(None))
        plot.setMouseEnabled(x=False, y=False)
        plot.setLabel("left", "images")
        plot.plotItem.layout.setContentsMargins(LEFT, SPACE // 2, SPACE, SPACE)
        plot.getAxis("left").setWidth(LEFT_AXIS)
        self._grades = GradeMarks(plot, self._cut_moved)

    def take_colours(self, theme: Colours) -> None:
        """Give the bars, the marks and the range the colours of a theme."""
        assert self.plot is not None
        self._bars.setOpts(brush=QColor(theme.bars))
        for strength, give in ((_RANGE, self._range.setBrush), (_RANGE_HOVERED, self._range.setHoverBrush)):
            shade = QColor(theme.accent)
            shade.setAlpha(strength)
            give(shade)
        for line in self._range.lines:
            line.setPen(self.plot.pen(theme.accent))
        self._rug.setBrush(QColor(theme.good))
        self._here.setPen(self.plot.pen(theme.warn))
        self._grades.take_colours(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the title below the axis out where the bars need the room."""
        super().resizeEvent(event)
        self._show_title()

    def _show_title(self) -> None:
        if self.plot is not None:
            self.plot.getAxis("bottom").showLabel(self.height() >= _ROOM_FOR_TITLES)

    def refresh(self, *_: Any) -> None:
        """Count the distances again and draw the bars."""
        if not self.ready() or self._document.session is None:
            return
        import numpy as np

        assert self.plot is not None
        d, shown = self._document.session.distances[self._document.session.ranked], ends(self._document)
        if shown is None:
            return
        counts, edges = np.histogram(d, bins=_BINS)
        self._bars.setOpts(x=(edges[:-1] + edges[1:]) / 2, height=counts, width=edges[1] - edges[0])
        self.plot.name_axis("bottom", title(self._document))
        self._show_title()
        self.plot.setXRange(*shown, padding=0)
        self.plot.setYRange(-0.08 * counts.max(), 1.05 * counts.max(), padding=0)
        with QSignalBlocker(self._range):
            self._range.setBounds(shown)
        self._show_range()
        self._marks()

    def _show_range(self) -> None:
        """Show which part of the distances the grid shows."""
        within = self._document.shown.within
        if self.plot is not None:
            self._range.setVisible(within is not None)
            if within is not None:
                with QSignalBlocker(self._range):
                    self._range.setRegion(within)

    def _marks(self, *_: Any) -> None:
        """Draw the labels, the current image, the cut points, and the values on the upper axis."""
        session = self._document.session
        if self.plot is None or session is None:
            return
        import numpy as np

        labelled = session.distances[list(session.labels)]
        labelled = labelled[np.isfinite(labelled)]
        self._rug.setData(labelled, np.zeros(len(labelled)))
        current = self._document.current
        shown = 0 <= current < len(session) and bool(np.isfinite(session.distances[current]))
        self._here.setVisible(shown)
        if shown:
            self._here.setValue(float(session.distances[current]))
        self._value_axis.refresh(self.plot)
        self._grades.show_grades(session.grades)

    def _cut_moved(self, n: int, cut: float) -> None:
        session = self._document.session
        if session is not None and session.grades is not None:
            self._document.editor.set_grades(session.grades.moved(n, cut), "Move a cut point")

    def _drawn(self, low: float, high: float, finished: bool) -> None:
        """Show the range while it is drawn, and take it when the button is let go."""
        self._range.setVisible(True)
        with QSignalBlocker(self._range):
            self._range.setRegion((low, high))
        if finished:
            self._take(*self._range.getRegion())

    def _take(self, low: float, high: float) -> None:
        self._show((float(low), float(high)) if low < high else None)

    def _show(self, within: tuple[float, float] | None) -> None:
        self._document.show_only(self._document.shown._replace(within=within))


def _count_axis() -> Any:
    """Make an axis of whole numbers, as there are no half images."""
    import pyqtgraph as pg

    class Axis(pg.AxisItem):  # type: ignore[misc]
        def tickValues(axis, low: float, high: float, size: float) -> Any:  # noqa: N802, N805
            ticks = pg.AxisItem.tickValues(axis, max(low, 0), high, size)
            whole = [(step, values) for step, values in ticks if step >= 1] or [(1, [0, 1])]
            step, coarse = whole[0]
            while len(coarse) > 2 and len(coarse) * _NUMBER_HEIGHT > size:
                step, coarse = 2 * step, coarse[::2]
            return whole if size >= _ROOM_FOR_ALL else [(step, coarse)]

    axis = Axis("left")
    axis.enableAutoSIPrefix(False)
    return axis


class _ValueAxis:
    """The upper axis of the histogram, which says what is predicted at a distance."""

    def __init__(self, document: Document) -> None:
        import numpy as np
        import pyqtgraph as pg

        class Axis(pg.AxisItem):  # type: ignore[misc]
            def tickValues(axis, low: float, high: float, size: float) -> Any:  # noqa: N802, N805
                line = document.session.calibration if document.session is not None else None
                if line is None or not low < high:
                    return []
                d = np.linspace(low, high, _STEPS)
                told = line.line(d)
                ends = sorted((float(told[0]), float(told[-1])))
                if ends[0] == ends[1]:
                    return []
                rises = told[-1] > told[0]
                at, told = (d, told) if rises else (d[::-1], told[::-1])
                return [
                    (spacing, [float(np.interp(v, told, at)) for v in values if line.low <= v <= line.high])
                    for spacing, values in pg.AxisItem.tickValues(axis, *ends, size)[:1]
                ]

            def tickStrings(axis, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802, N805
                line = document.session.calibration if document.session is not None else None
                if line is None:
                    return []
                # Places come from a curve and are rounded; what stands at each is a multiple of the spacing.
                told = (round(float(line.line(v)) / spacing) * spacing + 0.0 for v in values)
                return [minus(f"{v:.4g}") for v in told]

        self.item = Axis("top")
        self.item.enableAutoSIPrefix(False)
        self._document = document

    def refresh(self, plot: PlotCanvas) -> None:
        """Show the axis if there is a line to predict with."""
        session, value = self._document.session, self._document.value
        there = session is not None and session.calibration is not None
        plot.showAxis("top", there)
        if there:
            plot.name_axis("top", value_title(value))
            self.item.picture = None
            self.item.update()
