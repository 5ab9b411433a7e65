"""Groups from a table: a dialog that shows what a column would do, and the edit that keeps its groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import count
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.problem_table import ProblemTable

if TYPE_CHECKING:
    from large_gui.tasks.imports.groups import GroupColumn

_MOST_NAMED = 6  # groups that are listed


class GroupTableDialog(QDialog):
    """A dialog in which a column of a table is chosen, whose groups are kept when it is accepted.

    Parameters
    ----------
    columns
        The columns of the table that make groups.
    table
        The name of its file.

    Attributes
    ----------
    column, name
        The choice of the column, and the line with the name of the grouping.
    """

    def __init__(
        self, document: Document, columns: Sequence[GroupColumn], table: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        assert document.session is not None
        self._document, self._images = document, document.session.images
        self._columns = columns
        self.setWindowTitle(f"Groups from {table}")
        self.column = named(QComboBox(), "Column")
        for column in self._columns:
            self.column.addItem(f"{column.name} ({len(column.sizes)} groups)")
        self.name = named(QLineEdit(), "Grouping name")
        self.summary = named(Label(wordWrap=True), "Groups summary")
        self.remark = named(Label(wordWrap=True), "Grouping remark")
        self.remark.setObjectName("problem")
        self._above = Label()
        self.problems = ProblemTable()
        self._above.setBuddy(self.problems)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self._ok = named(self.buttons.button(standard.Ok), "OK")
        self._ok.setText("Use these groups")
        named(self.buttons.button(standard.Cancel), "Cancel")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        rows = QFormLayout(fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for words, widget in (("&Column", self.column), ("&Name", self.name)):
            label = Label(words)
            label.setBuddy(widget)
            rows.addRow(label, widget)
        box = QVBoxLayout(self)
        box.setSpacing(8)
        box.addLayout(rows)
        for part in (self.remark, self.summary, self._above):
            box.addWidget(part)
        box.addWidget(self.problems, 1)
        box.addStretch()  # takes the room while no problems are shown
        box.addWidget(self.buttons)
        self.column.currentIndexChanged.connect(self._show)
        self.name.textChanged.connect(self._check)
        self._show()
        fit(self, 640, 420 if any(column.problems for column in self._columns) else 200)

    def accept(self) -> None:
        """Keep the groups, as one edit that can be undone."""
        column = self._columns[self.column.currentIndex()]
        if set_grouping(self._document, self.name.text().strip(), column.groups):
            super().accept()

    def _show(self) -> None:
        """Show what the chosen column does."""
        column = self._columns[self.column.currentIndex()]
        sizes = [f"{group} {size:,}" for group, size in column.sizes.items()]
        more = len(sizes) - _MOST_NAMED
        listed = ", ".join(sizes[:_MOST_NAMED]) + (f" and {count(more, 'more group')}" if more > 0 else "")
        self.summary.setText(
            f"{len(column.groups):,} of {count(self._images, 'image')} get a group: {listed}."
        )
        self._above.setText(f"{count(len(column.problems), 'row')} can't be &used:")
        self.problems.show_rows(column.problems)
        for widget in (self._above, self.problems):
            widget.setVisible(bool(column.problems))
        self.name.setText(column.name)
        self._check()

    def _check(self) -> None:
        """Say what is wrong with the name, or that there is such a grouping."""
        from large_gui.tasks.groups import may_be_named

        name = self.name.text().strip()
        free = may_be_named(name)
        told = "" if free else "Choose another name: this one is that of subfolders or of a tag."
        if not name:
            told = "The grouping needs a name."
        elif name in self._document.columns:
            told = "There is a grouping of this name: it is replaced."
        self._ok.setEnabled(free)
        self.remark.setText(told)
        self.remark.setVisible(bool(told))


def set_grouping(document: Document, name: str, groups: Mapping[str, str] | None) -> bool:
    """Keep a grouping in the project, or remove it if it is ``None``, as an edit that can be undone.

    Returns
    -------
    Whether it could be written; if not, the person is told why.
    """
    if document.store is None or document.is_read_only():
        return False
    before = document.columns.get(name)
    verb = "Remove" if groups is None else "Add" if before is None else "Replace"
    keyed = [g and _keyed(document, g) for g in (before, groups)]
    return document.editor.edit(f"{verb} the groups {name}", partial(_write, document, name), *keyed)


def _keyed(document: Document, groups: Mapping[str, str]) -> dict[int | str, str]:
    assert document.session is not None
    return {document.session.keyed(path): group for path, group in groups.items()}


def _write(document: Document, name: str, keyed: Mapping[int | str, str] | None) -> None:
    assert document.store is not None and document.session is not None
    path_of = document.session.path_of
    groups = None if keyed is None else {path_of(key): group for key, group in keyed.items()}
    document.store.set_grouping(name, groups)
    columns = {other: its for other, its in document.columns.items() if other != name}
    document.columns = columns if groups is None else {**columns, name: dict(groups)}
    document.groups_changed.emit()
    if document.shown.group is not None and document.shown.group[0] == name:
        gone = document.shown.group[1] not in set((groups or {}).values())
        document.show_only(document.shown._replace(group=None) if gone else document.shown)
