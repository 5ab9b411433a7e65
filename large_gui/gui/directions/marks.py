"""Buttons that mark the selected images as having something or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.core.words import count
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

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
        self._about = named(Label(wordWrap=True), "What the buttons mark")
        self._about.setObjectName("muted")  # it can be read also where the buttons are disabled
        box.addWidget(self._about)
        box.addLayout(row)
        row.setSpacing(SPACE)
        for text, sign, name, has in _BUTTONS:
            button = named(QPushButton(text), name)
            button.setIcon(icon(sign))
            button.setToolTip(plain(name))
            button.clicked.connect(lambda _=False, has=has: self._mark(has))
            row.addWidget(button)

        for signal in (document.selection_changed, document.opened, document.current_changed):
            signal.connect(self._say_what)
        self._say_what()

    def _say_what(self, *_: object) -> None:
        """Say which images the buttons are about, as they can't be seen from here."""
        numbers, session = self._selection(), self._document.session
        if session is None or not numbers:
            words = "Select images on the Images page, to mark them here or there (T, Shift+T)."
        elif len(numbers) == 1:
            name = session.paths[numbers[0]].rpartition("/")[2]
            words = f"Mark {name}, which is selected on the Images page:"
        else:
            words = f"Mark the {count(len(numbers), 'image')} that are selected on the Images page:"
        self._about.setText(words)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Say anew what is selected."""
        super().showEvent(event)
        self._say_what()

    def _mark(self, has: bool | None) -> None:
        numbers = self._selection()
        if numbers:
            self._document.editor.tag(self._attribute(), numbers, has)
        else:
            hint = "Select some on the Images page first."
            self._document.notice.emit("No image is selected.", hint, True)
