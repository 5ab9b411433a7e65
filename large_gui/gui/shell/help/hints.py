"""The words of the hints, and the places in the window that they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QToolBar, QWidget

from large_gui.gui.shell.help.callout import Hint

if TYPE_CHECKING:
    from large_gui.gui.shell.pages import Pages


def hints(window: QWidget, pages: Pages, picker: QWidget, export: QWidget) -> list[Hint]:
    """The hints for a window, from its parts that they speak of."""
    return [
        Hint(
            "Sorted along a direction",
            "Choose here what the images are sorted by. The strip shows what changes from one end to the "
            "other; F turns it round.",
            lambda: _seen(window, picker),
        ),
        Hint(
            "Give a few images their values",
            "Press N: it goes to the image that is worth a value most. Type its number and press Enter, and "
            "the next one is selected.",
            lambda: _suggested(window, pages),
        ),
        Hint(
            "All others get theirs",
            "From two values on there is a line, and every image has a prediction. The plot shows how well "
            "the line holds, and words say when it can't be trusted.",
            lambda: _calibration(window, pages),
        ),
        Hint(
            "A page for each task",
            "New directions, comparing pairs and groups, and other models have pages of their own. Your work "
            "is kept as you go, whichever page you are on.",
            lambda: _seen(window, window.findChild(QToolBar, "rail")),
        ),
        Hint(
            "Take it with you",
            "Export CSV writes the table with ranks, predictions and intervals. Export has more: the sorted "
            "sheet, the plot, and a paragraph on the methods.",
            lambda: _seen(window, export),
        ),
    ]


def _seen(window: QWidget, widget: QWidget | None) -> QRect:
    """Where a widget is in a window; nowhere if it can't be seen."""
    if widget is None or not widget.isVisible() or widget.visibleRegion().isEmpty():
        return QRect()
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def _suggested(window: QWidget, pages: Pages) -> QRect:
    """Where the suggested image is; where it can't be seen, the first image of the grid."""
    grid = pages.images.grid
    around = _seen(window, grid.viewport())
    if around.isEmpty():
        return around
    view, model = grid.viewport(), grid.image_model
    for index in (model.index_of(pages.panel.suggested), model.index(0)):
        cell = grid.visualRect(index) if index.isValid() else QRect()
        if not cell.isEmpty() and view.rect().contains(cell):
            return QRect(view.mapTo(window, cell.topLeft()), cell.size())
    return around


def _calibration(window: QWidget, pages: Pages) -> QRect:
    """Where the panel of the calibration is, which is brought back where it was closed."""
    workspace = pages.workspace
    if workspace is None or not pages.on_images:
        return QRect()
    workspace.bring("Calibration")
    return _seen(window, pages.panel)
