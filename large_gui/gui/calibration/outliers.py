"""The labels that disagree most with the others: a click looks at one, a cross leaves it out of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from large_gui.gui.calibration.words import about
from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, menu_text, plain

if TYPE_CHECKING:
    from large_gui.tasks.labelling.answer import Doubtful

_LONGEST = 16  # letters of a name; of a longer one the end is kept, where names of a folder differ
_HOW_MANY = ("", "This label disagrees", "These two labels disagree", "These three labels disagree")


class Outliers(QWidget):
    """A list of labels to check, hidden while none stands out."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.setAccessibleName("Labels to check")
        self._document = document
        self._title = named(Label(wordWrap=True), "Why these labels")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE // 2)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self._title.setContentsMargins(SPACE, 0, SPACE, 0)
        self._rows.setContentsMargins(SPACE - 2, 0, 0, 0)  # a link has two pixels before its words
        box.setSpacing(SPACE // 2)
        box.addWidget(self._title)
        box.addLayout(self._rows)
        self.hide()

    def refresh(self) -> None:
        """Show the labels that stand out now."""
        session = self._document.session
        found: list[Doubtful] = []
        if session is not None:
            from large_gui.tasks.labelling.answer import doubtful

            found = doubtful(session)
        self.setVisible(bool(found))
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()  # not now: it may be the one that was clicked
        if found:
            self._title.setText(f"{_HOW_MANY[len(found)]} most with the rest:")
        for one in found:
            self._rows.addWidget(self._row(one))

    def _row(self, one: Doubtful) -> QWidget:
        session = self._document.session
        assert session is not None
        whole = session.paths[one.number]
        name = whole.rpartition("/")[2]
        short = name if len(name) <= _LONGEST else f"…{name[-_LONGEST:]}"
        words = f"has {session.labels[one.number].value:g}, the others say {about(one.expected)}"
        link = named(QPushButton(menu_text(f"{short} {words}")), f"Look at {name}, which {words}")
        link.setObjectName("link")
        link.setFlat(True)
        link.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # it makes no panel wider
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.setToolTip(plain(f"Look at {whole}, which {words}"))
        link.clicked.connect(lambda: self._document.set_current(one.number))
        out = named(QPushButton("Leave out", flat=True), f"Exclude {name} from the line")
        out.setToolTip("Leave this value out of the line (X)")
        out.clicked.connect(lambda: self._document.editor.exclude([one.number]))
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        for control in (link, out):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.addWidget(control, 1 if control is link else 0)
        return row
