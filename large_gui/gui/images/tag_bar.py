"""The bar over the grid while a tag is in hand: how many images have it, and what can be done with that."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from large_gui.core.words import spaced
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

FEWEST = 3  # images with and without, from which a direction can be found


class TagBar(QFrame):
    """Says which tag is in hand and offers, once enough images are marked, to find its direction.

    Signals
    -------
    find_wanted
        The person wants the direction of a tag; carries its name.
    choose_wanted
        The person wants another tag in hand.
    """

    find_wanted = Signal(str)
    choose_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setObjectName("notice")
        self._words = named(Label(), "Tag in hand")
        self._find = named(QPushButton("Find direction"), "Find the direction of the tag")
        self._find.setObjectName("primary")
        self._find.clicked.connect(lambda: self.find_wanted.emit(document.tag))
        self._other = named(QPushButton("Other tag…"), "Choose another tag")
        self._other.clicked.connect(self.choose_wanted)
        self._close = named(QToolButton(), "Put the tag away")
        self._close.setIcon(icon("x"))
        self._close.clicked.connect(lambda: document.take_tag(""))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self._words)
        row.addStretch()
        for button in (self._find, self._other, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
            row.addWidget(button)
        for signal in (document.tags_changed, document.opened, document.directions_changed):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self, *_: object) -> None:
        name = self._document.tag
        self.setVisible(bool(name) and self._document.session is not None)
        marks = self._document.tags.get(name, {})
        has = sum(marks.values())
        without = len(marks) - has
        lacking = [
            f"{FEWEST - n} more {words}"
            for n, words in ((has, "with it"), (without, "without"))
            if n < FEWEST
        ]
        needed = f"  A direction takes {' and '.join(lacking)}." if lacking else ""
        self._words.setText(f"{spaced(name)}:  {has} with it (T),  {without} without (Shift+T).{needed}")
        self._find.setVisible(not lacking)
