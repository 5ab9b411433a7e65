"""The preview of an import of labels: what each row of the table would do, before anything is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.problem_table import RowTable
from large_gui.project.commas import Commas

if TYPE_CHECKING:
    from large_gui.tasks.imports.labels import ImportedRow, LabelImport

_COLUMNS, _WIDTHS = ("Row", "Image, or what the row says", "Value", "What happens"), (50, 220, 70)
_READINGS = {
    Commas.DECIMAL: "Commas are decimal: 1,200 is 1.2",
    Commas.THOUSANDS: "Commas group thousands: 1,200 is 1200",
}


class LabelPreview(QDialog):
    """A dialog that shows what an import of labels would do, and does it when it is accepted.

    Parameters
    ----------
    path
        The table of labels.

    Attributes
    ----------
    found
        What the import would do.
    commas
        The choice how commas are read; it is shown only if the table leaves that open.

    Raises
    ------
    LargeError
        When the file can't be read at all.
    """

    def __init__(self, document: Document, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._path = document, path
        self.found = self._read(None)
        self.setWindowTitle(f"Import labels from {path.name}")
        self.summary = named(Label(wordWrap=True), "Import summary")
        self.commas = named(QComboBox(), "Commas in numbers")
        for commas, words in _READINGS.items():
            self.commas.addItem(words, commas)
        self.commas.setCurrentIndex(list(_READINGS).index(self.found.reading.commas))
        self.doubt = named(Label(wordWrap=True), "Doubtful numbers")
        self.doubt.setObjectName("problem")
        self.table: RowTable[ImportedRow] = RowTable("Rows of the table", _COLUMNS, _WIDTHS, _cells)
        above = Label("What each &row does:")
        above.setBuddy(self.table)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self._ok = named(self.buttons.button(standard.Ok), "OK")
        self._ok.setText("Import")
        named(self.buttons.button(standard.Cancel), "Cancel")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        reading = QHBoxLayout()
        reading.addWidget(self.doubt, 1)
        reading.addWidget(self.commas)
        box = QVBoxLayout(self)
        box.addWidget(self.summary)
        box.addLayout(reading)
        for widget in (above, self.table, self.buttons):
            box.addWidget(widget)
        for part in (self.doubt, self.commas):
            part.setVisible(bool(self.found.doubt))
        self.commas.currentIndexChanged.connect(self._read_again)
        self._show()
        (self._ok if self.found.values else self.buttons.button(standard.Cancel)).setFocus()
        fit(self, 720, 420)

    @classmethod
    def ask(cls, document: Document, path: Path, parent: QWidget | None = None) -> bool:
        """Show the preview, and return whether labels were taken. An error is told in the notice bar."""
        if document.session is None or document.is_read_only():
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
        self._document.editor.take_labels(self.found.values, self.found.excluded)
        super().accept()

    def _read(self, commas: Commas | None) -> LabelImport:
        from large_gui.tasks.imports.labels import labels_for

        assert self._document.session is not None
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)  # a hundred thousand rows take a second
        try:
            return labels_for(self._document.session, self._path, commas)
        finally:
            QGuiApplication.restoreOverrideCursor()

    def _read_again(self) -> None:
        """Read commas as the person says."""
        try:
            self.found = self._read(Commas(self.commas.currentData()))
        except LargeError as error:  # the file has gone meanwhile
            self._document.tell_error(error)
            self.reject()
            return
        self._show()

    def _show(self) -> None:
        from large_gui.tasks.imports.labels import summary_of

        value = self._document.value
        self.summary.setText(
            summary_of(self.found, f"{value.name} ({value.unit})" if value.unit else value.name)
        )
        self.doubt.setText(self.found.doubt)
        self.table.show_rows(self.found.rows)
        self._ok.setEnabled(bool(self.found.values))


def _cells(row: ImportedRow) -> tuple[str, str, str, str]:
    return str(row.row), row.text, row.new, row.remark
