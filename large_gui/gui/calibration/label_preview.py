"""The preview of an import of labels: how many are taken, and which rows can't be used and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

if TYPE_CHECKING:
    from large_gui.project.labels import LabelProblem

_COLUMNS = ("Row", "Text", "Why it can't be used")
_Index = QModelIndex | QPersistentModelIndex


class ProblemTable(QAbstractTableModel):
    """The model of a table that shows the rows of a file that can't be used."""

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


class LabelPreview(QDialog):
    """A dialog that shows what an import of labels would do, and does it when it is accepted.

    Parameters
    ----------
    path
        The table of labels.

    Raises
    ------
    LargeError
        When the file can't be read at all.
    """

    def __init__(self, document: Document, path: Path, parent: QWidget | None = None) -> None:
        from large_gui.tasks.imports.labels import labels_for

        super().__init__(parent)
        assert document.session is not None
        self._document = document
        self.values, self.problems = labels_for(document.session, path)
        self.setWindowTitle(f"Import labels from {path.name}")
        self.summary = named(Label(self._summary(), wordWrap=True), "Import summary")
        self.table = named(QTableView(), "Rows that can't be used")
        self.table.setModel(ProblemTable(self.problems, self))
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((60, 240)):
            self.table.setColumnWidth(column, width)
        above = Label(f"{count(len(self.problems), 'row')} can't be &used:")
        above.setBuddy(self.table)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        ok, cancel = self.buttons.button(standard.Ok), self.buttons.button(standard.Cancel)
        ok.setText("Import")
        named(ok, "OK")
        named(cancel, "Cancel")
        ok.setEnabled(bool(self.values))
        (ok if self.values else cancel).setFocus()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        for widget in (self.summary, above, self.table, self.buttons):
            box.addWidget(widget)
        above.setVisible(bool(self.problems))
        self.table.setVisible(bool(self.problems))
        fit(self, 720, 420 if self.problems else 120)

    @classmethod
    def ask(cls, document: Document, path: Path, parent: QWidget | None = None) -> bool:
        """Show the preview, and return whether labels were taken. An error is told in the notice bar."""
        if document.session is None:
            return False
        try:
            preview = cls(document, path, parent)
        except LargeError as error:
            document.tell_error(error)
            return False
        taken = preview.exec() == QDialog.DialogCode.Accepted
        preview.deleteLater()
        return taken

    def accept(self) -> None:
        """Take the labels, as one edit that can be undone."""
        self._document.editor.take_labels(self.values)
        super().accept()

    def _summary(self) -> str:
        session, value = self._document.session, self._document.value
        assert session is not None
        unit = f" ({value.unit})" if value.unit else ""
        if not self.values:
            return f"No label of {value.name}{unit} can be taken from this file."
        lines = [f"{count(len(self.values), 'label')} of {value.name}{unit} will be taken."]
        known = {session.paths[i]: label.value for i, label in session.labels.items()}
        replaced = sum(path in known and known[path] != new for path, new in self.values.items())
        if replaced:
            lines.append(f"{count(replaced, 'image')} with another label will get the new one.")
        return " ".join(lines)
