"""The list of trainings, each with its state in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from large_gui.core.words import printable
from large_gui.gui.training.words import Now, state_of
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain
from large_gui.gui.widgets.rows import Rows

if TYPE_CHECKING:
    from large_gui.tasks.training.runs import Run

_WIDTH = 216


class RunList(QListWidget):
    """Runs below each other, the newest first.

    Parameters
    ----------
    now
        Gives how far a run is, where that is known better than its log says.

    Signals
    -------
    picked
        Another run was chosen; carries its folder.
    """

    picked = Signal(Path)

    def __init__(self, now: Callable[[Run], Now | None]) -> None:
        super().__init__()
        self._now = now
        named(self, "Trainings")
        self.setFixedWidth(_WIDTH)
        self.setItemDelegate(Rows(self, 2 * self.fontMetrics().height() + 14))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setObjectName("runs")
        self.currentItemChanged.connect(lambda item, _: self._emit(item))

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Show these runs; the one that was chosen stays so if it is still there."""
        newest = sorted(runs, key=lambda run: run.created, reverse=True)
        chosen = self.chosen()
        self.blockSignals(True)
        if [run.folder for run in newest] != [self._folder(row) for row in range(self.count())]:
            self.clear()
            for run in newest:
                item = QListWidgetItem()
                item.setData(Qt.ItemDataRole.UserRole, run.folder)
                item.setSizeHint(QSize(0, 2 * self.fontMetrics().height() + 14))
                self.addItem(item)
        for row, run in enumerate(newest):
            item = self.item(row)
            words = f"{printable(run.name)}\n{state_of(run, self._now(run))}"
            if item.text() != words:
                item.setText(words)
                item.setToolTip(plain(words))
        self.choose(chosen)
        self.blockSignals(False)

    def chosen(self) -> Path | None:
        """The folder of the run that is chosen."""
        return self._folder(self.currentRow()) if self.currentRow() >= 0 else None

    def choose(self, folder: Path | None) -> None:
        """Choose a run, or none."""
        rows = [row for row in range(self.count()) if self._folder(row) == folder]
        if rows:
            self.setCurrentRow(rows[0])
        else:
            self.setCurrentRow(-1)
            self.clearSelection()

    def _folder(self, row: int) -> Path:
        folder: Path = self.item(row).data(Qt.ItemDataRole.UserRole)
        return folder

    def _emit(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(item.data(Qt.ItemDataRole.UserRole))
