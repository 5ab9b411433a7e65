"""One of the two pictures that are compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from large_gui.gui.look.tokens import colours
from large_gui.gui.widgets.plain import plain

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent, QPaintEvent

_SMALLEST, _ROUND = 96, 8


class PairPicture(QWidget):
    """A whole picture as large as there is room, which a click chooses.

    Parameters
    ----------
    name
        What assistive tools call it.
    at_right
        Whether it keeps to the right of its place, or else to the left: so the two stand close together.

    Attributes
    ----------
    of
        The file that it shows.
    image
        The picture; empty while there is none.
    why
        Why it can't be read, as a sentence.

    Signals
    -------
    chosen
        It was clicked.
    """

    chosen = Signal()

    def __init__(self, name: str, *, at_right: bool) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.of = ""
        self.image, self._scaled = QImage(), QImage()
        self.why, self._pointed, self._at_right = "", False, at_right
        self.setMouseTracking(True)
        self.setMinimumSize(_SMALLEST, _SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def pixels(self) -> int:
        """Pixels of the screen along its longer side."""
        return round(max(self.width(), self.height()) * self.devicePixelRatioF())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that leaves what a screen has to the layout."""
        return QSize(480, 480)

    def set_image(self, of: str, image: QImage, why: str = "") -> None:
        """Show a picture of a file; if it is empty, the words that say why."""
        self.of, self.image, self._scaled, self.why = of, image, QImage(), why
        self._pointed = False
        self.setToolTip(plain(Path(of).name))
        self.setAccessibleDescription(why)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the picture, scaled once for this size, or the words; outlined where the mouse is."""
        painter, theme = QPainter(self), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        if self.image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.sunken))
            painter.drawRoundedRect(place, _ROUND, _ROUND)
            painter.setPen(QColor(theme.text))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place.adjusted(_ROUND, _ROUND, -_ROUND, -_ROUND), centred, self.why)
            return
        ratio = self.devicePixelRatioF()
        room = (place.size() * ratio).toSize()
        size = self.image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        if self._scaled.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._scaled = self.image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        target = QRectF(QPointF(), QSizeF(size) / ratio)
        target.moveCenter(place.center())
        if self._at_right:
            target.moveRight(place.right())
        else:
            target.moveLeft(place.left())
        whole = (target.topLeft() * ratio).toPoint()  # on whole pixels it is sharp
        target.moveTopLeft(QPointF(whole) / ratio)
        painter.drawImage(target, self._scaled)
        if self._pointed:
            painter.setPen(QPen(QColor(theme.accent), 3))
            painter.drawRect(target)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose it, unless the mouse was moved off it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show that a click chooses it; a mouse that only lies here says nothing to one who uses keys."""
        if not self._pointed:
            self._pointed = True
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Show it plainly again."""
        self._pointed = False
        self.update()
