"""Painting one image of the grid: the picture, frames round it, marks on it, two lines below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from large_gui.core.choices import Caption, Flag, LabelMark
from large_gui.gui.images.grid_model import Cell, ImageModel
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.look.tokens import SPACE, Colours, colours

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
    from PySide6.QtWidgets import QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
MARGIN = SPACE // 2  # round a cell, so that pictures are a whole space apart
_FRAME = 3  # pixels of the frame round a selected picture
# On photographs, whatever the theme: white on these is easy to read.
MARKS: dict[str, tuple[QColor, str, str]] = {
    # mark: colour, what stands in it, words for the legend
    LabelMark.LABELLED: (QColor("#1b7f4d"), "✓", "has a label"),
    LabelMark.EXCLUDED: (QColor("#6b7280"), "×", "label left out of the line"),
    Flag.UNALIGNED: (QColor("#b45309"), "?", "no face found"),
    Flag.SEVERAL_FACES: (QColor("#1d4ed8"), "2", "several faces, the largest was used"),
    Flag.POOR_INVERSION: (QColor("#b91c1c"), "!", "outside what the generator knows"),
    Flag.FAILED: (QColor("#b91c1c"), "✕", "can't be read"),
}
_TAGGED = {True: (QColor("#1b7f4d"), "+"), False: (QColor("#4b5563"), "−")}


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
        self.suggested = -1

    def cell_size(self, metrics: QFontMetrics, caption: Caption) -> QSize:
        """Return the size of a whole cell, with two lines of text unless nothing is to stand there."""
        lines = 0 if caption == Caption.NOTHING else 2 * metrics.height() + MARGIN
        return QSize(self.side + 2 * MARGIN, self.side + lines + 2 * MARGIN)

    def picture(self, cell: QRect) -> QRect:
        """Return the place of the picture in a cell."""
        return QRect(cell.left() + MARGIN, cell.top() + MARGIN, self.side, self.side)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of a cell, which is the same for all."""
        model = index.model()
        assert isinstance(model, ImageModel)
        return self.cell_size(option.fontMetrics, model.caption)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        from PySide6.QtWidgets import QStyle  # 10 ms that a window without images does without

        model = index.model()
        assert isinstance(model, ImageModel)
        cell, look = model.cell(index), colours(option.palette)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        picture = self.picture(option.rect)
        painter.save()
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        self._paint_picture(painter, picture, cell, look)
        self._paint_marks(painter, picture, cell, option.fontMetrics.height())
        if model.number(index) == self.suggested:
            _frame(painter, picture, look.link, 2, Qt.PenStyle.DashLine)
        if option.state & QStyle.StateFlag.State_Selected:
            _frame(painter, picture, look.accent, _FRAME)
        if current:
            _frame(painter, picture, look.text, 1, inside=_FRAME)
        if model.caption != Caption.NOTHING:
            self._paint_text(painter, option, picture, cell, look)
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, cell: Cell, look: Colours) -> None:
        pixmap = None if cell.why else self._thumbnails.get(cell.path)
        if pixmap is None:  # the shape of what will be there
            painter.fillRect(place, QColor(look.sunken))
            if cell.why or self._thumbnails.failed(cell.path):
                painter.fillRect(place, QColor(185, 28, 28, 60))
            return
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(_fitted(pixmap, place), pixmap, QRectF(pixmap.rect()))

    def _paint_marks(self, painter: QPainter, picture: QRect, cell: Cell, height: int) -> None:
        painter.save()  # a brush that stayed set would fill the frames that are drawn next
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
        if cell.tagged is not None:
            colour, letter = _TAGGED[cell.tagged]
            place = QRectF(picture.left() + 4, picture.bottom() - side - 3, side * 1.4, side)
            painter.setPen(QtGui.QPen(QColor("white"), 1.5))
            painter.setBrush(colour)
            painter.drawRoundedRect(place, side / 2, side / 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)
        painter.restore()

    def _paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, picture: QRect, cell: Cell, look: Colours
    ) -> None:
        metrics, line = option.fontMetrics, option.fontMetrics.height()
        upper = QRect(picture.left(), picture.bottom() + MARGIN, picture.width(), line)
        lower = upper.translated(0, line)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        painter.setPen(QColor(look.text))
        elide = Qt.TextElideMode.ElideMiddle
        painter.drawText(upper, left, metrics.elidedText(cell.caption, elide, upper.width()))
        painter.setPen(QColor(look.muted))
        if not cell.rank:
            painter.drawText(lower, left, metrics.elidedText(cell.name, elide, lower.width()))
            return
        painter.drawText(lower, left, f"#{cell.rank:,}")
        if cell.label == cell.label:
            out = LabelMark.EXCLUDED in cell.marks
            painter.setPen(QColor(look.excluded if out else look.good))
            plain, font = painter.font(), painter.font()
            font.setBold(not out)
            font.setStrikeOut(out)
            painter.setFont(font)
            painter.drawText(lower, right, f"{cell.label:g}")
            painter.setFont(plain)
        elif cell.grade:
            painter.drawText(lower, right, cell.grade)


def _frame(
    painter: QPainter, place: QRect, colour: str, width: int,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine, inside: int = 0,
) -> None:  # fmt: skip
    """Draw a frame on the edge of a picture, so many pixels from it."""
    pen = QtGui.QPen(QColor(colour), width, style)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    by = width / 2 + inside
    painter.drawRect(QRectF(place).adjusted(by, by, -by, -by))


def _fitted(pixmap: QPixmap, place: QRect) -> QRectF:
    """Return the largest centred rectangle that has the shape of the picture."""
    scale = min(place.width() / max(1, pixmap.width()), place.height() / max(1, pixmap.height()))
    width, height = pixmap.width() * scale, pixmap.height() * scale
    return QRectF(
        place.left() + (place.width() - width) / 2, place.top() + (place.height() - height) / 2, width, height
    )
