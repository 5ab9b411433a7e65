"""The measuring guide: its chapters, and opening it at one of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from large_gui.gui.shell.help.guide_dialog import GuideDialog


class HelpGuide:
    """Opens the guide, which is made when it is first wanted.

    Parameters
    ----------
    window
        The window that the guide belongs to and lies beside.
    folder
        Where the chapters are.
    """

    def __init__(self, window: QWidget, folder: Path) -> None:
        self._window, self._folder = window, folder
        self._dialog: GuideDialog | None = None

    def open(self, chapter: str = "") -> None:
        """Show the guide at a chapter, by its id; without one it is shown where it was left."""
        from large_gui.gui.shell.help.chapters import read_chapters
        from large_gui.gui.shell.help.guide_dialog import GuideDialog

        if self._dialog is None:
            self._dialog = GuideDialog(read_chapters(self._folder), self._window)
        if chapter:
            self._dialog.go_to(chapter)
        self._dialog.show()
        self._dialog.activateWindow()
