"""The preview of an import of labels: how many are taken, and which rows can't be used and why."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.problem_table import ProblemTable


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
        self.table = ProblemTable(self.problems)
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
