"""The curves of a training over the images that were shown: losses, augmentation, and the shown metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from large_gui.gui.look.tokens import SPACE, Colours, colours
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, marked_up, plain
from large_gui.gui.widgets.plotting.plots import LazyPlot

if TYPE_CHECKING:
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas
    from large_gui.tasks.training.runs import LogRecord, Run

_LOWEST = 52  # pixels of a plot
_DENSITY = 0.6  # of the numbers of an axis: the plots are low
_LEAST_P = 0.01  # that the axis of p goes up to


class Line(NamedTuple):
    """A line of a plot: the field of a record, its words, the name of its colour, and whether it has dots."""

    field: str
    words: str
    colour: str
    dots: bool = False


class Curve(LazyPlot):
    """A plot of some figures against thousands of images.

    Parameters
    ----------
    top
        How far up the axis goes at least.

    Attributes
    ----------
    numbered
        Whether the axis of thousands has numbers; else those of the plot below are its own.
    """

    def __init__(self, name: str, lines: Sequence[Line], empty: str, top: float = 0.0) -> None:
        super().__init__(name, empty)
        self._top, self.numbered = top, False
        self.setMinimumHeight(_LOWEST)
        self._lines = lines
        self._log: Sequence[LogRecord] = ()
        self._drawn: list[Any] = []

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for little; the layout gives it what is left."""
        return QSize(2 * _LOWEST, _LOWEST)

    def show_log(self, log: Sequence[LogRecord]) -> None:
        """Draw another log."""
        self._log = log
        last = (f"{line.words} {values[-1]:.3g}" for line in self._lines if (values := self._points(line)[1]))
        self.setAccessibleDescription(", ".join(last))
        self.refresh()

    def wanted(self) -> bool:
        """Whether there is any figure."""
        return any(self._points(line)[0] for line in self._lines)

    def shown(self) -> list[Line]:
        """The lines that have any point."""
        return [line for line in self._lines if self._points(line)[0]]

    def build(self, plot: PlotCanvas) -> None:
        """Set up the axes."""
        from large_gui.gui.widgets.plotting.plot_canvas import LEFT_AXIS

        plot.setMouseEnabled(x=False, y=False)
        plot.plotItem.layout.setContentsMargins(0, SPACE // 2, SPACE, 0)
        plot.getAxis("left").setWidth(LEFT_AXIS - SPACE)
        plot.getAxis("left").setTickDensity(_DENSITY)
        plot.getAxis("bottom").setStyle(showValues=self.numbered)
        if not self.numbered:
            plot.getAxis("bottom").setHeight(SPACE)

    def refresh(self) -> None:
        """Draw the lines again."""
        if not self.ready() or self.plot is None:
            return
        import pyqtgraph as pg

        theme = colours(self.plot.palette())
        for item in self._drawn:
            self.plot.removeItem(item)
        self._drawn = []
        for line in self._lines:
            x, y = self._points(line)
            colour = QColor(getattr(theme, line.colour))
            dots = {"symbol": "o", "symbolSize": 6, "symbolBrush": colour, "symbolPen": None}
            item = pg.PlotDataItem(
                x, y, pen=self.plot.pen(colour.name()), antialias=True, autoDownsample=True,
                **(dots if line.dots or len(x) == 1 else {}),
            )  # fmt: skip
            self.plot.addItem(item, ignoreBounds=True)
            self._drawn.append(item)
        values = [y for line in self._lines for y in self._points(line)[1]]
        self.plot.setXRange(0, max(self._log[-1].images / 1000, 1.0), padding=0.02)
        low, high = min([0.0, *values]), max([self._top, *values])
        self.plot.setYRange(low, high if high > low else low + 1.0, padding=0.05)

    def take_colours(self, theme: Colours) -> None:
        """Draw in the colours of another theme, and at another scale."""
        self.refresh()

    def _points(self, line: Line) -> tuple[list[float], list[float]]:
        known = [(one.images / 1000, getattr(one, line.field)) for one in self._log]
        known = [(x, y) for x, y in known if math.isfinite(y)]
        return [x for x, _ in known], [y for _, y in known]


class _Titled(QWidget):
    """A curve below a line that says what is drawn, in its colours."""

    def __init__(self, title: str, curve: Curve) -> None:
        super().__init__()
        self._title, self.curve = title, curve
        self._legend = named(marked_up(""), f"What {curve.accessibleName().lower()} shows")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._legend)
        box.addWidget(curve, 1)

    def show_log(self, log: Sequence[LogRecord], title: str = "") -> None:
        """Draw another log, perhaps below another title."""
        self._title = title or self._title
        self.curve.show_log(log)
        self._say()

    def _say(self) -> None:
        theme = colours(self.palette())
        shown = self.curve.shown()
        marks = [
            f'<span style="color:{getattr(theme, line.colour)}">●</span> {line.words}' for line in shown
        ] if len(shown) > 1 else []  # fmt: skip
        self._legend.setText("&nbsp;&nbsp; ".join([f"<b>{_escaped(self._title)}</b>", *marks]))

    def changeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Say it in the colours of another palette."""
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange:
            self._say()


class Curves(QWidget):
    """The three plots of a run below each other, over the same axis."""

    def __init__(self) -> None:
        super().__init__()
        losses = (
            Line("loss_g", "generator", "accent"), Line("loss_d", "discriminator", "warn"),
            Line("hsr", "HSR", "grade"),
        )  # fmt: skip
        self.losses = _Titled(
            "Losses", Curve("Losses", losses, "Losses come with the first thousand images.")
        )
        self.augmentation = _Titled(
            "Augmentation p",
            Curve("Augmentation", (Line("p", "p", "accent"),), "Comes with the losses.", _LEAST_P),
        )
        self.figure = _Titled(
            "Figure of the snapshots",
            Curve("Metric", (Line("metric", "figure", "good", dots=True),), "Comes with the first samples."),
        )
        self.augmentation.curve.numbered = True  # it is the lowest
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE // 2)
        for part, share in ((self.figure, 4), (self.losses, 4), (self.augmentation, 4)):
            box.addWidget(part, share)
        under = Label("thousands of images shown")
        under.setObjectName("muted")
        box.addWidget(under)

    def show_run(self, run: Run) -> None:
        """Draw the log of a run."""
        name = next((one.metric_name for one in reversed(run.log) if one.metric_name), "")
        self.losses.show_log(run.log)
        self.augmentation.show_log(run.log)
        self.figure.setVisible(bool(name))
        self.figure.show_log(run.log, name or "Figure of the snapshots")
        self.figure.setToolTip("Less is better")


def _escaped(text: str) -> str:
    return plain(text).removeprefix("<qt>").removesuffix("</qt>")
