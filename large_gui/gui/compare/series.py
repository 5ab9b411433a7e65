"""How each way is drawn, in the plot and beside its row: a colour for its model, a shape for its method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from large_gui.gui.look.tokens import Colours

if TYPE_CHECKING:
    from large_gui.tasks.comparing.report import Way

_COLOURS = ("link", "warn", "good", "grade", "bad", "bars")  # of models, by their place
WIDE, HIGH = 28, 16  # pixels of the icon


class Series(NamedTuple):
    """The look of one way.

    Attributes
    ----------
    colour
        Name of a field of `Colours`.
    symbol
        As pyqtgraph names it: a circle, a square or a triangle.
    """

    colour: str
    style: Qt.PenStyle
    symbol: str


def series_of(ways: Sequence[Way]) -> dict[str, Series]:
    """The look of each way, by name."""
    from large_gui.tasks.comparing.report import How

    shapes = {
        How.MEDIAN: (Qt.PenStyle.DotLine, "o"),
        How.DISTANCE: (Qt.PenStyle.SolidLine, "o"),
        How.SVM: (Qt.PenStyle.DashLine, "s"),
        How.RIDGE: (Qt.PenStyle.SolidLine, "t1"),
    }
    models = list(dict.fromkeys(way.model for way in ways if way.model))
    return {
        way.name: Series(
            _COLOURS[models.index(way.model) % len(_COLOURS)] if way.model else "muted", *shapes[way.how]
        )
        for way in ways
    }


def icon_of(series: Series, theme: Colours, ratio: float) -> QIcon:
    """A piece of the line with its shape, for a legend; ``ratio`` is of the screen."""
    pixmap = QPixmap(round(WIDE * ratio), round(HIGH * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    colour = QColor(getattr(theme, series.colour))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 2, series.style))
    middle, centre = HIGH / 2, WIDE / 2
    painter.drawLine(QPointF(0, middle), QPointF(WIDE, middle))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if series.symbol == "s":
        painter.drawRect(round(centre) - 4, round(middle) - 4, 8, 8)
    elif series.symbol == "t1":
        corners = [
            QPointF(centre, middle - 5),
            QPointF(centre + 5, middle + 4),
            QPointF(centre - 5, middle + 4),
        ]
        painter.drawPolygon(QPolygonF(corners))
    else:
        painter.drawEllipse(QPointF(centre, middle), 4, 4)
    painter.end()
    return QIcon(pixmap)
