"""The table of the figures of groups."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from large_gui.core.words import minus
from large_gui.gui.groups.gathered import Group
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain
from large_gui.gui.widgets.rows import read_only_rows

_COLUMNS = ("Group", "Images", "Mean", "SD", "Median")
_NARROWEST, _HIGH = 56, 26  # pixels of a column and of a row


class FiguresTable(QTableWidget):
    """A table with a row for each group.

    Signals
    -------
    chosen
        A row was double-clicked, or Enter pressed on it; carries the key of the group.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(0, len(_COLUMNS))
        named(self, "Group figures")
        self._keys: list[str] = []
        self.setHorizontalHeaderLabels(_COLUMNS)
        read_only_rows(self, _HIGH, _NARROWEST)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        title = QTableWidgetItem(_COLUMNS[0])
        title.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalHeaderItem(0, title)
        self.cellDoubleClicked.connect(lambda row, _: self.chosen.emit(self._keys[row]))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the group of the row with Enter, which must not go on to what is shown then."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.chosen.emit(self._keys[self.currentRow()])
            event.accept()
        else:
            super().keyPressEvent(event)

    def show_groups(self, groups: Sequence[Group], pair: tuple[str, str]) -> None:
        """Show the figures of groups; the two that are compared, by their keys, are bold."""
        from large_gui.core.comparing.groups import decimals

        self._keys = [group.key for group in groups]
        self.setRowCount(len(groups))
        spreads = [group.summary.sd for group in groups if group.summary.sd > 0]
        places = decimals(max(spreads) / 2 if spreads else math.nan)

        def figure(number: float) -> str:
            return "" if math.isnan(number) else minus(f"{number:,.{places}f}")

        for row, group in enumerate(groups):
            its = group.summary
            texts = (group.words, f"{its.n:,}", *map(figure, (its.mean, its.sd, its.median)))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(plain("" if column else text))
                font = item.font()
                font.setBold(group.key in pair)
                item.setFont(font)
                self.setItem(row, column, item)
        around = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        self.setMaximumHeight(around + 2 + _HIGH * len(groups))  # with its border, and no empty rows below
