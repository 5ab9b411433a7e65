"""Pictures as widgets and as Qt reads them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget


class Picture(QWidget):
    """A square that shows a whole picture, or says in a few words why there is none."""

    def __init__(self, name: str, about: str, largest: int = 480) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.image, self._scaled = QImage(), QImage()
        self._about, self._largest = about, largest
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(64)

    def set_image(self, image: QImage, words: str = "") -> None:
        """Show a picture, with ``words`` for assistive tools."""
        self.image, self._scaled = image, QImage()
        self.setAccessibleDescription(words or self._about)
        self.update()

    def say(self, words: str) -> None:
        """Show no picture, and say why."""
        self.set_image(QImage(), words)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return a height that makes a square, up to the largest."""
        return min(width, self._largest)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the picture, scaled once for this size, or the words."""
        painter, side = QPainter(self), min(self.width(), self.height())
        place = QRect((self.width() - side) // 2, 0, side, side)
        if self.image.isNull():
            painter.fillRect(place, self.palette().color(QPalette.ColorRole.AlternateBase))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place, centred, self.accessibleDescription())
            return
        pixels = max(1, round(side * self.devicePixelRatioF()))
        if max(self._scaled.width(), self._scaled.height()) != pixels:
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._scaled = self.image.scaled(pixels, pixels, keep, smooth)
        target = QRectF(QPointF(), QSizeF(self._scaled.size()) / self.devicePixelRatioF())
        target.moveCenter(QRectF(place).center())
        painter.drawImage(target, self._scaled)


def to_image(pixels: Any) -> QImage:
    """Copy an array ``(H, W, 3)`` of bytes into an image."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
