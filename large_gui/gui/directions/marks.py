"""Buttons that mark the selected images as having something or not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

_BUTTONS = (
    ("Has it", "check", "Mark selection as having it", True),
    ("Lacks it", "x", "Mark selection as not having it", False),
    ("Unmark", "undo-2", "Unmark selection", None),
)


class Marks(QWidget):
    """A row of the buttons.

    Parameters
    ----------
    attribute
        Gives the name of what is marked.
    selection
        Gives the numbers of the selected images.
    """

    def __init__(
        self, document: Document, attribute: Callable[[], str], selection: Callable[[], list[int]]
    ) -> None:
        super().__init__()
        self._document, self._attribute, self._selection = document, attribute, selection
        box, row = QVBoxLayout(self), QHBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE // 2)
        about = Label("Mark what is selected on the Images page:")
        about.setObjectName("muted")  # it can be read also where the buttons are disabled
        box.addWidget(about)
        box.addLayout(row)
        row.setSpacing(SPACE)
        for text, sign, name, has in _BUTTONS:
            button = named(QPushButton(text), name)
            button.setIcon(icon(sign))
            button.setToolTip(plain(name))
            button.clicked.connect(lambda _=False, has=has: self._mark(has))
            row.addWidget(button)

    def _mark(self, has: bool | None) -> None:
        numbers = self._selection()
        if numbers:
            self._document.editor.tag(self._attribute(), numbers, has)
        else:
            hint = "Select some on the Images page first."
            self._document.notice.emit("No image is selected.", hint, True)
