"""Connects every action of the window to what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from large_gui.gui.shell.commands.backups import BackupCommands
from large_gui.gui.shell.commands.edit_menu import EditCommands
from large_gui.gui.shell.commands.file_menu import FileCommands
from large_gui.gui.shell.commands.help_menu import HelpCommands
from large_gui.gui.shell.commands.image_menu import ImageCommands
from large_gui.gui.shell.commands.place import Place
from large_gui.gui.shell.commands.print_menu import PrintCommands
from large_gui.gui.shell.commands.view_menu import ViewCommands
from large_gui.gui.shell.commands.window_menu import WindowCommands

_MENUS = (
    FileCommands, BackupCommands, PrintCommands, EditCommands, ImageCommands, ViewCommands, WindowCommands,
    HelpCommands,
)  # fmt: skip


def connect_actions(at: Place) -> None:
    """Connect every entry of `actions.ENTRIES` to what it does."""
    for menu in _MENUS:
        for name, call in menu(at).does().items():
            at.actions[name].triggered.connect(partial(_without_state, call))


def _without_state(call: Callable[[], object], checked: bool = False) -> None:
    """Call a handler without the state of its action, which Qt hands over and no handler needs."""
    call()
