"""What the View menu does: pages, panels, colours, and where in the order one looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from large_gui.gui.shell.commands.actions import PANELS
from large_gui.gui.shell.commands.place import Place
from large_gui.gui.shell.pages import PAGES
from large_gui.gui.shell.theme import THEMES


class ViewCommands:
    """Changes what is looked at, and how."""

    def __init__(self, at: Place) -> None:
        self._at = at

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        document, pages, grid = self._at.document, self._at.pages, self._at.pages.images.grid
        return {
            "flip": document.flip,
            "large": self.large_view,
            "first": lambda: grid.go_to(0),
            "last": lambda: grid.go_to(grid.image_model.rowCount() - 1),
            "percentile": self.percentile,
            "larger": lambda: pages.images.zoom(1),
            "smaller": lambda: pages.images.zoom(-1),
            **{f"page_{page}": partial(pages.show_page, page) for page in PAGES},
            **{f"panel_{title.lower()}": partial(pages.toggle_panel, title) for title in PANELS},
            **{f"theme_{name}": partial(self._at.theme.choose, name) for name in THEMES},
        }

    def large_view(self) -> None:
        """Show the current image as large as the screen allows."""
        from large_gui.gui.images.large_view import LargeView

        grid = self._at.pages.images.grid
        if self._at.document.current >= 0:
            step = grid.currentIndex().row
            LargeView(self._at.document, lambda by: grid.go_to(step() + by), self._at.window).exec()

    def percentile(self) -> None:
        """Ask for a percentile of the order and go there."""
        from PySide6.QtWidgets import QInputDialog

        percent, wanted = QInputDialog.getDouble(
            self._at.window, "Go to", "Percentile of the order:", 50, 0, 100, 1
        )
        if wanted:
            self._at.pages.images.grid.go_to_percentile(percent)
