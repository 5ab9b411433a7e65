"""The page that compares groups of images: the answer first, in words, then how the images of each lie."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import minus
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.groups.empty import NoGroups
from large_gui.gui.groups.figures import FiguresTable
from large_gui.gui.groups.from_table import GroupTableDialog, set_grouping
from large_gui.gui.groups.gathered import BEFORE, Group, cautions, gathered, measure, offered
from large_gui.gui.groups.plot import MOST, GroupPlot
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import ask_where
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.core.comparing.groups import Difference

_REFRESH_MS = 300
_TABLES = "Tables (*.csv *.tsv *.txt)"


class GroupsPage(QWidget):
    """Compares the means of two groups, beside all others of the same grouping.

    Signals
    -------
    images_wanted
        The grid was asked to show the images of a group, and the person wants to see it.
    """

    images_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._groups: list[Group] = []
        self._stale = True
        self._askers: list[QPushButton] = []  # the buttons that ask for a table
        self._later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        self.grouping = named(QComboBox(), "Grouping")
        self.first, self.second = named(QComboBox(), "First group"), named(QComboBox(), "Second group")
        self.swap = named(QPushButton(icon("arrow-left-right"), ""), "Swap the groups")
        self.swap.setToolTip("Compare the other way round")
        self.remove = named(QPushButton(icon("trash-2"), ""), "Remove these groups")
        self.remove.setToolTip("Remove this grouping, which came from a table; Undo brings it back")
        self.answer = named(Label(wordWrap=True), "Answer")
        self.answer.setObjectName("heading")
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.effect, self.cautions = wrapped("Effect size"), wrapped("Cautions")
        self.cautions.setObjectName("muted")
        self.copy = named(QPushButton(icon("copy"), "Copy"), "Copy the answer")
        self.export = named(QPushButton(icon("table"), "Export…"), "Export the figures")
        self.copy.setToolTip("Copy the answer, to paste it elsewhere")
        self.export.setToolTip("Write the figures of all groups as a table")
        self.plot, self.table = GroupPlot(), FiguresTable()
        self._many = Label()
        self._many.setObjectName("muted")
        self._lay_out()
        self.grouping.activated.connect(lambda _: self.refresh())
        for choice in (self.first, self.second):
            choice.activated.connect(partial(self._keep_apart, choice))
        self.swap.clicked.connect(self._swap)
        self.remove.clicked.connect(lambda: set_grouping(document, self.grouping.currentData(), None))
        self.copy.clicked.connect(self._copy)
        self.export.clicked.connect(self._ask_where)
        self.plot.chosen.connect(self.show_images)
        self.table.chosen.connect(self.show_images)
        for signal in (
            document.opened, document.direction_changed, document.value_changed, document.groups_changed,
            document.labels_changed, document.tags_changed, document.images_changed, document.busy_changed,
        ):  # fmt: skip
            signal.connect(self._changed)

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(SPACE)
        for words, widget in (
            ("&Groups by", self.grouping),
            ("&Compare", self.first),
            ("&with", self.second),
        ):
            label = Label(words)
            label.setBuddy(widget)
            widget.setMinimumWidth(88)
            widget.setMaximumWidth(280)
            widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            choices.addWidget(label)
            choices.addWidget(widget)
            if widget is self.grouping:
                choices.addWidget(self.remove)
                choices.addSpacing(2 * SPACE)
        choices.addWidget(self.swap)
        choices.addStretch()
        choices.addWidget(self._from_table("Groups from a table"))
        card = QFrame()
        card.setObjectName("card")
        column, row = QVBoxLayout(), QHBoxLayout(card)
        for text in (self.answer, self.effect, self.cautions):
            column.addWidget(text)
        row.setContentsMargins(2 * SPACE, SPACE, SPACE, SPACE)
        row.addLayout(column, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(SPACE)
        for button in (self.copy, self.export):
            buttons.addWidget(button)
        buttons.addStretch()
        row.addLayout(buttons)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.plot)
        frame = QFrame()
        frame.setObjectName("card")
        around = QVBoxLayout(frame)
        around.setContentsMargins(*[SPACE // 2] * 4)
        around.addWidget(scroll)
        figures = QVBoxLayout()
        figures.setSpacing(SPACE)
        figures.addWidget(self.table, 1)
        figures.addWidget(self._many)
        hint = Label(
            "Click a group in the plot, or press Enter on its row, to see its images.", wordWrap=True
        )
        hint.setObjectName("muted")
        figures.addWidget(hint)
        figures.addStretch()
        below = QHBoxLayout()
        below.setSpacing(2 * SPACE)
        below.addWidget(frame, 7)
        below.addLayout(figures, 3)
        full = QWidget()
        box = QVBoxLayout(full)
        box.setContentsMargins(*[2 * SPACE] * 4)
        box.setSpacing(2 * SPACE)
        box.addLayout(choices)
        box.addWidget(card)
        box.addLayout(below, 1)
        self.empty = NoGroups(self._from_table("Choose a table of groups"))
        self._full = full
        self._pages = QStackedLayout(self)
        for page in (self.empty, full):
            self._pages.addWidget(page)

    def _from_table(self, name: str) -> QPushButton:
        button = named(QPushButton(icon("table"), "Groups from a table…"), name)
        button.clicked.connect(self._ask_table)
        self._askers.append(button)
        return button

    def _changed(self, *_: object) -> None:
        """Remember that the page is out of date, and show the new state soon if it can be seen."""
        self._stale = True
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show the present state, as nothing is computed while the page is hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Show the groups as they are now."""
        self._stale = False
        there = offered(self._document)
        _fill(self.grouping, there)
        self._pages.setCurrentWidget(self._full if there else self.empty)
        for button in self._askers:
            button.setEnabled(self._document.session is not None)
        grouping = str(self.grouping.currentData() or "")
        self.remove.setVisible(grouping in self._document.columns)
        self._groups = gathered(self._document, grouping) if there else []
        words = {group.key: group.words for group in self._groups}
        sizes = [group.summary.n for group in self._groups[:-1]]
        _fill(self.first, words, sizes.index(max(sizes)) if sizes else 0)
        _fill(self.second, words, len(words) - 1)
        if self.first.currentIndex() == self.second.currentIndex() and len(words) > 1:
            self.second.setCurrentIndex(len(words) - 1 if self.first.currentIndex() != len(words) - 1 else 0)
        self._show()

    def pair(self) -> tuple[Group, Group] | None:
        """The two groups that are compared."""
        first, second = self.first.currentIndex(), self.second.currentIndex()
        if not 0 <= min(first, second) <= max(first, second) < len(self._groups):
            return None
        return self._groups[first], self._groups[second]

    def _show(self) -> None:
        """Show the comparison of the two groups that are chosen."""
        from large_gui.core.comparing.groups import answer, difference

        document, two = self._document, self.pair()
        if two is None:
            return
        first, second = two
        grouping = str(self.grouping.currentData() or "")
        by, found = measure(document), difference(first.values, second.values)
        sizes = first.summary.n, second.summary.n
        if document.chosen.name:
            self.answer.setText(answer((first.said, second.said), sizes, found, by.what, by.unit))
        else:
            self.answer.setText("There is no direction yet to compare along.")
        self.effect.setText(_effect(found))
        self.effect.setVisible(bool(self.effect.text()))
        self.cautions.setText("\n".join(cautions(document, grouping, two, found, len(self._groups))))
        self.copy.setText("Copy")
        keys = first.key, second.key
        self.plot.show_groups(self._groups, keys, found, by.axis, by.ends)
        self.table.show_groups(self._groups, keys)
        more = len(self._groups) - MOST
        self._many.setText(f"The plot shows {MOST} of {len(self._groups)} groups, and the table all.")
        self._many.setVisible(more > 0)

    def _keep_apart(self, choice: QComboBox, index: int) -> None:
        """Compare two different groups: the other choice gives way."""
        other = self.second if choice is self.first else self.first
        if other.currentIndex() == index and len(self._groups) > 1:
            other.setCurrentIndex((index + 1) % len(self._groups))
        self._show()

    def _swap(self) -> None:
        first = self.first.currentIndex()
        self.first.setCurrentIndex(self.second.currentIndex())
        self.second.setCurrentIndex(first)
        self._show()

    def show_images(self, key: str) -> None:
        """Show the images of a group in the grid."""
        document, grouping = self._document, str(self.grouping.currentData())
        group = next(group for group in self._groups if group.key == key)
        if grouping != BEFORE:
            document.show_only(document.shown._replace(group=(grouping, key)))
        elif group.numbers:
            document.show_only(document.shown._replace(group=None))
        else:
            document.notice.emit(
                f"The folder {group.words} is not open.", "Open it to see its images.", False
            )
            return
        self.images_wanted.emit()

    def _copy(self) -> None:
        QApplication.clipboard().setText(f"{self.answer.text()} {self.effect.text()}".strip())
        self.copy.setText("Copied")

    def _ask_where(self) -> None:
        session = self._document.session
        if session is None:
            return
        name = f"{session.folder.name}-groups.csv"
        path = ask_where(self, "Export the figures", session.folder.parent / name, ["Tables (*.csv)"])
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the table of figures; what goes wrong is told."""
        from large_gui.tasks.exports.groups import write_groups

        try:
            write_groups({group.words: group.summary for group in self._groups}, path)
        except LargeError as error:
            self._document.tell_error(error)
        else:
            self._document.notice.emit(f"Saved as {path}.", "", False)

    def _ask_table(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Groups from a table", "", _TABLES)
        if chosen:
            self.read_table(Path(chosen))

    def read_table(self, path: Path) -> None:
        """Show what a table says of groups, in a dialog that takes them; what is wrong with it is told."""
        from large_gui.tasks.imports.groups import group_columns

        document = self._document
        if document.session is None or document.is_read_only():
            return
        try:
            columns = group_columns(sorted(document.session.number), path)
        except LargeError as error:
            document.tell_error(error)
            return
        dialog = GroupTableDialog(document, columns, path.name, self)

        def taken() -> None:
            self.refresh()
            self.grouping.setCurrentIndex(self.grouping.findData(dialog.name.text().strip()))
            self.refresh()

        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(taken)
        dialog.open()


def _fill(choice: QComboBox, words: dict[str, str], otherwise: int = 0) -> None:
    """Offer choices, and stay with the one that is made if it is still there."""
    known = {choice.itemData(i): choice.itemText(i) for i in range(choice.count())}
    if list(known.items()) == list(words.items()):
        return  # the list may be open
    before = choice.currentData()
    choice.clear()
    for key, text in words.items():
        choice.addItem(text, key)
    place = choice.findData(before) if before is not None else -1
    choice.setCurrentIndex(place if place >= 0 else otherwise)


def _effect(found: Difference) -> str:
    """The size of a difference beside the spread within groups."""
    if not found.size:
        return ""
    g = minus(f"{found.g:+.2f}")
    return f"Beside the spread within the groups, this is a {found.size} difference (Hedges' g {g})."
