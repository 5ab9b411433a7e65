"""The dialog that gives a direction of the person's own another name, and words for its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from large_gui.gui.directions.picker import spoken
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from collections.abc import Collection

    from large_gui.core.direction import Direction


class RenameDialog(QDialog):
    """Asks for the name of a direction, and for what the images at its two ends have.

    Parameters
    ----------
    taken
        Names of the other directions.
    bound
        Why its name has to stay, in words; empty where it may change.
    """

    def __init__(
        self, direction: Direction, taken: Collection[str], bound: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rename a direction")
        self._before, self._taken = direction, {name.casefold() for name in taken}
        self.name = named(QLineEdit(spoken(direction.name)), "New name")
        self.low = named(QLineEdit(direction.negative, placeholderText="less"), "Words for the low end")
        self.high = named(QLineEdit(direction.positive, placeholderText="more"), "Words for the high end")
        self.name.setEnabled(not bound)
        self._told = named(Label(bound, wordWrap=True), "About the name")
        self._told.setObjectName("muted")
        form = QFormLayout()
        form.setHorizontalSpacing(2 * SPACE)
        form.addRow("&Name", self.name)
        form.addRow("&Low end", self.low)
        form.addRow("&High end", self.high)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("Rename")
        for button in buttons.buttons():
            button.setIcon(QIcon())  # words are enough, as on all other buttons of dialogs
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(self._check)
        box = QVBoxLayout(self)
        box.setSpacing(SPACE)
        box.addLayout(form)
        box.addWidget(self._told)
        box.addWidget(buttons)
        self.setMinimumWidth(400)
        (self.low if bound else self.name).setFocus()

    def direction(self) -> Direction:
        """The direction as it is called now."""
        from dataclasses import replace

        from large_gui.core.words import printable
        from large_gui.tasks.imports.directions import clean

        name = clean(self.name.text()) if self.name.isEnabled() else self._before.name
        if name == clean(spoken(self._before.name)):
            name = self._before.name  # only its first letter looks different
        low, high = (printable(line.text().strip()) for line in (self.low, self.high))
        return replace(self._before, name=name, negative=low, positive=high)

    def _check(self, _: str) -> None:
        name = self.direction().name
        taken = name.casefold() in self._taken
        self._ok.setEnabled(bool(name) and not taken)
        self._told.setText("There is a direction of that name." if taken else "")
