"""The list of what was open before: a picture, the name, where it lies, and when it was opened."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QDate,
    QEvent,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from large_gui.gui.document.background.delivery import Background
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.shell.status_strip import near
from large_gui.gui.shell.welcome.cover import endings, read_cover
from large_gui.gui.widgets.plain import plain
from large_gui.project.recent import Opened, first_image

_ROW, _PICTURE = 60, 44  # pixels
_PATH, _COVER, _WHERE, _WHEN = (Qt.ItemDataRole.UserRole + n for n in range(4))


class Recents(QListWidget):
    """A list of folders and projects, opened with one click or Enter.

    Parameters
    ----------
    background
        Reads the pictures.

    Signals
    -------
    chosen
        One is to be opened; carries its path.
    """

    chosen = Signal(Path)

    def __init__(self, background: Background) -> None:
        super().__init__()
        self._background = background
        self._shown: list[Opened] = []
        self.setItemDelegate(_Row(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.itemClicked.connect(self._choose)

    def show_opened(self, opened: list[Opened]) -> None:
        """Show these, newest first; pictures come later."""
        if opened == self._shown:
            return
        self._shown = opened
        self.clear()
        for one in opened:
            item = QListWidgetItem()
            where, when = near(one.path.parent), "" if one.when is None else day(one.when)
            item.setText(one.path.name)
            spoken = ", ".join(filter(None, (one.path.name, where, when)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            for role, value in ((_PATH, str(one.path)), (_WHERE, where), (_WHEN, when)):
                item.setData(role, value)
            item.setToolTip(plain(str(one.path)))
            self.addItem(item)
            side = round(_PICTURE * self.devicePixelRatioF())
            self._background.run(partial(_cover, one.images, side), partial(self._take_cover, str(one.path)))
        if opened:
            self.setCurrentRow(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the current one with Enter."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._choose(item)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show by the pointer that a click opens."""
        if event.type() == QEvent.Type.MouseMove:
            over = self.itemAt(event.position().toPoint()) is not None  # type: ignore[attr-defined]
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
        return super().viewportEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(Path(item.data(_PATH)))

    def _take_cover(self, path: str, cover: QImage) -> None:
        for row in range(self.count()):
            if self.item(row).data(_PATH) == path and not cover.isNull():
                self.item(row).setData(_COVER, cover)


class _Row(QStyledItemDelegate):
    """Paints one of the list."""

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Rows of one height."""
        return QSize(240, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint picture, name, place and day."""
        from PySide6.QtWidgets import QStyle  # not before there is something to paint

        theme, box = colours(option.palette), QRect(option.rect)
        state, flag = option.state, QStyle.StateFlag
        focused = bool(state & flag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & flag.State_MouseOver or focused:
            painter.setPen(QColor(theme.accent) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft if focused else theme.sunken))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        picture = QRect(box.left() + SPACE, box.top() + (_ROW - _PICTURE) // 2, _PICTURE, _PICTURE)
        _paint_cover(painter, picture, index.data(_COVER), theme.sunken)
        text = box.adjusted(2 * SPACE + _PICTURE, 10, -SPACE, -10)
        bold, small = QFont(option.font), QFont(option.font)
        bold.setBold(True)
        when = str(index.data(_WHEN))
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        room = painter.fontMetrics().horizontalAdvance(when) + SPACE if when else 0
        top = QRect(text.left(), text.top(), text.width(), text.height() // 2)
        below = top.translated(0, text.height() // 2)
        centred = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(top, centred | Qt.AlignmentFlag.AlignRight, when)
        middle = Qt.TextElideMode.ElideMiddle
        where = painter.fontMetrics().elidedText(str(index.data(_WHERE)), middle, below.width())
        painter.drawText(below, centred | Qt.AlignmentFlag.AlignLeft, where)
        painter.setFont(bold)
        painter.setPen(QColor(theme.text))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, top.width() - room
        )
        painter.drawText(top, centred | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()


def _paint_cover(painter: QPainter, place: QRect, cover: object, behind: str) -> None:
    outline = QPainterPath()
    outline.addRoundedRect(place, 5, 5)
    if isinstance(cover, QImage):
        painter.save()
        painter.setClipPath(outline)
        painter.drawImage(place, cover)
        painter.restore()
    else:
        painter.fillPath(outline, QColor(behind))
        icon("images").paint(painter, place.adjusted(12, 12, -12, -12))


def _cover(images: Path, side: int) -> QImage:
    """Read the first image of a folder, on a thread."""
    first = first_image(images, endings())
    return QImage() if first is None else read_cover(first, side)


def day(when: float, today: date | None = None) -> str:
    """Say on which day something was: ``today``, ``yesterday``, or the date."""
    that, today = date.fromtimestamp(when), today or date.today()
    if that >= today:
        return "today"
    if (today - that).days == 1:
        return "yesterday"
    return QLocale().toString(QDate(that.year, that.month, that.day), "d MMM yyyy")
