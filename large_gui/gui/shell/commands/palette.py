"""The command palette (Ctrl+K) and the sheet of shortcuts (F1), made from the same actions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from large_gui.gui.shell.commands.actions import ENTRIES, Actions, plain_text
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named


class ActionPalette(QDialog):
    """A dialog in which a person finds an action by its words and chooses it with Enter.

    Attributes
    ----------
    chosen
        The action that was chosen, or ``None``.
    """

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Command palette")
        self.setMinimumWidth(460)
        self._actions = actions
        self.chosen: QAction | None = None
        self._search = named(QLineEdit(placeholderText="What do you want to do?"), "Command")
        self._list = named(QListWidget(), "Commands")
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._take)
        self._search.installEventFilter(self)
        self._list.itemActivated.connect(lambda _: self._take())
        box = QVBoxLayout(self)
        box.addWidget(self._search)
        box.addWidget(self._list)
        self._filter("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Move in the list with the arrows while the search has the keys."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._list.count():
                self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        self._list.clear()
        words = text.casefold().split()
        for action in self._actions:
            name = plain_text(action)
            if action.isEnabled() and all(word in name.casefold() for word in words):
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                item = QListWidgetItem(f"{name}    {keys}".rstrip())
                item.setData(Qt.ItemDataRole.UserRole, action)
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _take(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.chosen = item.data(Qt.ItemDataRole.UserRole)
            self.accept()


class ShortcutSheet(QDialog):
    """A dialog that lists every action that has a key."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        fit(self, 460, 620)
        rows = [(entry, actions[entry.id]) for entry in ENTRIES if entry.shortcut]
        table = named(QTableWidget(len(rows) + 1, 2), "Shortcuts")
        table.setHorizontalHeaderLabels(["Key", "What it does"])
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setItem(0, 0, QTableWidgetItem("0–9"))
        table.setItem(0, 1, QTableWidgetItem("Begin to type a value"))
        for n, (entry, action) in enumerate(rows, 1):
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            table.setItem(n, 0, QTableWidgetItem(keys))
            table.setItem(n, 1, QTableWidgetItem(entry.text.replace("&", "").rstrip("…")))
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(table)
        box.addWidget(buttons)
