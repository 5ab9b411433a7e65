"""Painting one image of the grid: thumbnail, rank, distance, value, and marks of different shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from large_gui.core.choices import Flag, LabelMark
from large_gui.core.words import signed
from large_gui.gui.images.grid_model import Cell, ImageModel
from large_gui.gui.images.thumbnails import Thumbnails

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
    from PySide6.QtWidgets import QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
MARGIN = 5
LINES = 2  # of text below the picture
MARKS: dict[str, tuple[QColor, str, str]] = {
    # mark: colour, what stands in it, words for the legend
    LabelMark.LABELLED: (QColor("#1b7f4d"), "✓", "has a label"),
    LabelMark.EXCLUDED: (QColor("#6b7280"), "–", "label left out of the line"),
    Flag.UNALIGNED: (QColor("#b45309"), "?", "no face found"),
    Flag.SEVERAL_FACES: (QColor("#1d4ed8"), "2", "several faces, the largest was used"),
    Flag.POOR_INVERSION: (QColor("#b91c1c"), "!", "outside what the generator knows"),
    Flag.FAILED: (QColor("#b91c1c"), "✕", "can't be read"),
}


class ImageDelegate(QStyledItemDelegate):
    """A delegate that paints the cells of the grid, all of one size.

    Attributes
    ----------
    side
        The longer side of a picture, in pixels.
    suggested
        The number of the image that is suggested for a label, -1 for none.
    """

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.side = 128
        self.suggested = -1  # number of the image that is to be labelled next

    def cell_size(self, metrics: QFontMetrics) -> QSize:
        """Return the size of a whole cell."""
        return QSize(self.side + 2 * MARGIN + 2, self.side + LINES * metrics.height() + 3 * MARGIN)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of a cell, which is the same for all."""
        return self.cell_size(option.fontMetrics)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        from PySide6.QtWidgets import QStyle  # 10 ms that a window without images does without

        model = index.model()
        assert isinstance(model, ImageModel)
        cell = model.cell(index)
        palette = option.palette
        painter.save()
        frame = option.rect.adjusted(1, 1, -1, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(frame, palette.color(QPalette.ColorRole.Highlight))
        picture = QRect(frame.left() + MARGIN, frame.top() + MARGIN, self.side, self.side)
        self._paint_picture(painter, picture, cell, palette)
        self._paint_marks(painter, picture, cell, option.fontMetrics.height())
        if model.number(index) == self.suggested:
            painter.setPen(QtGui.QPen(palette.color(QPalette.ColorRole.Link), 2, Qt.PenStyle.DashLine))
            painter.drawRect(picture.adjusted(-2, -2, 1, 1))
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setPen(palette.color(role))
        self._paint_text(painter, option, picture, cell, selected)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QtGui.QPen(palette.color(QPalette.ColorRole.Text), 2))
            painter.drawRect(frame.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, cell: Cell, palette: QPalette) -> None:
        pixmap = None if cell.why else self._thumbnails.get(cell.path)
        if pixmap is None:
            painter.fillRect(place, palette.color(QPalette.ColorRole.AlternateBase))
            if cell.why or self._thumbnails.failed(cell.path):
                painter.fillRect(place, QColor(185, 28, 28, 60))
            return
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(_fitted(pixmap, place), pixmap, QRectF(pixmap.rect()))

    def _paint_marks(self, painter: QPainter, picture: QRect, cell: Cell, height: int) -> None:
        painter.save()  # a brush that stayed set would fill the frames that are drawn next
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        side = min(height + 2, picture.width() // 5)
        for n, mark in enumerate(m for m in cell.marks if m in MARKS):
            colour, letter, _ = MARKS[mark]
            place = QRectF(picture.right() - (n + 1) * (side + 3), picture.top() + 3, side, side)
            painter.setPen(QtGui.QPen(QColor("white"), 1.5))
            painter.setBrush(colour)
            if mark in tuple(LabelMark):
                painter.drawEllipse(place)
            elif mark == Flag.SEVERAL_FACES:
                painter.drawRect(place)
            else:  # a warning: a diamond
                c, r = place.center(), side / 2 + 2
                corners = [QPointF(c.x(), c.y() - r), QPointF(c.x() + r, c.y()),
                           QPointF(c.x(), c.y() + r), QPointF(c.x() - r, c.y())]  # fmt: skip
                painter.drawPolygon(QtGui.QPolygonF(corners))
            painter.setPen(QColor("white"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)
        painter.restore()

    def _paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, picture: QRect, cell: Cell, selected: bool
    ) -> None:
        metrics, line = option.fontMetrics, option.fontMetrics.height()
        upper = QRect(picture.left(), picture.bottom() + MARGIN, picture.width(), line)
        lower = upper.translated(0, line)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if cell.why:
            elide = Qt.TextElideMode.ElideMiddle
            painter.drawText(upper, left, metrics.elidedText(cell.name, elide, upper.width()))
            painter.drawText(lower, left, "can't be read")
            return
        if not cell.rank:
            elide = Qt.TextElideMode.ElideMiddle
            painter.drawText(upper, left, metrics.elidedText(cell.name, elide, upper.width()))
            painter.drawText(lower, left, "no face" if cell.distance == cell.distance else "waiting")
            return
        painter.drawText(upper, left, f"{cell.rank}")
        painter.drawText(upper, right, signed(cell.distance))
        if cell.grade:
            painter.drawText(lower, right, cell.grade)
        elif cell.prediction == cell.prediction:
            painter.drawText(lower, right, f"{cell.prediction:.1f}")
        if cell.label == cell.label:
            font = painter.font()
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(lower, left, f"{cell.label:g}")
            font.setBold(False)
            painter.setFont(font)


def _fitted(pixmap: QPixmap, place: QRect) -> QRectF:
    """Return the largest centred rectangle that has the shape of the picture."""
    scale = min(place.width() / max(1, pixmap.width()), place.height() / max(1, pixmap.height()))
    width, height = pixmap.width() * scale, pixmap.height() * scale
    return QRectF(
        place.left() + (place.width() - width) / 2, place.top() + (place.height() - height) / 2, width, height
    )
