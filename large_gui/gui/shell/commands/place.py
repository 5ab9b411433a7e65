"""What the commands of the window work on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSettings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from large_gui.gui.document.document import Document
    from large_gui.gui.shell.commands.actions import Actions
    from large_gui.gui.shell.help.guide import HelpGuide
    from large_gui.gui.shell.help.tour import Tour
    from large_gui.gui.shell.notice_bar import NoticeBar
    from large_gui.gui.shell.pages import Pages
    from large_gui.gui.shell.theme import Theme


class Place(NamedTuple):
    """The parts of one window that commands change.

    Attributes
    ----------
    window
        Over which dialogs open, and which Quit closes.
    document, pages, notice, theme, settings
        What the commands change.
    actions
        The actions of the window, which the palette and the sheet of shortcuts list.
    samples
        The folder of sample images.
    guide, tour
        The measuring guide, and the hints.
    """

    window: QMainWindow
    document: Document
    pages: Pages
    notice: NoticeBar
    theme: Theme
    settings: QSettings
    actions: Actions
    samples: Path
    guide: HelpGuide
    tour: Tour
