"""The menu of what was open before, filled when it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.gui.widgets.plain import menu_text, plain

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu

    from large_gui.gui.document.document import Document

_KEYS = 9  # how many can be chosen with a digit


class RecentMenu:
    """Fills the menu above its own entries.

    Parameters
    ----------
    menu
        The menu, with the entry that empties the list.
    clear
        That entry.
    """

    def __init__(self, menu: QMenu, clear: QAction, document: Document) -> None:
        self._menu, self._clear, self._document = menu, clear, document
        self._filled: list[QAction] = []
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Read the list again."""
        from large_gui.project.recent import recent

        for action in self._filled:
            self._menu.removeAction(action)
            action.deleteLater()
        self._filled = []
        paths = recent(self._document.home)
        names = [path.name for path in paths]
        for number, path in enumerate(paths, 1):
            words = path.name if names.count(path.name) == 1 else f"{path.name}  ({path.parent})"
            key = f"&{number}  " if number <= _KEYS else ""
            action = self._insert(f"{key}{menu_text(words)}")
            action.setToolTip(plain(str(path)))
            action.triggered.connect(lambda _=False, path=path: self._document.open([path]))
        if not paths:
            self._insert("Nothing was open before").setEnabled(False)
        line = self._insert("")
        line.setSeparator(True)
        self._clear.setEnabled(bool(paths))

    def _insert(self, words: str) -> QAction:
        from PySide6.QtGui import QAction

        action = QAction(words, self._menu)
        self._menu.insertAction(self._clear, action)
        self._filled.append(action)
        return action
