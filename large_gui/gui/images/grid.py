"""The grid of images: keys, selection, and which images are on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from large_gui.core.choices import Caption
from large_gui.gui.document.document import Document
from large_gui.gui.images.grid_model import ImageModel, Index
from large_gui.gui.images.selection import SelectionMemory, files_of, runs
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.images.tile import MARGIN, ImageDelegate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent

SMALLEST, LARGEST = 64, 256
_WANTED_MS = 150


class Held(NamedTuple):
    """An image that is to stay where it is on the screen: its number, and the top of its cell there."""

    number: int
    top: int


class ImageGrid(QListView):
    """A `QListView` that stays fast at 100,000 items: one size, a fixed grid, laid out in batches.

    Cells share out the whole width. A press on a picture may become a drag of files; one beside it, on the
    caption or between cells, draws a frame that selects.

    Signals
    -------
    typed
        A character that begins a number: it belongs into the value entry.
    zoomed
        The person turned the wheel with Ctrl: larger (positive) or smaller (negative) pictures.
    menu_wanted
        The person asked for the menu of the images; carries the place on the screen.
    """

    typed = Signal(str)
    zoomed = Signal(int)
    menu_wanted = Signal(QPoint)

    def __init__(self, document: Document, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._thumbnails = document, thumbnails
        self.setAccessibleName("Images")
        self.setAccessibleDescription("Sorted images; type a number to label the current one")
        fast_icon_view(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)  # a double click opens the loupe
        self.setSelectionRectVisible(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # cells never change size by it
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.image_model = ImageModel(document)
        self.setModel(self.image_model)
        self.delegate = ImageDelegate(thumbnails, self)
        self.setItemDelegate(self.delegate)
        self.memory = SelectionMemory(document)
        self._wished = self.delegate.side
        self._held: Held | None = None
        thumbnails.loaded.connect(lambda _: self.viewport().update())
        document.current_changed.connect(self._show_current)
        document.opened.connect(self._begin)
        self.image_model.layoutAboutToBeChanged.connect(self._hold)
        self.image_model.layoutChanged.connect(self._after_sorting)
        self.selectionModel().selectionChanged.connect(self._selected)
        self._wanted = QTimer(self, singleShot=True, interval=_WANTED_MS)
        self._wanted.timeout.connect(self._tell_wanted)
        self._sharpen = QTimer(self, singleShot=True, interval=_WANTED_MS)
        self._sharpen.timeout.connect(self._show_sharp)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._wanted.start)
        bar.rangeChanged.connect(self._bring_back)
        self.setGridSize(self.delegate.cell_size(self.fontMetrics(), self.image_model.caption))

    def set_side(self, side: int) -> None:
        """Set the least size of the pictures, in pixels; cells grow until they take the whole width."""
        self._wished = max(SMALLEST, min(LARGEST, side))
        self._share_out()
        self._after_sorting()

    def set_caption(self, caption: Caption) -> None:
        """Say what stands below each picture."""
        self.image_model.caption = caption
        self._share_out()
        self._after_sorting()
        self.viewport().update()

    def _share_out(self) -> None:
        """Give the cells such a width that they take the whole of the view."""
        room = self.viewport().width() - 1
        across = max(1, room // (self._wished + 2 * MARGIN))
        self.delegate.side = max(self._wished, room // across - 2 * MARGIN)
        size = self.delegate.cell_size(self.fontMetrics(), self.image_model.caption)
        if size != self.gridSize():
            self.setGridSize(size)
        self._sharpen.start()

    def _show_sharp(self) -> None:
        """Ask for thumbnails of the size that is painted, once it has rested: scaling them takes a while."""
        self._thumbnails.show_at(round(self.delegate.side * self.devicePixelRatioF()))
        self.viewport().update()

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
        if begins and self._document.current >= 0 and not len(self._document.in_hand()):
            self._document.notice.emit(
                "The image in hand is hidden by a filter.", "Choose another one.", True
            )
        elif begins:
            self.typed.emit(text)
        return begins

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep a selection when a person clicks beside the cells, and drag files only from a picture."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() == Qt.MouseButton.RightButton and self.selectionModel().isSelected(index):
            event.accept()  # the menu is about all that are selected
            return
        if not index.isValid() and len(self._document.selection) > 1 and not event.modifiers():
            event.accept()
            return
        on_picture = index.isValid() and self.delegate.picture(self.visualRect(index)).contains(place)
        self.setDragEnabled(on_picture and not event.modifiers())
        super().mousePressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802 - Qt's name
        """Drag the files of the selected images to another program, which gets copies."""
        from PySide6.QtGui import QDrag

        drag = QDrag(self)
        drag.setMimeData(files_of(self._document))
        pixmap = self._thumbnails.get(self.image_model.cell(self.currentIndex()).path)
        if pixmap is not None:
            drag.setPixmap(pixmap.scaledToHeight(96, Qt.TransformationMode.SmoothTransformation))
        drag.exec(Qt.DropAction.CopyAction)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Make the pictures larger or smaller with Ctrl, and else scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        self._held = None
        if event.pixelDelta().isNull():  # a wheel with notches: a row each
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - event.angleDelta().y() * self.gridSize().height() // 120)
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu of the images, where the mouse or else the current image is."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        else:
            place = event.globalPos()
        if len(self._document.in_hand()):
            self.menu_wanted.emit(place)

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
        """Share out the new width, and tell which images are on the screen now."""
        super().resizeEvent(event)
        self._share_out()
        self._wanted.start()

    def _show_current(self, number: int) -> None:
        index = self.image_model.index_of(number)
        if index.isValid() and index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)
        elif not index.isValid() and number >= 0:  # a filter hides it
            self.clearSelection()

    def select_rows(self, rows: Iterable[int]) -> None:
        """Select the images at these places of the order, and no others."""
        selection = QItemSelection()
        for first, last in runs(rows):
            selection.select(self.image_model.index(first), self.image_model.index(last))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def invert_selection(self) -> None:
        """Select the images that are not selected, among those that are shown."""
        whole = QItemSelection(
            self.image_model.index(0), self.image_model.index(self.image_model.rowCount() - 1)
        )
        self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.Toggle)

    def select_again(self) -> None:
        """Select what was selected before a click ended that."""
        rows = [self.image_model.index_of(number).row() for number in self.memory.last]
        self.select_rows(sorted(row for row in rows if row >= 0))

    def _selected(self) -> None:
        """Tell the document which images are selected."""
        selection = self.selectionModel().selection()
        parts = sorted((part.top(), part.bottom()) for part in map(selection.at, range(selection.count())))
        self._document.select(self.image_model.numbers(parts))

    def _begin(self) -> None:
        self._held = None
        self.scrollToTop()
        self._wanted.start()

    def _hold(self) -> None:
        """Remember where the current image is on the screen, if it can be seen."""
        index = self.currentIndex()
        place = self.visualRect(index)
        seen = index.isValid() and self.viewport().rect().intersects(place)
        self._held = Held(self.image_model.number(index), place.top()) if seen else None

    def _bring_back(self) -> None:
        """Keep the current image under the eye when others move; a view that is laid out in part waits."""
        held, across = self._held, max(1, (self.viewport().width() - 1) // self.gridSize().width())
        if held is None:
            return
        row = self.image_model.index_of(held.number).row()
        if row < 0:
            return
        bar, wanted = self.verticalScrollBar(), row // across * self.gridSize().height() - held.top
        bar.setValue(wanted)
        if bar.value() == max(0, wanted) and bar.maximum() > 0:
            self._held = None

    def _after_sorting(self) -> None:
        """Keep the current image in view; select it again where a filter had hidden it."""
        self._selected()  # Qt doesn't tell of selected images that a filter has hidden
        index = self.currentIndex()
        if not index.isValid():
            self._show_current(self._document.current)
        elif self._held is None:
            self.scrollTo(index)
        else:
            self._bring_back()
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
