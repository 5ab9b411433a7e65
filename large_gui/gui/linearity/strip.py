"""The pictures of a path side by side, each above its point of the plot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from large_gui.gui.look.tokens import SPACE, colours

_HIGHEST, _GAP = 128, 2  # pixels
_FRAME = 2


class PictureStrip(QWidget):
    """Shows pictures in a row; the mouse and the arrow keys mark one of them.

    Parameters
    ----------
    span
        Returns the left and right end of the row in pixels, which are those of the plot below.

    Signals
    -------
    marked
        Another picture is marked; carries its number, -1 for none.
    """

    marked = Signal(int)

    def __init__(self, span: Callable[[], tuple[float, float] | None]) -> None:
        super().__init__()
        self._span = span
        self._images: list[QImage] = []
        self._scaled: dict[tuple[int, int], QImage] = {}
        self.mark = -1
        self.setAccessibleName("Pictures along the path")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setFixedHeight(0)

    def set_images(self, images: list[QImage]) -> None:
        """Show pictures, or none."""
        self._images, self._scaled = images, {}
        self.set_mark(-1)
        self.fit()

    def set_mark(self, place: int) -> None:
        """Mark one picture, or none."""
        place = place if 0 <= place < len(self._images) else -1
        if place != self.mark:
            self.mark = place
            self.marked.emit(place)
            self.update()

    def say(self, words: str) -> None:
        """Tell assistive tools what the marked picture is."""
        self.setAccessibleDescription(words)

    def place_of(self, number: int) -> QRectF:
        """Where a picture is painted, with its frame."""
        left, cell = self._cells()
        side = min(cell - _GAP, self.height())
        return QRectF(left + (number + 0.5) * cell - side / 2, (self.height() - side) / 2, side, side)

    def fit(self) -> None:
        """Take the height that the pictures need in this width."""
        _, cell = self._cells()
        high = round(min(max(cell - _GAP, SPACE), _HIGHEST)) if self._images else 0
        if high != self.height():
            self.setFixedHeight(high)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for as much height as there is."""
        return QSize(400, self.height())

    def _cells(self) -> tuple[float, float]:
        """The left end of the row, and the width of a cell."""
        left, right = self._span() or (0.0, float(self.width()))
        return left, (right - left) / max(len(self._images), 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the pictures, each scaled once for its size, and a frame round the marked one."""
        painter, ratio, theme = QPainter(self), self.devicePixelRatioF(), colours(self.palette())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, image in enumerate(self._images):
            place = self.place_of(number)
            pixels = max(1, round(place.width() * ratio))
            key = (number, pixels)
            if key not in self._scaled:
                mode = Qt.TransformationMode.SmoothTransformation
                self._scaled[key] = image.scaled(pixels, pixels, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            painter.drawImage(place, self._scaled[key])
            if number == self.mark:
                colour = QColor(theme.accent if self.hasFocus() else theme.link)
                painter.setPen(QPen(colour, _FRAME, j=Qt.PenJoinStyle.MiterJoin))
                half = _FRAME / 2
                painter.drawRect(place.adjusted(half, half, -half, -half))
        if self.hasFocus() and self.mark < 0 and self._images:
            painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(QRect(QPoint(), self.size()).adjusted(0, 0, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Mark the picture under the mouse."""
        left, cell = self._cells()
        self.set_mark(int((event.position().x() - left) // cell) if cell > 0 else -1)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Mark none, unless the keys do."""
        if not self.hasFocus():
            self.set_mark(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the next picture, the one before, the first or the last."""
        last = len(self._images) - 1
        places = {
            Qt.Key.Key_Right: min(self.mark + 1, last), Qt.Key.Key_Left: max(self.mark - 1, 0),
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        place = places.get(Qt.Key(event.key()))
        if place is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.set_mark(place)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Mark the first picture."""
        super().focusInEvent(event)
        if self.mark < 0:
            self.set_mark(0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Mark none."""
        super().focusOutEvent(event)
        self.set_mark(-1)
        self.update()
