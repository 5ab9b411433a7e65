"""A picture that is zoomed with the wheel and moved with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from large_gui.gui.document.background.reading import WHOLE, Picture
from large_gui.gui.images.closeup import zoom as math
from large_gui.gui.images.closeup.zoom import FIT, Pair, Zoom
from large_gui.gui.look.tokens import SPACE, Colours, colours
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent

STEP = 1.25  # by which a notch of the wheel or a key zooms
PANS = {  # by the arrows with Shift, in shares of the view
    Qt.Key.Key_Right: (0.1, 0.0), Qt.Key.Key_Left: (-0.1, 0.0), Qt.Key.Key_Down: (0.0, 0.1),
    Qt.Key.Key_Up: (0.0, -0.1),
}  # fmt: skip
_EDGE = 4  # pixels between the picture and the edge of the view, in which its frame is drawn
_SIDES = (1024, 2048, 4096)  # longer sides that are asked for, so that a small change asks for nothing
_CLICK = 4  # pixels that the mouse may move in a click


class ZoomView(QWidget):
    """A view of one picture: the whole of it, or a part at any scale, as sharp as the screen allows.

    Until the picture is read, its thumbnail is drawn in the same place.

    Attributes
    ----------
    zoom
        How near the picture is looked at.
    tells_fit
        Whether the scale is shown while the whole picture is.

    Signals
    -------
    zoomed
        The person zoomed or moved the picture; carries the new `Zoom`.
    side_changed
        Another `side` is needed now.
    clicked, double_clicked
        The person clicked, and did not drag.
    """

    zoomed = Signal(object)
    side_changed = Signal()
    clicked = Signal()
    double_clicked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        named(self, name)
        self.setMinimumSize(48, 48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.zoom, self.tells_fit = FIT, True
        self._picture: Picture | None = None
        self._quick: QPixmap | None = None
        self._guess: Pair = (0, 0)
        self._frame, self._frame_width = "line", 0
        self._side = 0
        self._pressed: QPointF | None = None
        self._dragged = False

    # What is shown

    def show_picture(self, picture: Picture | None, quick: QPixmap | None) -> None:
        """Show a picture, or until it is read its thumbnail, or neither."""
        known = self.whole()
        self._picture, self._quick = picture, quick
        if picture is None and quick is not None and known:  # most often the next one is as large
            longest = max(known) / max(1, quick.width(), quick.height())
            self._guess = (quick.width() * longest, quick.height() * longest)
        else:
            self._guess = (quick.width(), quick.height()) if quick is not None else (0, 0)
        self._changed()

    def set_zoom(self, zoom: Zoom) -> None:
        """Look at the picture from nearer or farther."""
        self.zoom = zoom
        self._changed()

    def set_frame(self, colour: str, width: int) -> None:
        """Draw a frame around the view: a field of `Colours`, and how many pixels wide it is."""
        self._frame, self._frame_width = colour, width
        self.update()

    def whole(self) -> Pair | None:
        """Width and height of the image in its file, or of what stands for it; ``None`` without either."""
        if self._picture is not None and self._picture.versions:
            return self._picture.size.width(), self._picture.size.height()
        return self._guess if self._quick is not None else None

    @property
    def percent(self) -> str:
        """The scale in words, such as ``100 %``, and what is not sharp; empty until the picture is read."""
        picture, size = self._picture, self.whole()
        if size is None or picture is None or not picture.versions:
            return ""
        scale = math.scale_of(self.zoom, size, self._room())
        words = f"{max(1, round(100 * scale))} %"
        if min(scale, 1.0) * size[0] <= picture.versions[0].width() + 1:
            return words
        return f"{words}, reduced" if picture.serves(self.side) else f"{words}, reading…"

    @property
    def side(self) -> int:
        """The longer side with which the picture has to be read to be sharp."""
        size, room = self.whole(), self._room()
        known = self._picture is not None and size is not None
        needed = math.scale_of(self.zoom, size, room) * max(size) if known and size else max(room)
        if self.zoom.pixels and not known:
            return WHOLE
        return next((side for side in _SIDES if needed <= side), WHOLE)

    @property
    def fitted_side(self) -> int:
        """The longer side with which any whole picture is sharp."""
        return next((side for side in _SIDES if max(self._room()) <= side), _SIDES[-1])

    # Zooming

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the view, or about its middle."""
        size, room = self.whole(), self._room()
        if size is not None:
            point = (room[0] / 2, room[1] / 2) if at is None else self._in_room(at)
            self._zoom_to(math.zoomed(self.zoom, size, room, factor, point))

    def switch(self) -> None:
        """Go from the whole picture to 1:1, or back."""
        self._zoom_to(math.switched(self.zoom))

    def pan(self, right: float, down: float) -> None:
        """Look at what lies beside; the steps are shares of the view."""
        room = self._room()
        self._move((-right * room[0], -down * room[1]))

    def _move(self, by: Pair) -> None:
        size = self.whole()
        if size is not None:
            self._zoom_to(math.panned(self.zoom, size, self._room(), by))

    def _zoom_to(self, zoom: Zoom) -> None:
        if zoom != self.zoom:
            self.set_zoom(zoom)
            self.zoomed.emit(zoom)

    def _changed(self) -> None:
        size = self.whole()
        movable = size is not None and math.can_pan(self.zoom, size, self._room())
        self.setCursor(Qt.CursorShape.OpenHandCursor if movable else Qt.CursorShape.ArrowCursor)
        self.setAccessibleDescription(self._picture.why if self._why() and self._picture else self.percent)
        self.update()
        if self.side != self._side:
            self._side = self.side
            self.side_changed.emit()

    def _why(self) -> str:
        return self._picture.why if self._picture is not None else ""

    def _room(self) -> Pair:
        """Width and height in which the picture is drawn, in pixels of the screen."""
        ratio = self.devicePixelRatioF()
        return max(1.0, (self.width() - 2 * _EDGE) * ratio), max(1.0, (self.height() - 2 * _EDGE) * ratio)

    def _in_room(self, point: QPointF) -> Pair:
        ratio = self.devicePixelRatioF()
        return (point.x() - _EDGE) * ratio, (point.y() - _EDGE) * ratio

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the picture or why there is none, its scale, and the frame."""
        painter, theme = QPainter(self), colours(self.palette())
        painter.fillRect(self.rect(), QColor(theme.sunken))
        inside = self.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        if self._why():
            painter.setPen(QColor(theme.text))
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inside.adjusted(SPACE, SPACE, -SPACE, -SPACE), words, self._why())
        else:
            painter.setClipRect(inside)
            self._paint_picture(painter, inside)
            self._paint_percent(painter, inside, theme)
            painter.setClipping(False)
        if self._frame_width:
            painter.setPen(QPen(QColor(getattr(theme, self._frame)), self._frame_width))
            half = self._frame_width / 2
            painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))

    def _paint_picture(self, painter: QPainter, inside: QRect) -> None:
        size, room, ratio = self.whole(), self._room(), self.devicePixelRatioF()
        if size is None:
            return
        left, top, scale = math.placed(self.zoom, size, room)
        image: QImage | QPixmap | None = self._quick
        if self._picture is not None:
            image = _version(self._picture, size[0] * scale)
        if image is None:
            return
        whole = QRectF(left, top, size[0] * scale, size[1] * scale)
        part = whole.intersected(QRectF(0, 0, *room))  # far in, the whole would be too large for Qt
        across, down = image.width() / whole.width(), image.height() / whole.height()
        inner = part.translated(-left, -top)
        source = QRectF(inner.x() * across, inner.y() * down, inner.width() * across, inner.height() * down)
        target = QRectF(part.topLeft() / ratio, part.size() / ratio).translated(self._origin())
        exact = abs(across - 1) < 1e-6
        pixels = scale >= 4 and scale > math.fitted(size, room)  # from here on a person looks at pixels
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not (exact or pixels))
        if isinstance(image, QImage):
            painter.drawImage(target, image, source)
        else:
            painter.drawPixmap(target, image, source)

    def _origin(self) -> QPointF:
        """Where the room begins: at a whole pixel of the screen, also where one is 1.5 times as large."""
        ratio, edge = self.devicePixelRatioF(), QPointF(_EDGE, _EDGE)
        there = (QPointF(self.mapTo(self.window(), QPointF())) + edge) * ratio
        return edge + (QPointF(round(there.x()), round(there.y())) - there) / ratio

    def _paint_percent(self, painter: QPainter, inside: QRect, theme: Colours) -> None:
        words, metrics = self.percent, self.fontMetrics()
        if not words or (self.zoom == FIT and not self.tells_fit):
            return
        place = QRectF(0, 0, metrics.horizontalAdvance(words) + 2 * SPACE, metrics.height() + SPACE // 2)
        place.moveBottomRight(QPointF(inside.right() - SPACE / 2, inside.bottom() - SPACE / 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(QColor(theme.text))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    # The mouse

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that lets the layout decide."""
        return QSize(320, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for more pixels if there is more room."""
        super().resizeEvent(event)
        self._changed()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom about the cursor."""
        notches = event.angleDelta().y() / 120
        if notches:
            self.zoom_by(STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag, or to click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the picture with the mouse."""
        if self._pressed is None:
            return
        by = event.position() - self._pressed
        if self._dragged or by.manhattanLength() > _CLICK:
            if self.cursor().shape() == Qt.CursorShape.OpenHandCursor:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._dragged, self._pressed = True, event.position()
            ratio = self.devicePixelRatioF()
            self._move((by.x() * ratio, by.y() * ratio))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a drag, or else tell of a click."""
        if self._pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self._changed()
            if not self._dragged:
                self.clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell of a double click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()


def _version(picture: Picture, width: float) -> QImage | None:
    """The smallest version of a picture that is at least as wide as it is drawn."""
    large_enough = [version for version in picture.versions if version.width() >= width - 0.5]
    if large_enough:
        return large_enough[-1]
    return picture.versions[0] if picture.versions else None
