"""The plot of scores along a path, with the straight line between its ends (HSR, Figs. 7 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor

from large_gui.core.words import minus, signed
from large_gui.gui.look.tokens import SPACE, Colours, colours
from large_gui.gui.widgets.plotting.axis_title import Title
from large_gui.gui.widgets.plotting.plots import LazyPlot

if TYPE_CHECKING:
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas
    from large_gui.tasks.linearity.walking import Course

_SPOT = 9  # pixels
_ROOM = 0.12  # of the height, above and below


class CoursePlot(LazyPlot):
    """Draws one attribute's scores; each point stands below its picture.

    Signals
    -------
    laid_out
        The plot has another width, or is there at last.
    pointed
        The mouse is over a point of the path; carries its number, -1 for none.
    """

    laid_out = Signal()
    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__("Scores along the path", "")
        self._course: Course | None = None
        self._column, self._mark = 0, -1

    def show_course(self, course: Course | None, column: int) -> None:
        """Draw an attribute of a path, or nothing."""
        self._course, self._column, self._mark = course, column, -1
        self.refresh()

    def mark(self, place: int) -> None:
        """Point at one picture's score, or at none."""
        self._mark = place
        if self.plot is not None and self._course is not None and self.wanted():
            there = 0 <= place < len(self._course.t)
            self._pointer.setVisible(there)
            self._ring.setVisible(there)
            if there:
                at = float(self._course.t[place])
                self._pointer.setValue(at)
                self._ring.setData([at], [float(self._course.scores[place, self._column])])

    def span(self) -> tuple[float, float] | None:
        """The left and right end of the path's cells, in pixels of this widget; ``None`` without a plot."""
        if self.plot is None or not self.plot.isVisible():
            return None
        rect = self.plot.getViewBox().sceneBoundingRect()
        ends = (self.plot.mapFromScene(point) for point in (rect.topLeft(), rect.topRight()))
        left, right = (self.plot.mapTo(self, self.plot.viewport().mapTo(self.plot, end)) for end in ends)
        return float(left.x()), float(right.x())

    def wanted(self) -> bool:
        """Whether there is something that was scored."""
        return self._course is not None and bool(self._course.attributes)

    def build(self, plot: PlotCanvas) -> None:
        """Set up the axes and the items."""
        import pyqtgraph as pg

        from large_gui.gui.widgets.plotting.plot_canvas import LEFT_AXIS

        plot.setMouseEnabled(x=False, y=False)
        plot.plotItem.layout.setContentsMargins(SPACE, SPACE, 2 * SPACE, SPACE // 2)
        plot.getAxis("left").setWidth(LEFT_AXIS)
        self._ideal, self._line = pg.PlotDataItem(antialias=True), pg.PlotDataItem(antialias=True)
        self._ring = pg.PlotDataItem(pen=None, antialias=True)
        self._pointer = pg.InfiniteLine(angle=90, movable=False)
        for item in (self._pointer, self._ideal, self._line, self._ring):
            plot.addItem(item, ignoreBounds=True)
        plot.getViewBox().sigResized.connect(lambda _: self.laid_out.emit())
        plot.scene().sigMouseMoved.connect(self._moved)

    def refresh(self) -> None:
        """Draw the path anew."""
        if not self.ready() or self.plot is None or self._course is None:
            self.laid_out.emit()
            return
        course, about = self._course, self._course.attributes[self._column]
        scores, ideal = (array[:, self._column] for array in (course.scores, course.ideal))
        self._ideal.setData(course.t, ideal)
        self._line.setData(course.t, scores)
        unit = f" ({about.unit})" if about.unit else ""
        self.plot.name_axis("left", Title(f"{about.name}{unit}", brief=about.name))
        half = 0.5 / (len(course.t) - 1)
        self.plot.setXRange(-half, 1 + half, padding=0)
        low, high = float(min(scores.min(), ideal.min())), float(max(scores.max(), ideal.max()))
        room = _ROOM * (high - low) or max(abs(high), 1.0)
        self.plot.setYRange(low - room, high + room, padding=0)
        along = course.distances
        words = [f"{t:.1f}" for t in course.t] if along is None else [minus(signed(float(d))) for d in along]
        self.plot.getAxis("bottom").setTicks([list(zip(map(float, course.t), words, strict=True))])
        across = "share of the way" if along is None else "distance along the direction"
        self.plot.name_axis("bottom", across)
        self.take_colours(colours(self.plot.palette()))
        self.mark(self._mark)
        self.laid_out.emit()

    def take_colours(self, theme: Colours) -> None:
        """Give the lines the colours of a theme, at the scale of the screen."""
        if self.plot is None:
            return
        dotted = self.plot.pen(theme.muted)
        dotted.setStyle(Qt.PenStyle.DotLine)
        self._ideal.setPen(dotted)
        self._line.setPen(self.plot.pen(theme.link))
        for item, size, colour in ((self._line, _SPOT, theme.link), (self._ring, _SPOT + 5, theme.accent)):
            item.setSymbol("o")
            item.setSymbolSize(size)
            item.setSymbolBrush(QColor(colour))
            item.setSymbolPen(None)
        self._pointer.setPen(self.plot.pen(theme.edge, 1))

    def _moved(self, place: Any) -> None:
        if self.plot is None or self._course is None:
            return
        box, here = self.plot.getViewBox(), QPointF(place)
        inside = box.sceneBoundingRect().contains(here)
        steps = len(self._course.t) - 1
        self.pointed.emit(round(box.mapSceneToView(here).x() * steps) if inside else -1)
