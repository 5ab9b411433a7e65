"""The plot of groups beside each other: for each how its images lie, on one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPen

from large_gui.core.words import minus
from large_gui.gui.groups.gathered import Group
from large_gui.gui.look.tokens import SPACE, Colours, colours
from large_gui.gui.widgets.plotting.plots import LazyPlot

if TYPE_CHECKING:
    from large_gui.core.comparing.groups import Difference
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas

MOST = 40  # groups that are drawn
_ROW, _BELOW = 64, 64  # pixels of a group, and of the axis with its title
_POINTS = 500  # of one group, drawn one by one
_LONGEST = 24  # characters of a name beside the plot


class GroupPlot(LazyPlot):
    """Draws each group as a cloud over a box, with its images as points below, and the difference of two.

    Signals
    -------
    chosen
        A group was clicked; carries its key.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("Group plot", "")
        self._groups: Sequence[Group] = ()
        self._pair: tuple[str, str] = ("", "")
        self._found: Difference | None = None
        self._axis = ""
        self._within = (-math.inf, math.inf)
        self._items: list[Any] = []
        self._ends: list[float] = []  # of everything that is drawn

    def show_groups(
        self,
        groups: Sequence[Group],
        pair: tuple[str, str],
        found: Difference | None,
        axis: str,
        within: tuple[float, float] = (-math.inf, math.inf),
    ) -> None:
        """Draw groups: the two that are compared first, then how far they differ, then the others.

        Parameters
        ----------
        pair
            The keys of the two.
        found
            Their difference, if there is one to draw.
        axis
            The title of the axis.
        within
            The range that values can lie in.
        """
        two = sorted((group for group in groups if group.key in pair), key=lambda g: pair.index(g.key))
        others = [group for group in groups if group.key not in pair]
        self._groups, self._pair = [*two, *others][:MOST], pair
        self._found = found if found is not None and found.low == found.low and len(two) == 2 else None
        self._axis, self._within = axis, within
        self.setMinimumHeight(_ROW * (len(self._groups) + (self._found is not None)) + _BELOW)
        self.setAccessibleDescription(
            "; ".join(f"{g.words}: {g.summary.n} images, mean {g.summary.mean:.4g}" for g in self._groups)
        )
        self.refresh()

    def wanted(self) -> bool:
        """Whether there are groups."""
        return bool(self._groups)

    def build(self, plot: PlotCanvas) -> None:
        """Set up the axes, and take clicks."""
        plot.setMouseEnabled(x=False, y=False)
        plot.plotItem.layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        plot.setCursor(Qt.CursorShape.PointingHandCursor)
        plot.setToolTip("Click a group to see its images")
        plot.scene().sigMouseClicked.connect(self._clicked)
        plot.getAxis("left").setStyle(tickLength=0, tickAlpha=0)

    def refresh(self) -> None:
        """Draw the groups again."""
        if not self.ready() or self.plot is None:
            return
        for item in self._items:
            self.plot.removeItem(item)
        self._items, self._ends = [], []
        self.plot.getAxis("left").setPen(None)
        rows = self._rows()
        ticks = []
        for row, group in rows.items():
            if group is not None:
                self._draw(group, row)
                ticks.append((row, f"{_short(group.words)}\n{group.summary.n:,}"))
            else:
                self._draw_difference(row)
                ticks.append((row, "difference\n95 %"))
        self.plot.getAxis("left").setTicks([ticks])
        self.plot.name_axis("bottom", self._axis)
        self.plot.setYRange(-0.5, len(rows) - 0.45, padding=0)
        low, high = self._span()
        for row, group in rows.items():
            if group is None:
                self._say_difference(row, low, high)

    def take_colours(self, theme: Colours) -> None:
        """Draw in the colours of another theme, and at another scale."""
        self.refresh()

    def _rows(self) -> dict[int, Group | None]:
        """The group at each ordinate, the highest at the top; ``None`` for the difference."""
        below: list[Group | None] = [*self._groups]
        if self._found is not None:
            below.insert(2, None)
        return {len(below) - 1 - n: group for n, group in enumerate(below)}

    def _span(self) -> tuple[float, float]:
        """Show all values, with a little room at either side, and return the ends."""
        import numpy as np

        assert self.plot is not None
        low, high = min(self._ends, default=0.0), max(self._ends, default=1.0)
        if not np.isfinite(high - low) or high == low:
            low, high = low - 0.5, high + 0.5
        self.plot.setXRange(low, high, padding=0.02)
        return low, high

    def _draw(self, group: Group, row: int) -> None:
        """Draw one group in its row."""
        import numpy as np
        import pyqtgraph as pg

        from large_gui.core.comparing.groups import FEW, density

        assert self.plot is not None
        theme, its = colours(self.plot.palette()), group.summary
        colour = theme.link if group.key in self._pair else theme.muted
        pale = QColor(colour)
        pale.setAlpha(70)
        dots = QColor(colour)
        dots.setAlpha(150)
        if its.n >= FEW:
            places, heights = density(group.values, within=self._within)
            self._ends += [float(places[0]), float(places[-1])]
            self._add(
                pg.PlotCurveItem(
                    places, row + 0.06 + 0.4 * heights, fillLevel=row + 0.06, brush=pale,
                    pen=self.plot.pen(colour, 1), antialias=True,
                )
            )  # fmt: skip
        if its.n:
            few = group.values
            self._ends += [float(few.min()), float(few.max())]
            if len(few) > _POINTS:  # spread over all of them, the ends included
                few = np.sort(few)[np.linspace(0, len(few) - 1, _POINTS).astype(int)]
            spread = np.modf(np.arange(len(few)) * 0.618034)[0]  # even, and the same each time
            self._add(
                pg.ScatterPlotItem(
                    few, row - 0.16 - 0.2 * spread, size=5, brush=dots, pen=None, antialias=True
                )
            )
            thick, thin = (self.plot.pen(colour, w) for w in (6, 1.5))
            for pen, ends in ((thin, (few.min(), few.max())), (thick, (its.q1, its.q3))):
                self._line(ends, row - 0.03, pen)
            self._add(
                pg.ScatterPlotItem(
                    [its.mean], [row - 0.03], symbol="d", size=13,
                    brush=theme.surface, pen=self.plot.pen(colour, 2),
                    antialias=True,
                )
            )  # fmt: skip

    def _draw_difference(self, row: int) -> None:
        """Draw the interval of the difference, as far from the mean of the second group as it says."""
        import numpy as np
        import pyqtgraph as pg

        assert self.plot is not None and self._found is not None
        found, theme, zero = self._found, colours(self.plot.palette()), self._groups[1].summary.mean
        dashed = self.plot.pen(theme.text, 1)
        dashed.setStyle(Qt.PenStyle.DashLine)
        ends = np.array([row - 0.05, row + 0.97])  # up to the mean of the second group, in the row above
        self._add(pg.PlotCurveItem(np.full(2, zero), ends, pen=dashed))
        self._ends += [zero + found.low, zero + found.high]
        self._line((zero + found.low, zero + found.high), row, self.plot.pen(theme.text, 3))
        self._add(
            pg.ScatterPlotItem(
                [zero + found.mean], [row], size=11, brush=theme.text, pen=None, antialias=True
            )
        )

    def _say_difference(self, row: int, low: float, high: float) -> None:
        """Say in words what is drawn of the difference, on an axis between two ends that is not its own."""
        import pyqtgraph as pg

        from large_gui.core.comparing.groups import decimals

        assert self.plot is not None and self._found is not None
        found, theme, zero = self._found, colours(self.plot.palette()), self._groups[1].summary.mean
        places = decimals((found.high - found.low) / 2)
        mean, *ends = (minus(f"{x:,.{places}f}") for x in (found.mean, found.low, found.high))
        share = (zero + found.mean - low) / (high - low)  # so that the words end where the plot does
        words = pg.TextItem(f"{mean} ({' to '.join(ends)})", theme.text, anchor=(share, 0))
        words.setPos(zero + found.mean, row - 0.08)
        at = (zero - low) / (high - low)
        right = at < 0.2 or (found.mean < 0 and at < 0.8)  # where the interval isn't, if there is room
        nothing = pg.TextItem("no difference", theme.muted, anchor=(-0.06 if right else 1.06, 1))
        nothing.setPos(zero, row + 0.06)
        for item in (words, nothing):
            self._add(item)

    def _line(self, ends: tuple[float, float], row: float, pen: QPen) -> None:
        """Draw a line along the axis."""
        import numpy as np
        import pyqtgraph as pg

        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._add(pg.PlotCurveItem(np.array(ends), np.full(2, row), pen=pen, antialias=True))

    def _add(self, item: Any) -> None:
        assert self.plot is not None
        self.plot.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _clicked(self, event: Any) -> None:
        assert self.plot is not None
        row = round(self.plot.getViewBox().mapSceneToView(event.scenePos()).y())
        group = self._rows().get(row)
        if group is not None:
            self.chosen.emit(group.key)


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
