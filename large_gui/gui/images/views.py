"""The three ways to look at the images: all of them in the grid, one in the loupe, a few side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.images.grid import ImageGrid
from large_gui.gui.images.thumbnails import Thumbnails

if TYPE_CHECKING:
    from large_gui.gui.document.background.reading import PictureReader
    from large_gui.gui.images.closeup.compare import Compare
    from large_gui.gui.images.closeup.loupe import Loupe


class ImageViews(QStackedWidget):
    """The grid, the loupe and the comparison, of which one is shown; the others are made when needed.

    While one image is looked at closely it alone is selected, so that keys change what is seen and nothing
    else; the grid has its selection again when the person comes back.
    """

    most_wanted = Signal()  # the picture in hand has most of what is measured

    def __init__(self, document: Document, thumbnails: Thumbnails, grid: ImageGrid) -> None:
        super().__init__()
        self._document, self._thumbnails, self._images = document, thumbnails, grid
        self._selected: Sequence[int] = ()  # what was selected when the person left the grid
        self.addWidget(grid)
        grid.doubleClicked.connect(lambda _: self.show_loupe())
        document.opened.connect(self._opened)

    @cached_property
    def reader(self) -> PictureReader:
        """Reads whole pictures for both views."""
        from large_gui.gui.document.background.reading import PictureReader

        reader = PictureReader(self._document.background, self)
        self._document.pictures_changed.connect(reader.drop)
        return reader

    @cached_property
    def loupe(self) -> Loupe:
        """The view of one image."""
        from large_gui.gui.images.closeup.loupe import Loupe

        grid = self._images
        loupe = Loupe(
            self._document, grid.image_model, self._thumbnails, self.reader, grid.go_to, grid.take_number
        )
        loupe.left.connect(self.show_grid)
        self._add(loupe)
        return loupe

    @cached_property
    def compare(self) -> Compare:
        """The view of two to four images."""
        from large_gui.gui.images.closeup.compare import Compare

        compare = Compare(self._document, self._thumbnails, self.reader, self._images.take_number)
        compare.left.connect(self.show_grid)
        compare.most_wanted.connect(self.most_wanted)
        compare.loupe_wanted.connect(self.show_loupe)
        self._add(compare)
        return compare

    @property
    def on_grid(self) -> bool:
        """Whether the grid is shown."""
        return self.currentWidget() is self._images

    @property
    def comparing(self) -> bool:
        """Whether pictures are compared."""
        return bool(self._document.compared)

    def take_keys(self) -> None:
        """Give the keys to the view that is shown."""
        shown = self.currentWidget()
        if shown is not None:
            shown.setFocus()

    def show_grid(self) -> None:
        """Go back to the grid, where the current image is in view and the selection is as it was."""
        if self.on_grid:
            return
        self._document.compared = ()
        self._go(self._images)
        numbers, self._selected = self._selected, ()
        if len(numbers) > 1:
            self._select(numbers)
        if self._images.currentIndex().isValid():
            self._images.scrollTo(self._images.currentIndex())

    def toggle_loupe(self) -> None:
        """Go from the grid or a comparison to the loupe, and from there back to the grid."""
        if self.currentWidget() is not self._images and not self.comparing:
            self.show_grid()
        else:
            self.show_loupe()

    def show_loupe(self) -> None:
        """Look at the current image alone, or at the first one if none is."""
        if self._document.current < 0:
            self._images.go_to(0)
        if self._document.current < 0:
            return
        self._leave_grid()
        self._document.compared = ()
        self._go(self.loupe)
        self.loupe.begin()

    def toggle_compare(self) -> None:
        """Compare the images that are selected in the grid, or go back to it."""
        from large_gui.gui.images.closeup.compare import FEWEST, MOST

        if self.comparing:
            self.show_grid()
            return
        numbers = self._document.selection if self.on_grid else self._selected
        numbers = sorted(numbers, key=lambda number: self._images.image_model.index_of(number).row())
        if not FEWEST <= len(numbers) <= MOST:
            hint = f"{len(numbers)} are selected." if len(numbers) > MOST else "Ctrl and a click adds one."
            words = f"Select {FEWEST} to {MOST} images to compare them."
            self._document.notice.emit(words, hint, False)
            return
        self._leave_grid()
        self._document.compared = tuple(numbers)
        if self._document.current not in numbers:
            self._document.set_current(numbers[0])
        self._go(self.compare)
        self.compare.begin(numbers)

    def zoom(self, closer: bool) -> bool:
        """Zoom what is looked at closely; return whether there is such a picture."""
        from large_gui.gui.images.closeup.zoom_view import STEP

        factor = STEP if closer else 1 / STEP
        if self.comparing:
            self.compare.zoom_by(factor)
        elif not self.on_grid:
            self.loupe.view.zoom_by(factor)
        return not self.on_grid

    def switch_zoom(self) -> None:
        """Go from the whole picture to 1:1 or back; from the grid, to the loupe at 1:1."""
        if self.comparing:
            self.compare.switch()
            return
        if self.on_grid:
            self.show_loupe()
        if not self.on_grid:
            self.loupe.view.switch()

    def go_to_end(self, last: bool) -> None:
        """Go to the first image, or the last: of the order, or of those that are compared."""
        if self.comparing:
            self.compare.go_to_end(last)
        else:
            self._images.go_to(self._images.image_model.rowCount() - 1 if last else 0)

    def _add(self, view: QWidget) -> None:
        grid = self._images
        view.addActions(grid.actions())  # the keys of the images, which work as in the grid
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(lambda at: grid.menu_wanted.emit(view.mapToGlobal(at)))
        self.addWidget(view)

    def _go(self, view: QWidget) -> None:
        """Show a view, and give it the keys."""
        self.setCurrentWidget(view)
        view.setFocus()

    def _leave_grid(self) -> None:
        """Keep what is selected, and select the current image alone."""
        if self.on_grid:
            self._selected = self._document.selection
            self._select([self._document.current])

    def _select(self, numbers: Sequence[int]) -> None:
        rows = (self._images.image_model.index_of(number).row() for number in numbers)
        self._images.select_rows(sorted(row for row in rows if row >= 0))  # a filter may hide some

    def _opened(self) -> None:
        """Begin with the grid in another folder."""
        self._document.compared, self._selected = (), ()
        self.setCurrentWidget(self._images)
        if "reader" in vars(self):
            self.reader.clear()
