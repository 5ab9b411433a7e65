"""The grid of images: keys, selection, and which images are on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.images.grid_model import ImageModel, Index
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.images.tile import ImageDelegate

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent

SMALLEST, LARGEST = 64, 256
_WANTED_MS = 150


class ImageGrid(QListView):
    """A `QListView` that stays fast at 100,000 items: one size, a fixed grid, laid out in batches.

    Signals
    -------
    typed
        A character that begins a number: it belongs into the value entry.
    """

    typed = Signal(str)

    def __init__(self, document: Document, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._thumbnails = document, thumbnails
        self.setAccessibleName("Images")
        self.setAccessibleDescription("Sorted images; type a number to label the current one")
        fast_icon_view(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)  # a double click opens the loupe
        self.image_model = ImageModel(document)
        self.setModel(self.image_model)
        self.delegate = ImageDelegate(thumbnails, self)
        self.setItemDelegate(self.delegate)
        thumbnails.loaded.connect(lambda _: self.viewport().update())
        document.current_changed.connect(self._show_current)
        document.opened.connect(self._begin)
        self.image_model.layoutChanged.connect(self._after_sorting)
        self._wanted = QTimer(self, singleShot=True, interval=_WANTED_MS)
        self._wanted.timeout.connect(self._tell_wanted)
        self.verticalScrollBar().valueChanged.connect(self._wanted.start)
        self.set_side(self.delegate.side)

    def set_side(self, side: int) -> None:
        """Set the size of the pictures, in pixels."""
        self.delegate.side = max(SMALLEST, min(LARGEST, side))
        self._thumbnails.show_at(round(self.delegate.side * self.devicePixelRatioF()))
        self.setGridSize(self.delegate.cell_size(self.fontMetrics()))
        self._after_sorting()

    def selected(self) -> list[int]:
        """Return the numbers of the selected images, or else of the current one."""
        rows = self.selectionModel().selectedIndexes()
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex()]
        return [self.image_model.number(index) for index in rows]

    def go_to(self, row: int) -> None:
        """Make the image at a place of the order the current one."""
        if self.image_model.rowCount():
            row = max(0, min(self.image_model.rowCount() - 1, row))
            self.setCurrentIndex(self.image_model.index(row))
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def go_to_percentile(self, percent: float) -> None:
        """Go to the image below which so many per cent of the order lie."""
        self.go_to(round((self.image_model.rowCount() - 1) * percent / 100))

    def visible_rows(self) -> range:
        """Return the rows that are on the screen, by the geometry of the fixed grid."""
        count = self.image_model.rowCount()
        first = self.indexAt(QPoint(self.gridSize().width() // 2, self.gridSize().height() // 2))
        if not count or not first.isValid():
            return range(min(count, 60))
        across = max(1, self.viewport().width() // self.gridSize().width())
        down = self.viewport().height() // self.gridSize().height() + 2
        return range(first.row(), min(count, first.row() + across * down))

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Tell the document what is looked at."""
        super().currentChanged(current, previous)
        if current.isValid():
            self._document.set_current(self.image_model.number(current))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Send numbers to the value entry; letters find a name, as in every list."""
        if not self.take_number(event):
            super().keyPressEvent(event)

    def take_number(self, event: QKeyEvent) -> bool:
        """Emit `typed` if a key begins a number, and return whether it does."""
        modifier, text = Qt.KeyboardModifier, event.text()
        others = event.modifiers() & ~(modifier.KeypadModifier | modifier.ShiftModifier)
        begins = bool(text) and text in "0123456789-+.," and not others
        if begins:
            self.typed.emit(text)
        return begins

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep a selection of several images when a person clicks beside the cells."""
        if not self.indexAt(event.position().toPoint()).isValid() and len(self.selected()) > 1:
            event.accept()
            return
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the keys; only a person who comes with the Tab key begins at the first image.

        Qt would make the first image the current one in any case, and the grid would follow it when images
        that are measured are sorted.
        """
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_tab or self.currentIndex().isValid():
            super().focusInEvent(event)
        else:
            QWidget.focusInEvent(self, event)
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Tell which images are on the screen now."""
        super().resizeEvent(event)
        self._wanted.start()

    def _show_current(self, number: int) -> None:
        index = self.image_model.index_of(number)
        if index.isValid() and index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def _begin(self) -> None:
        self.scrollToTop()
        self._wanted.start()

    def _after_sorting(self) -> None:
        """Keep the current image in view; select it again where a filter had hidden it."""
        index = self.currentIndex()
        if index.isValid():
            self.scrollTo(index)
        else:
            self._show_current(self._document.current)
        self._wanted.start()

    def _tell_wanted(self) -> None:
        session = self._document.session
        if session is None or not self._document.job.busy:
            return
        numbers = [self.image_model.number(self.image_model.index(row)) for row in self.visible_rows()]
        waiting = [Path(session.folder / session.paths[i]) for i in numbers if not session.sha256[i]]
        self._document.client.want(waiting)


def fast_icon_view(view: QListView) -> None:
    """Change the settings of a view with which 100,000 items would take seconds."""
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setMovement(QListView.Movement.Static)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setLayoutMode(QListView.LayoutMode.Batched)
    view.setBatchSize(2000)
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
