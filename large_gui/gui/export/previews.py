"""Previews of what is going to be written: rows of a table, and pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named

ROWS = 6  # of a table


class TablePreview(QTableWidget):
    """The first rows of a table, cell by cell as they will be written."""

    def __init__(self, name: str) -> None:
        super().__init__()
        named(self, name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def show_rows(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show rows under the names of their columns."""
        self.setColumnCount(len(columns))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(columns))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if _is_number(text):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)
        self.resizeColumnsToContents()
        for column in range(len(columns)):
            self.setColumnWidth(column, min(200, self.columnWidth(column) + SPACE))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the names and two rows take."""
        return QSize(160, 96)


def _is_number(text: str) -> bool:
    """Whether a cell has a number, with a decimal point or comma."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


class PicturePreview(QWidget):
    """A picture of any shape, as large as there is room for, or a few words why there is none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        named(self, name)
        self.image = QImage()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size at which a picture can be made out."""
        return QSize(480, 280)

    def show_image(self, image: QImage, words: str = "") -> None:
        """Show a picture, or only words."""
        self.image, self._words = image, words
        self.setAccessibleDescription(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the picture with a line round it, or the words."""
        painter, palette = QPainter(self), self.palette()
        if self.image.isNull():
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(SPACE, SPACE, -SPACE, -SPACE), centred, self._words)
            return
        room, ratio = QSizeF(self.size() - QSize(2, 2)), self.devicePixelRatioF()
        size = QSizeF(self.image.size()).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        small = self.image.scaled((size * ratio).toSize(), keep, smooth)
        target = QRectF(QPointF(1, 1), size)
        painter.drawImage(target, small)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawRect(target)
