"""The table page of the export dialog: the columns, how cells are written, and which images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.export.base import Page, about_file, add, form, shown
from large_gui.gui.export.previews import ROWS, TablePreview
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import PathField
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.rows import Rows
from large_gui.project.export import ALL_COLUMNS, COLUMNS

if TYPE_CHECKING:
    from large_gui.tasks.session import Session
    from large_gui.tasks.sorting.rows import SortedRows

SEPARATORS = {"Comma": ",", "Semicolon": ";", "Tab": "\t"}
_LISTED = 6  # columns that are seen at once
_MEANINGS = {
    "path": "file, relative to the folder",
    "rank": "place by distance, from 1",
    "distance": "signed distance along the direction",
    "prediction": "calibrated value",
    "pi_low": "low end of the prediction's interval",
    "pi_high": "high end of the prediction's interval",
    "label": "value that was given",
    "excluded": "1 where the label is left out of the line",
    "inversion_error": "how unlike its image the reconstruction is",
    "flags": "short warnings",
    "sha256": "of the file's content",
    "model": "name of the model",
    "direction": "name of the direction",
    "grade": "name of the grade, where there are grades",
    "reason": "why the image could not be placed",
}


class ColumnList(QWidget):
    """A list of columns to tick and to put in order."""

    def __init__(self) -> None:
        super().__init__()
        self.list = named(QListWidget(), "Columns")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        rows = Rows(self.list)
        self.list.setItemDelegate(rows)
        self.list.setFixedHeight(_LISTED * rows.height + 2)  # with the line round it: no row is cut
        self.setFocusProxy(self.list)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list, 1)
        side = QVBoxLayout()
        self.buttons = [
            named(QPushButton(words, autoDefault=False), name)
            for words, name in (("&Up", "Column up"), ("&Down", "Column down"), ("&All", "All columns"))
        ]
        for button, call in zip(self.buttons, (self._up, self._down, self._all)):
            button.clicked.connect(call)
            side.addWidget(button)
        self.buttons[2].setToolTip("All columns, in the order that large-gui sort writes")
        side.addStretch()
        box.addLayout(side)
        self.show_columns(list(COLUMNS))

    def columns(self) -> list[str]:
        """Return the columns that are ticked, in order."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]

    def show_columns(self, columns: list[str]) -> None:
        """Tick columns and put them first, in this order; the others follow."""
        self.list.clear()
        for name in [*columns, *(c for c in ALL_COLUMNS if c not in columns)]:
            item = QListWidgetItem(f"{name} – {_MEANINGS[name]}" if name in _MEANINGS else name)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in columns else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(1)

    def _all(self) -> None:
        self.show_columns(list(COLUMNS))

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if row >= 0 and 0 <= row + by < self.list.count():
            self.list.insertItem(row + by, self.list.takeItem(row))
            self.list.setCurrentRow(row + by)


class CellForm(QWidget):
    """The choice of separator, decimal comma and byte order mark, which rules out a comma for both.

    Signals
    -------
    changed
        Another choice was made.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.separator = named(QComboBox(), "Separator")
        for words, separator in SEPARATORS.items():
            self.separator.addItem(words, separator)
        self.comma = named(QCheckBox("Decimal &comma"), "Decimal comma")
        self.bom = named(QCheckBox("Byte order &mark for spreadsheets"), "Byte order mark for spreadsheets")
        self.comma.toggled.connect(self._comma_toggled)
        self.separator.currentIndexChanged.connect(self._separator_changed)
        for signal in (self.comma.toggled, self.bom.toggled, self.separator.currentIndexChanged):
            signal.connect(self.changed)
        self.setFocusProxy(self.separator)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for widget in (self.separator, self.comma, self.bom):
            box.addWidget(widget)
        box.addStretch()

    def choices(self) -> dict[str, Any]:
        """Return the choices as arguments of `write_csv`."""
        return {
            "separator": self.separator.currentData(),
            "decimal_comma": self.comma.isChecked(),
            "bom": self.bom.isChecked(),
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Show the choices that were remembered."""
        self.separator.setCurrentIndex(max(0, self.separator.findData(kept.get("separator"))))
        self.comma.setChecked(kept.get("decimal_comma") is True)
        self.bom.setChecked(kept.get("bom") is True)

    def _comma_toggled(self, on: bool) -> None:
        if on and self.separator.currentData() == ",":
            self.separator.setCurrentIndex(self.separator.findData(";"))

    def _separator_changed(self) -> None:
        if self.separator.currentData() == ",":
            self.comma.setChecked(False)


class TablePage(Page):
    """The page that exports the table."""

    title, key, sign = "Table", "table", "table"

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.columns, self.cells = ColumnList(), CellForm()
        self.images = named(QComboBox(), "Table images")
        self.images.addItems(["", ""])
        self.field = PathField("Table file", (".csv", ".tsv", ".txt"), about_file)
        self.first, self._note = TablePreview("First rows"), Label()
        self._note.setObjectName("muted")
        rows = form(self)
        add(rows, "C&olumns:", self.columns, self.columns.list)
        add(rows, "&Separator:", self.cells, self.cells.separator)
        add(rows, "&Images:", self.images)
        self.field.add_to(rows, "&File:")
        add(rows, "&Preview:", self.first)
        rows.addRow("", self._note)
        listed = self.columns.list
        for signal in (listed.itemChanged, listed.model().rowsMoved, listed.model().rowsInserted,
                       self.cells.changed, self.images.currentIndexChanged):  # fmt: skip
            signal.connect(self.preview)

    def preview(self, *_: object) -> None:
        """Show the first rows as they will be written."""
        from large_gui.project.export import cells

        columns = self.columns.columns()
        if not columns or not hasattr(self, "rows"):  # a list that is being filled
            self.first.show_rows([], [])
            self._note.setText("Tick a column.")
            return
        try:
            rows = self._chosen(self.rows())
        except LargeError as error:
            self.first.show_rows(columns, [])
            self._note.setText(str(error))
            return
        how = self.cells.choices()
        comma, bom = how["decimal_comma"], how["bom"]
        first = [cells(row, columns, decimal_comma=comma, bom=bom) for row in rows[:ROWS]]
        self.first.show_rows(columns, first)
        self._note.setText(f"The first {len(first)} of {count(len(rows), 'row')}.")

    def choices(self) -> dict[str, Any]:
        return {
            "columns": self.columns.columns(), **self.cells.choices(), "shown": bool(self._only_shown),
        }  # fmt: skip

    def restore(self, kept: dict[str, Any]) -> None:
        columns = [name for name in kept.get("columns") or COLUMNS if name in ALL_COLUMNS]
        self.columns.show_columns(list(dict.fromkeys(columns)))
        comma = self.document.decimal_comma  # as the settings say, until something else is chosen here
        self.cells.restore({"separator": ";" if comma else ",", "decimal_comma": comma} | kept)
        self.images.setCurrentIndex(int(kept.get("shown") is True))

    def refresh(self) -> None:
        super().refresh()
        session = self.document.session
        if session is not None:
            self.images.setItemText(0, f"All images ({len(session):,})")
            count = len(shown(self.document))
            self.images.setItemText(1, f"Only those shown in the grid, in its order ({count:,})")

    def write(self, session: Session, path: Path) -> None:
        from large_gui.project.export import write_csv

        rows = self._chosen(session.rows())
        write_csv(rows, path, columns=self.columns.columns(), **self.cells.choices())

    def _chosen(self, rows: SortedRows) -> SortedRows:
        session = self.document.session
        if not self._only_shown or session is None:
            return rows
        return rows.of(session.paths[i] for i in shown(self.document))  # images that wait have no row yet

    @property
    def _only_shown(self) -> bool:
        return self.images.currentIndex() == 1
