"""The dialog that asks how a checkpoint is to be imported."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.choices import Crop
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.tasks.imports.model import ImportOptions, is_possible_name, proposed_name

_CROPS = {
    "as the file says": "",
    "round the largest face": Crop.FACES,
    "to the centred square": Crop.SQUARE,
    "not at all, but pad to a square": Crop.PADDED,
}


class ImportDialog(QDialog):
    """Asks for the name, the crop and the licence of what is imported."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import a model")
        self.name = named(QLineEdit(proposed_name(file)), "Model name")
        self.crop = named(QComboBox(), "Crop of images")
        self.crop.addItems(list(_CROPS))
        self.crop.setToolTip("Crop photographs as the generator's training images were")
        self.licence = named(QLineEdit(placeholderText="whose terms the weights are under"), "Licence")
        self.ignore = named(QCheckBox("Leave out what is not understood"), "Leave out unknown tensors")
        self.replace = named(QCheckBox("Replace a model of this name"), "Replace model")
        form = QFormLayout()
        form.addRow("File", Label(file.name))
        form.addRow("&Name", self.name)
        form.addRow("&Crop images", self.crop)
        form.addRow("&Licence", self.licence)
        form.addRow("", self.ignore)
        form.addRow("", self.replace)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.bring = self.buttons.addButton("&Import", QDialogButtonBox.ButtonRole.AcceptRole)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # words are enough, as on all other buttons of dialogs
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(self._check)
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addWidget(self.buttons)
        self.setMinimumWidth(440)
        self.licence.setFocus()

    def options(self) -> ImportOptions:
        """The choices of the person."""
        return ImportOptions(
            name=self.name.text().strip(),
            alignment=_CROPS[self.crop.currentText()],
            licence=self.licence.text(),
            ignore_unknown=self.ignore.isChecked(),
            replace=self.replace.isChecked(),
        )

    def _check(self, text: str) -> None:
        self.bring.setEnabled(is_possible_name(text.strip()))
