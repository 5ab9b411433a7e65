"""The picture on the welcome page: sorted faces, a few values, and the line that gives the others theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from large_gui.gui.look.tokens import SMALL, SPACE, Colours, colours

# Samples from young to old, with the ages that labels.csv beside them gives.
FACES = (
    ("face-009.jpg", 3), ("face-084.jpg", 7), ("face-080.jpg", 23), ("face-041.jpg", 30),
    ("face-068.jpg", 38), ("face-056.jpg", 48), ("face-058.jpg", 58),
)  # fmt: skip
_GIVEN = (0, 3, 6)  # those whose age stands in the picture
_LARGEST, _SMALLEST = 96, 40  # pixels of a face
_RISE, _DOT, _WORDS = 56, 5.0, 40  # pixels: height of the plot, radius of a dot, words below one


class Story(QWidget):
    """A picture of what the program does.

    Signals
    -------
    faces_wanted
        It was painted for the first time, and its faces may be read.
    """

    faces_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What this program does")
        self.setAccessibleDescription(
            "Faces sorted from young to old; three have an age, and a line gives the others theirs."
        )
        self._faces: list[QImage] = []
        self._asked = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_faces(self, faces: Sequence[QImage]) -> None:
        """Show these images, as `read_faces` returned them."""
        self._faces = list(faces)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The size at which faces are largest."""
        return QSize(len(FACES) * (_LARGEST + SPACE), _LARGEST + 3 * SPACE + _RISE + _WORDS)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The size at which faces can just be told apart."""
        return QSize(len(FACES) * (_SMALLEST + SPACE // 2), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint faces, line and dots."""
        if not self._asked:
            self._asked = True
            QTimer.singleShot(0, self, self.faces_wanted.emit)  # the window comes first
        theme, painter = colours(self.palette()), QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = _Place.within(self.width())
        for n in range(len(FACES)):
            _paint_face(painter, place.face(n), self._faces[n] if n < len(self._faces) else None, theme)
        _paint_line(painter, place, theme)
        _paint_dots(painter, place, theme, self.font())


class _Place(NamedTuple):
    """Where things stand in a picture of some width."""

    left: float
    step: float
    side: float

    @classmethod
    def within(cls, width: int) -> _Place:
        side = min(_LARGEST, width / len(FACES) - SPACE)
        step = side + SPACE
        return cls((width - len(FACES) * step + SPACE) / 2, step, side)

    def face(self, n: int) -> QRectF:
        return QRectF(self.left + n * self.step, 0, self.side, self.side)

    def dot(self, n: float) -> QPointF:
        low = self.side + 3 * SPACE + _RISE
        return QPointF(self.left + self.side / 2 + n * self.step, low - _RISE * n / (len(FACES) - 1))


def _paint_face(painter: QPainter, place: QRectF, image: QImage | None, theme: Colours) -> None:
    outline = QPainterPath()
    outline.addRoundedRect(place, 6, 6)
    if image is None or image.isNull():
        painter.fillPath(outline, QColor(theme.sunken))
        return
    painter.save()
    painter.setClipPath(outline)
    painter.drawImage(place, image)
    painter.restore()


def _paint_line(painter: QPainter, place: _Place, theme: Colours) -> None:
    first, last, half = place.dot(-0.25), place.dot(len(FACES) - 0.75), QPointF(0, 14)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent_soft))
    painter.drawPolygon(QPolygonF([first - half, last - half, last + half, first + half]))
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.drawLine(first, last)


def _paint_dots(painter: QPainter, place: _Place, theme: Colours, font: QFont) -> None:
    small = QFont(font)
    small.setPointSizeF(SMALL + 1.0)
    small.setBold(True)
    painter.setFont(small)
    for n, (_, age) in enumerate(FACES):
        at, given = place.dot(n), n in _GIVEN
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(QColor(theme.accent if given else theme.surface))
        painter.drawEllipse(at, _DOT, _DOT)
        if given:
            painter.setPen(QColor(theme.text))
            words = f"{age} years"
            width = painter.fontMetrics().horizontalAdvance(words) + SPACE
            painter.drawText(
                QRectF(at.x() - width / 2, at.y() + 16, width, 20), Qt.AlignmentFlag.AlignCenter, words
            )


def read_faces(samples: Path) -> list[QImage]:
    """Read the samples of the picture, on any thread; one that can't be read is an empty image."""
    from large_gui.gui.shell.welcome.cover import read_cover

    return [read_cover(samples / name, 2 * _LARGEST) for name, _ in FACES]
