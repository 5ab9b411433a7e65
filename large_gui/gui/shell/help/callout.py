"""The callout in which a hint is told: a small card with an arrow beside what it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_WIDTH, _ARROW = 340, 10  # pixels


class Hint(NamedTuple):
    """One hint.

    Attributes
    ----------
    title, text
        What it says.
    place
        Returns the rectangle of what it speaks of, in the window's coordinates; an empty one where that
        can't be seen.
    """

    title: str
    text: str
    place: Callable[[], QRect]


class Callout(QFrame):
    """A small card with an arrow that points at something, and buttons to go on.

    Attributes
    ----------
    next, back, close_button
        The buttons.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("callout")
        self.setAccessibleName("Hint")
        self._edge: Qt.Edge | None = None
        self._tip = QPoint()
        self._title, self._text = Label(wordWrap=True), Label(wordWrap=True)
        self._title.setObjectName("heading")
        self._where = Label()
        self._where.setObjectName("muted")
        self.close_button = named(QToolButton(autoRaise=True), "Close the hints")
        self.close_button.setText("✕")
        self.close_button.setToolTip("Close the hints (Esc)")
        self.back = named(QPushButton("Back", autoDefault=False), "Last hint")
        self.next = named(QPushButton("Next", autoDefault=False), "Next hint")
        self.next.setObjectName("primary")
        for button in (self.next, self.back, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        top, bottom, box = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(self._title, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        bottom.addWidget(self._where)
        bottom.addStretch()
        bottom.addWidget(self.back)
        bottom.addWidget(self.next)
        margin = _ARROW + 2 * SPACE
        box.setContentsMargins(margin, _ARROW + SPACE, margin, margin)
        box.setSpacing(SPACE)
        box.addLayout(top)
        box.addWidget(self._text)
        box.addSpacing(SPACE // 2)
        box.addLayout(bottom)
        self.setFixedWidth(_WIDTH + 2 * _ARROW)

    def say(self, hint: Hint, number: int, of: int) -> None:
        """Show a hint, and which one it is."""
        self._title.setText(hint.title)
        self._text.setText(hint.text)
        self.setAccessibleDescription(f"{hint.title}. {hint.text}")
        self._where.setText(f"{number + 1} of {of}")
        self.back.setVisible(number > 0)
        self.next.setText("Next" if number + 1 < of else "Done")

    def point_at(self, target: QRect, room: QRect) -> None:
        """Stand beside a rectangle, pointing at it; in the middle of the room where there is none."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        size = QSize(self.width(), max(layout.heightForWidth(self.width()), self.minimumSizeHint().height()))
        place, self._edge = beside(target, size, room)
        self.setGeometry(place)
        self._tip = target.center() - place.topLeft()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the card and its arrow as one shape."""
        theme, painter = colours(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(_ARROW, _ARROW, -_ARROW, -_ARROW)
        shape = QPainterPath()
        shape.addRoundedRect(card, SPACE, SPACE)
        if self._edge is not None:
            arrow = QPainterPath()
            arrow.addPolygon(_arrow(card, self._edge, self._tip))
            arrow.closeSubpath()
            shape = shape.united(arrow)
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(QColor(theme.surface))
        painter.drawPath(shape)


def _arrow(card: QRectF, edge: Qt.Edge, tip: QPoint) -> QPolygonF:
    """The arrow at one edge of a card, as near to the place it points at as corners allow."""
    low, high = card.left() + 2 * SPACE, card.right() - 2 * SPACE
    x = min(max(float(tip.x()), low), high)
    y = min(max(float(tip.y()), card.top() + 2 * SPACE), card.bottom() - 2 * SPACE)
    half, out, into = float(_ARROW), float(_ARROW) - 1, 2.0
    match edge:
        case Qt.Edge.TopEdge:
            at, along, away = QPointF(x, card.top() + into), QPointF(half, 0), QPointF(0, -out - into)
        case Qt.Edge.BottomEdge:
            at, along, away = QPointF(x, card.bottom() - into), QPointF(half, 0), QPointF(0, out + into)
        case Qt.Edge.LeftEdge:
            at, along, away = QPointF(card.left() + into, y), QPointF(0, half), QPointF(-out - into, 0)
        case _:
            at, along, away = QPointF(card.right() - into, y), QPointF(0, half), QPointF(out + into, 0)
    return QPolygonF([at - along, at + away, at + along])


def beside(target: QRect, size: QSize, room: QRect) -> tuple[QRect, Qt.Edge | None]:
    """Where a card of some size stands beside a target, and at which of its edges the arrow is.

    It stands below, right, left or above, wherever it has room; else in the middle, without an arrow.
    """
    middle = QRect(QPoint(), size)
    middle.moveCenter(room.center())
    if target.isEmpty():
        return middle, None
    x = min(max(target.center().x() - size.width() // 2, room.left()), room.right() - size.width())
    y = min(max(target.center().y() - size.height() // 2, room.top()), room.bottom() - size.height())
    for place, edge in (
        (QPoint(x, target.bottom()), Qt.Edge.TopEdge),
        (QPoint(target.right(), y), Qt.Edge.LeftEdge),
        (QPoint(target.left() - size.width(), y), Qt.Edge.RightEdge),
        (QPoint(x, target.top() - size.height()), Qt.Edge.BottomEdge),
    ):
        found = QRect(place, size)
        if room.contains(found):
            return found, edge
    return middle, None
