"""Rows of lists that are easy to hit and grey where the keys are elsewhere; rows of tables of figures."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
)

from large_gui.gui.look.tokens import colours

_LOWEST = 24  # pixels


class Rows(QStyledItemDelegate):
    """Lays out the rows of a list.

    Parameters
    ----------
    rows
        Its list.
    lowest
        The height of a row in pixels, unless its words take more.
    """

    def __init__(self, rows: QListWidget, lowest: int = _LOWEST) -> None:
        super().__init__(rows)
        self._list, self._lowest = rows, lowest

    @property
    def height(self) -> int:
        """The height of a row."""
        return max(self._lowest, self._list.fontMetrics().height() + 6)

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the room of a row."""
        return QSize(super().sizeHint(option, index).width(), self.height)

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Have the selected row painted as all others, on grey, where the list does not have the keys."""
        super().initStyleOption(option, index)
        if option.state & QStyle.StateFlag.State_Selected and not self._list.hasFocus():
            option.state &= ~QStyle.StateFlag.State_Selected
            option.backgroundBrush = QBrush(QColor(colours(self._list.palette()).line))


def read_only_rows(table: QTableWidget, high: int, narrowest: int) -> None:
    """Have a table of figures show whole rows that can be chosen and not changed, its first column wide."""
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(high)
    table.setShowGrid(False)
    table.setStyleSheet("QTableWidget::item { padding: 0 4px; }")
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setMinimumSectionSize(narrowest)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
