"""The grades in the histogram: cut points that can be moved, and between them the names of the grades."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from large_gui.gui.look.tokens import SPACE, Colours
from large_gui.gui.widgets.plain import plain

if TYPE_CHECKING:
    from large_gui.core.calibrating.ordinal import Grades
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas

_HOVERED = 4  # pixels of a cut point that can be taken
_NARROWEST = 2 * SPACE  # pixels of a grade in which a letter of its name still fits


class GradeMarks:
    """Draws grades over a plot of distances, each name as far as its grade is wide.

    Parameters
    ----------
    plot
        The plot, whose horizontal axis has distances.
    moved
        Called with the number of a cut point and its new distance.
    """

    def __init__(self, plot: PlotCanvas, moved: Callable[[int, float], None]) -> None:
        self._plot, self._moved = plot, moved
        self._grades: Grades | None = None
        self._lines: list[Any] = []
        self.names: list[Any] = []
        self._colour, self._behind = "", QColor()
        box = plot.getViewBox()
        box.sigResized.connect(self._place)
        box.sigRangeChanged.connect(self._place)

    def take_colours(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._colour, self._behind = theme.grade, QColor(theme.surface)
        self._behind.setAlpha(200)
        self._draw()

    def show_grades(self, grades: Grades | None) -> None:
        """Draw the cut points and the names of grades, or none."""
        if grades is not self._grades:
            self._grades = grades
            self._draw()

    def _draw(self) -> None:
        import pyqtgraph as pg

        for item in (*self._lines, *self.names):
            self._plot.removeItem(item)
        self._lines, self.names = [], []
        grades = self._grades
        if grades is None:
            return
        for n, cut in enumerate(grades.cuts):
            line = pg.InfiniteLine(
                cut, movable=True, pen=self._plot.pen(self._colour),
                hoverPen=self._plot.pen(self._colour, _HOVERED),
            )  # fmt: skip
            line.setToolTip(plain(f"{grades.names[n]} | {grades.names[n + 1]}: drag to move the cut point"))
            line.sigPositionChangeFinished.connect(lambda line, n=n: self._moved(n, float(line.value())))
            self._lines.append(line)
        self.names = [
            pg.TextItem(color=self._colour, anchor=(0.5, 0), fill=self._behind) for _ in grades.names
        ]
        for item in (*self._lines, *self.names):
            self._plot.addItem(item, ignoreBounds=True)
        self._place()

    def _place(self, *_: object) -> None:
        """Put every name in the middle of what is seen of its grade, as much of it as fits."""
        if self._grades is None:
            return
        (low, high), (_, top) = self._plot.getViewBox().viewRange()
        per_pixel = self._plot.getViewBox().viewPixelSize()[0]
        metrics = self._plot.fontMetrics()
        ends = [low, *(min(max(cut, low), high) for cut in self._grades.cuts), high]
        for item, name, left, right in zip(self.names, self._grades.names, ends, ends[1:]):
            room = int((right - left) / per_pixel) - SPACE if per_pixel else 0
            item.setVisible(room >= _NARROWEST)
            item.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, room - SPACE))
            item.setPos((left + right) / 2, top)
