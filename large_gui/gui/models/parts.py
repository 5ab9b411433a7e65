"""Parts of the card of a model: what it can do, as icons with words, and the table of its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain
from large_gui.gui.widgets.sign import Sign

if TYPE_CHECKING:
    from large_gui.tasks.models import ModelCard

_SIGNS = {"ok": "check", "damaged": "triangle-alert", "not here": "info"}


class Badges(QWidget):
    """What a model can do now, each as an icon with a word or two, and what it can't."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "What the model can do")
        self._row = QHBoxLayout()
        self._row.setSpacing(2 * SPACE)
        self._lacks = named(Label(wordWrap=True), "What the model can not do")
        self._lacks.setObjectName("muted")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addLayout(self._row)
        box.addWidget(self._lacks)

    def show_abilities(self, model: ModelCard) -> None:
        """Show what a model can do."""
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        later = "" if model.can_draw else ", once its generator is here"
        abilities = [
            ("ruler", "Measures images", "", model.measures),
            ("book-open", "Reads texts", "", model.reads_text),
            ("image", "Draws pictures", later, model.generates),
            ("sliders-horizontal", "Walks", later, model.generates),
            ("target", "Refines", later, model.refines),
        ]
        parted = False  # what it can do now from what it can do later
        for sign, words, more, able in abilities:
            if able and more and not parted:
                parted = True
                self._row.addWidget(_later())
            if able:
                self._row.addWidget(_badge(sign, words, f"{words}{more}", there=not more))
        self._row.addStretch()
        lacks = [] if model.measures else ["It can't measure images yet."]
        if not model.generates:
            lacks.append("It makes no pictures, so there is no reconstruction and no walk.")
        self._lacks.setText(" ".join(lacks))
        self._lacks.setVisible(bool(lacks))
        can = [f"{words}{more}" for _, words, more, able in abilities if able]
        self.setAccessibleDescription("; ".join(can))


def _later() -> Label:
    label = Label("With the generator:")
    label.setObjectName("muted")
    return label


def _badge(sign: str, words: str, tip: str, *, there: bool) -> QFrame:
    """An icon with words; both are muted where something is still to be fetched."""
    badge = named(QFrame(), tip)
    badge.setToolTip(plain(tip))
    text = Label(words)
    role = QPalette.ColorRole.WindowText if there else QPalette.ColorRole.PlaceholderText
    if not there:
        text.setObjectName("muted")
    row = QHBoxLayout(badge)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE // 2)
    row.addWidget(Sign(sign, role))
    row.addWidget(text)
    return badge


class FileTable(QTableWidget):
    """The files of a model, and whether each is what it should be; hidden until that is known."""

    def __init__(self) -> None:
        super().__init__(0, 3)
        named(self, "Verified files")
        self.setHorizontalHeaderLabels(["File", "State", "Remark"])
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.hide()

    def show_files(self, files: Sequence[tuple[str, bool, str]]) -> None:
        """Show the name of each file, whether it is good, and a remark."""
        self.setRowCount(len(files))
        for row, (name, good, remark) in enumerate(files):
            absent = good and bool(remark)  # only a generator that was not fetched
            state = "not here" if absent else "ok" if good else "damaged"
            for column, text in enumerate((name, state, "not fetched; it is optional" if absent else remark)):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if column == 1:
                    item.setIcon(icon(_SIGNS[state], QPalette.ColorRole.Text))
                self.setItem(row, column, item)
        rows = sum(self.rowHeight(row) for row in range(len(files)))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 4)
        self.show()
