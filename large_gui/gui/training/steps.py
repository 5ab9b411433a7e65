"""The steps from photographs to a model: which one is in hand, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.training.words import STEPS

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_DOT = 20  # pixels


class Steps(QWidget):
    """A line with the steps in their order; those that are done are ticked."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_step(0)

    def show_step(self, number: int) -> None:
        """Show which step is in hand."""
        self._at = number
        self.setAccessibleName(f"Step {number + 1} of {len(STEPS)}: {STEPS[number]}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the words take."""
        bold = QFont(self.font())
        bold.setBold(True)
        words = sum(QFontMetrics(bold).horizontalAdvance(step) for step in STEPS)
        return QSize(words + len(STEPS) * (_DOT + 5 * SPACE), max(_DOT + 4, self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the same height, and no width: what has no room is cut off."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint a dot and the words of each step, with lines between them."""
        painter, theme = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, x = self.height() / 2, 1.0
        for number, words in enumerate(STEPS):
            done, now = number < self._at, number == self._at
            dot = QRectF(x, middle - _DOT / 2, _DOT, _DOT)
            painter.setPen(QPen(QColor(theme.accent if done or now else theme.edge), 1.5))
            painter.setBrush(QColor(theme.accent if now else theme.accent_soft if done else theme.surface))
            painter.drawEllipse(dot)
            painter.setPen(QColor(theme.on_accent if now else theme.link if done else theme.muted))
            if done:
                painter.setPen(QPen(QColor(theme.link), 2))
                painter.drawPolyline([dot.topLeft() + QPointF(*at) for at in ((6, 10.5), (9, 13.5), (14, 7))])
            else:
                painter.drawText(dot, Qt.AlignmentFlag.AlignCenter, str(number + 1))
            font = QFont(self.font())
            font.setBold(now)
            painter.setFont(font)
            painter.setPen(QColor(theme.text if now else theme.muted))
            wide = painter.fontMetrics().horizontalAdvance(words)
            place = QRectF(dot.right() + SPACE, 0, wide + 2, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
            x = place.right() + SPACE
            if number + 1 < len(STEPS):
                painter.setPen(QPen(QColor(theme.line), 1))
                painter.drawLine(QPointF(x, middle), QPointF(x + 2 * SPACE, middle))
                x += 3 * SPACE
