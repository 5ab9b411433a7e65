"""A strip of the images before and behind the current one, in the order of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from large_gui.core.choices import Flag, LabelMark
from large_gui.gui.images.grid_model import ImageModel
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.look.tokens import Colours, colours
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent

SIDE, GAP = 56, 6  # pixels of a picture and between two
_MARGIN = 6
_GLIDE_MS = 140


class Filmstrip(QWidget):
    """A row of thumbnails with the current image in its middle; only those in view are drawn.

    Parameters
    ----------
    model
        The images in their order.
    thumbnails
        Their thumbnails.

    Signals
    -------
    chosen
        The person clicked on a picture; carries its row.
    """

    chosen = Signal(int)

    def __init__(self, model: ImageModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        named(self, "Filmstrip")
        self._model, self._thumbnails = model, thumbnails
        self.setFixedHeight(SIDE + 2 * _MARGIN)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = -1
        self._at = 0.0  # the row in the middle, between two rows while the strip glides
        self._glide = QVariantAnimation(self, duration=_GLIDE_MS)
        self._glide.valueChanged.connect(self._move_to)
        thumbnails.loaded.connect(lambda _: self.update())

    @property
    def row(self) -> int:
        """The row of the current image, -1 for none."""
        return self._row

    def set_row(self, row: int) -> None:
        """Frame another image, and bring it to the middle: by gliding there if it is in view."""
        self._row = row
        count = self._model.rowCount()
        self.setAccessibleDescription(f"image {row + 1:,} of {count:,} in the order" if row >= 0 else "")
        self._glide.stop()
        if row >= 0 and row != self._at:
            if self.isVisible() and abs(row - self._at) * (SIDE + GAP) < self.width():
                self._glide.setStartValue(self._at)
                self._glide.setEndValue(float(row))
                self._glide.start()
            else:
                self._move_to(float(row))
        self.update()

    def rows_in_view(self) -> range:
        """The rows of which a part is in view."""
        half = self.width() / 2 / (SIDE + GAP) + 1
        first, last = int(self._at - half), int(self._at + half) + 1
        return range(max(0, first), max(0, min(self._model.rowCount(), last + 1)))

    def row_at(self, x: float) -> int:
        """The row of the picture at an abscissa, -1 for none."""
        row = round(self._at + (x - self.width() / 2) / (SIDE + GAP))
        return row if 0 <= row < self._model.rowCount() else -1

    def place_of(self, row: int) -> QRectF:
        """Where the picture of a row is drawn."""
        centre = self.width() / 2 + (row - self._at) * (SIDE + GAP)
        return QRectF(centre - SIDE / 2, _MARGIN, SIDE, SIDE)

    def _move_to(self, at: float) -> None:
        self._at = at
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that lets the layout decide the width."""
        return QSize(320, SIDE + 2 * _MARGIN)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the pictures in view."""
        painter, theme = QPainter(self), colours(self.palette())
        painter.fillRect(self.rect(), QColor(theme.window))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in self.rows_in_view():
            self._paint_cell(painter, row, theme)

    def _paint_cell(self, painter: QPainter, row: int, theme: Colours) -> None:
        index = self._model.index(row)
        cell, place = self._model.cell(index), self.place_of(row)
        pixmap = None if cell.why else self._thumbnails.get(cell.path)
        painter.fillRect(place, QColor(theme.sunken))
        if pixmap is not None:
            scale = min(SIDE / max(1, pixmap.width()), SIDE / max(1, pixmap.height()))
            target = QRectF(0, 0, pixmap.width() * scale, pixmap.height() * scale)
            target.moveCenter(place.center())
            painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        if cell.why or self._thumbnails.failed(cell.path):
            _mark(painter, place, QColor(theme.bad), "✕", theme)
        elif LabelMark.LABELLED in cell.marks:
            _mark(painter, place, QColor(theme.good), "✓", theme)
        elif LabelMark.EXCLUDED in cell.marks:
            _mark(painter, place, QColor(theme.excluded), "–", theme)
        elif Flag.UNALIGNED in cell.marks:
            _mark(painter, place, QColor(theme.warn), "?", theme)
        if row == self._row:
            painter.setPen(QPen(QColor(theme.accent), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(-2.5, -2.5, 2.5, 2.5))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Look along the strip; the current image stays."""
        delta = event.angleDelta()
        steps = (delta.x() or delta.y()) / 120
        self._glide.stop()
        self._move_to(max(0.0, min(self._model.rowCount() - 1.0, self._at - steps)))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the picture below the mouse."""
        row = self.row_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.chosen.emit(row)

    def event(self, event: QEvent) -> bool:
        """Say what is known of the picture below the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos().x())
            words = self._model.data(self._model.index(row), Qt.ItemDataRole.ToolTipRole) if row >= 0 else ""
            QToolTip.showText(event.globalPos(), words or "", self)
            return True
        return super().event(event)


def _mark(painter: QPainter, place: QRectF, colour: QColor, letter: str, theme: Colours) -> None:
    """Draw a mark in the upper right corner of a picture."""
    disc = QRectF(0, 0, 15, 15)
    disc.moveTopRight(place.topRight() + QPointF(-2, 2))
    painter.setPen(QPen(QColor(theme.surface), 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(disc)
    painter.setPen(QColor(theme.surface))
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, letter)
