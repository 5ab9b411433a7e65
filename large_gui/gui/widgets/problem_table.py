"""A table of the rows of a file that can't be used, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain

if TYPE_CHECKING:
    from large_gui.project.labels import LabelProblem

_COLUMNS = ("Row", "Text", "Why it can't be used")
_Index = QModelIndex | QPersistentModelIndex


class ProblemTable(QTableView):
    """A table that shows the rows of a file that can't be used."""

    def __init__(self, problems: Sequence[LabelProblem] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "Rows that can't be used")
        self.verticalHeader().hide()
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.show_problems(problems)

    def show_problems(self, problems: Sequence[LabelProblem]) -> None:
        """Show other rows."""
        self.setModel(_Problems(problems, self))
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((60, 240)):
            self.setColumnWidth(column, width)


class _Problems(QAbstractTableModel):
    """The model of the table."""

    def __init__(self, problems: Sequence[LabelProblem], parent: QWidget) -> None:
        super().__init__(parent)
        self._problems = problems

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return one row for each problem."""
        return 0 if parent.isValid() else len(self._problems)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, which is its tooltip as well."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        problem = self._problems[index.row()]
        text = (str(problem.row), problem.text, problem.why)[index.column()]
        return plain(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        across = orientation == Qt.Orientation.Horizontal
        return _COLUMNS[section] if across and role == Qt.ItemDataRole.DisplayRole else None
