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
        document, pages = self._at.document, self._at.pages
        return {
            "flip": document.flip,
            "large": lambda: pages.images.views.toggle_loupe(),
            "compare": lambda: pages.images.views.toggle_compare(),
            "grid": lambda: pages.images.views.show_grid(),
            "actual_size": lambda: pages.images.views.switch_zoom(),
            "first": lambda: pages.images.views.go_to_end(last=False),
            "last": lambda: pages.images.views.go_to_end(last=True),
            "percentile": self.percentile,
            "larger": lambda: pages.images.zoom(1),
            "smaller": lambda: pages.images.zoom(-1),
            **{f"page_{page}": partial(pages.show_page, page) for page in PAGES},
            **{f"panel_{title.lower()}": partial(pages.toggle_panel, title) for title in PANELS},
            **{f"theme_{name}": partial(self._at.theme.choose, name) for name in THEMES},
        }

    def percentile(self) -> None:
        """Ask for a percentile of the order and go there."""
        from PySide6.QtWidgets import QInputDialog

        percent, wanted = QInputDialog.getDouble(
            self._at.window, "Go to", "Percentile of the order:", 50, 0, 100, 1
        )
        if wanted:
            self._at.pages.images.grid.go_to_percentile(percent)
