"""A table of the rows of a file: those that can't be used and why, or all with what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain

if TYPE_CHECKING:
    from large_gui.project.labels import LabelProblem

_Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")


class RowTable(QTableView, Generic[Row]):
    """A table of rows of which only those in sight are made into text.

    Parameters
    ----------
    name
        For screen readers.
    columns
        Their titles; the last one takes the room that is left.
    widths
        Those of the other columns, in pixels.
    cells
        The texts of a row.
    """

    def __init__(
        self, name: str, columns: Sequence[str], widths: Sequence[int],
        cells: Callable[[Row], Sequence[str]], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        named(self, name)
        self._columns, self._widths, self._cells = columns, widths, cells
        self.verticalHeader().hide()
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.setModel(_Model(rows, self._columns, self._cells, self))
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(len(self._columns) - 1, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(self._widths):
            self.setColumnWidth(column, width)


class ProblemTable(RowTable["LabelProblem"]):
    """A table that shows the rows of a file that can't be used."""

    def __init__(self, problems: Sequence[LabelProblem] = (), parent: QWidget | None = None) -> None:
        columns = ("Row", "Text", "Why it can't be used")
        super().__init__("Rows that can't be used", columns, (60, 240), _problem, parent)
        self.show_rows(problems)


def _problem(problem: LabelProblem) -> tuple[str, str, str]:
    return str(problem.row), problem.text, problem.why


class _Model(QAbstractTableModel):
    """The model of a table of rows."""

    def __init__(
        self, rows: Sequence[Any], columns: Sequence[str], cells: Callable[[Any], Sequence[str]],
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._rows, self._columns, self._cells = rows, columns, cells

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, which is its tooltip as well."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        text = self._cells(self._rows[index.row()])[index.column()]
        return plain(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        across = orientation == Qt.Orientation.Horizontal
        return self._columns[section] if across and role == Qt.ItemDataRole.DisplayRole else None
