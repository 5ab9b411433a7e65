"""Pictures as widgets and as Qt reads them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from large_gui.gui.look.tokens import colours

_DIMMED = 0.4  # how opaque a picture is that is out of date
_TURN_MS, _STEP = 90, 30  # between two positions of the arc, and degrees between them
_ARC, _THICK, _PATIENCE = 28, 3, 2  # pixels of the arc; turns until it is shown, as most waits are short


class Picture(QWidget):
    """A square that shows a whole picture, or says in a few words why there is none.

    While a picture is awaited an arc turns in it, and the one that is shown is dimmed if it is out of date.
    """

    def __init__(self, name: str, about: str, largest: int = 480) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.image, self._scaled = QImage(), QImage()
        self._about, self._largest = about, largest
        self._stale, self._turns = False, 0
        self._turning = QTimer(self, interval=_TURN_MS)
        self._turning.timeout.connect(self._turn)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(64)

    def set_image(self, image: QImage, words: str = "") -> None:
        """Show a picture, with ``words`` for assistive tools."""
        self.image, self._scaled = image, QImage()
        self.rest()
        self.setAccessibleDescription(words or self._about)
        self.update()

    def say(self, words: str) -> None:
        """Show no picture, and say why."""
        self.set_image(QImage(), words)

    @property
    def waiting(self) -> bool:
        """Whether a picture is awaited."""
        return self._turning.isActive()

    @property
    def stale(self) -> bool:
        """Whether the picture that is shown is out of date."""
        return self._stale

    def wait(self, *, stale: bool = True) -> None:
        """Show that a picture is awaited, until it is set.

        Parameters
        ----------
        stale
            Whether the one that is shown is out of date meanwhile; else a better one of the same is awaited.
        """
        self._stale = stale
        if not self._turning.isActive():
            self._turns = 0
            self._turning.start()
        self.update()

    def rest(self) -> None:
        """Show that nothing is awaited any more."""
        self._stale = False
        self._turning.stop()
        self.update()

    def _turn(self) -> None:
        self._turns += 1
        if self.isVisible():
            self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return a height that makes a square, up to the largest."""
        return min(width, self._largest)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the picture, scaled once for this size, or the words."""
        painter, side = QPainter(self), min(self.width(), self.height())
        place = QRect((self.width() - side) // 2, 0, side, side)
        if self.image.isNull():
            painter.fillRect(place, self.palette().color(QPalette.ColorRole.AlternateBase))
            if self._waits_long():
                self._paint_arc(painter, place)
                return
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place, centred, self.accessibleDescription())
            return
        pixels = max(1, round(side * self.devicePixelRatioF()))
        if max(self._scaled.width(), self._scaled.height()) != pixels:
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._scaled = self.image.scaled(pixels, pixels, keep, smooth)
        target = QRectF(QPointF(), QSizeF(self._scaled.size()) / self.devicePixelRatioF())
        target.moveCenter(QRectF(place).center())
        late = self._waits_long()
        painter.setOpacity(_DIMMED if late and self._stale else 1.0)
        painter.drawImage(target, self._scaled)
        painter.setOpacity(1.0)
        if late:
            self._paint_arc(painter, target.toRect())

    def _waits_long(self) -> bool:
        return self.waiting and self._turns >= _PATIENCE

    def _paint_arc(self, painter: QPainter, place: QRect) -> None:
        """Paint the arc in the middle of a picture that is out of date, else in its corner."""
        side = min(_ARC, place.width() // 2)
        arc = QRectF(0, 0, side, side)
        arc.moveCenter(QRectF(place).center())
        if not self._stale and not self.image.isNull():
            arc.moveBottomRight(QRectF(place).bottomRight() - QPointF(_THICK * 2, _THICK * 2))
        theme = colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        behind = QColor(theme.surface)
        behind.setAlphaF(0.7)
        painter.setBrush(behind)
        painter.drawEllipse(arc.adjusted(-_THICK, -_THICK, _THICK, _THICK))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.accent), _THICK, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        inner = arc.adjusted(_THICK, _THICK, -_THICK, -_THICK)
        painter.drawArc(inner, -16 * _STEP * self._turns, 16 * 270)


def to_image(pixels: Any) -> QImage:
    """Copy an array ``(H, W, 3)`` of bytes into an image."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
