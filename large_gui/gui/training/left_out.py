"""How many images of a folder are used, and which are left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from large_gui.core.words import printable
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.lines import Elided
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from large_gui.project.images.manifest import Failure

_HIGHEST = 120  # pixels of the list


class LeftOut(QWidget):
    """A line about the images, with a button that shows which of them are left out.

    Parameters
    ----------
    name
        The accessible name of the line.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.words = named(Elided(), name)
        self.why = named(QPushButton("Which, and why"), "Which images are left out, and why")
        self.why.setObjectName("link")
        self.why.setCheckable(True)
        self.list = named(QPlainTextEdit(readOnly=True), "Images that are left out")
        self.list.setMaximumHeight(_HIGHEST)
        self.list.setTabChangesFocus(True)
        self.list.hide()
        self.why.toggled.connect(self.list.setVisible)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.words, 1)
        row.addWidget(self.why)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE // 2)
        box.addLayout(row)
        box.addWidget(self.list)

    def show_failures(self, words: str, left_out: Sequence[Failure]) -> None:
        """Show a line, and what is left out, by name."""
        self.words.say(words)
        self.why.setVisible(bool(left_out))
        if not left_out:
            self.why.setChecked(False)
        text = "\n".join(f"{printable(one.path)}: {one.why}" for one in left_out)
        if text != self.list.toPlainText():
            self.list.setPlainText(text)
