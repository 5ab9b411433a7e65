"""What the Window menu does: the size of the window, and panels back in their places."""

from __future__ import annotations

from collections.abc import Callable

from large_gui.gui.shell.commands.actions import PANELS
from large_gui.gui.shell.commands.place import Place


class WindowCommands:
    """Changes the window itself, and puts panels back."""

    def __init__(self, at: Place) -> None:
        self._at = at
        self._was_maximised = False  # before it filled the screen

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        return {
            "minimise": self._at.window.showMinimized,
            "zoom": self.zoom,
            "full_screen": self.full_screen,
            "panels_back": self.panels_back,
            "reset_layout": self.reset_layout,
        }

    def zoom(self) -> None:
        """Make the window as large as the screen, or as large as before."""
        window = self._at.window
        if window.isMaximized() or window.isFullScreen():
            window.showNormal()
        else:
            window.showMaximized()
        self._at.actions["full_screen"].setChecked(False)

    def full_screen(self) -> None:
        """Fill the screen, without a frame, or leave that again."""
        window = self._at.window
        fills = not window.isFullScreen()
        if fills:
            self._was_maximised = window.isMaximized()
            window.showFullScreen()
        elif self._was_maximised:
            window.showMaximized()
        else:
            window.showNormal()
        self._at.actions["full_screen"].setChecked(fills)

    def panels_back(self) -> None:
        """Show every panel that was closed, where it was."""
        workspace = self._at.pages.workspace
        if workspace is None:
            return
        self._at.pages.show_page("images")
        for title in reversed(PANELS):  # the first ends up in front
            workspace.bring(title)

    def reset_layout(self) -> None:
        """Put every panel where it was in the beginning."""
        workspace = self._at.pages.workspace
        if workspace is not None:
            self._at.pages.show_page("images")
            workspace.reset()
        self._at.settings.remove("panels")
