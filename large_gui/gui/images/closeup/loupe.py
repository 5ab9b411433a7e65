"""The loupe: the current image as large as there is room, what is known of it, and its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from large_gui.gui.document.background.reading import PictureReader
from large_gui.gui.document.document import Document
from large_gui.gui.images.closeup.bar import Bar, Line
from large_gui.gui.images.closeup.filmstrip import Filmstrip
from large_gui.gui.images.closeup.words import about, joined
from large_gui.gui.images.closeup.zoom import FIT
from large_gui.gui.images.closeup.zoom_view import PANS, ZoomView
from large_gui.gui.images.grid_model import ImageModel
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QShowEvent

_STEPS = {
    Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1,
}  # fmt: skip


class Loupe(QWidget):
    """One image, from which arrows and the strip below lead on in the order of the grid.

    Parameters
    ----------
    model
        The images in their order.
    reader
        Reads the pictures.
    go_to
        Makes the image at a row the current one.
    take_number
        Takes a key that begins a number, and says whether it did.

    Signals
    -------
    left
        The person wants to go back to the grid.
    """

    left = Signal()

    def __init__(
        self, document: Document, model: ImageModel, thumbnails: Thumbnails, reader: PictureReader,
        go_to: Callable[[int], None], take_number: Callable[[QKeyEvent], bool],
    ) -> None:  # fmt: skip
        super().__init__()
        named(self, "Loupe")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._document, self._model, self._thumbnails, self._reader = document, model, thumbnails, reader
        self._go_to, self._take_number = go_to, take_number
        self._shown = ""  # the path of the picture
        self._row, self._step = 0, 1
        self.view = ZoomView("Picture")
        self.strip = Filmstrip(model, thumbnails)
        self.bar = Bar("Image name")
        self.facts = Line("Image facts")
        self._lay_out()
        self.bar.grid_wanted.connect(self.left)
        self.bar.switch_wanted.connect(self.view.switch)
        self.view.zoomed.connect(self.bar.show_zoom)
        self.view.double_clicked.connect(self.left)
        self.view.side_changed.connect(self._want)
        self.strip.chosen.connect(go_to)
        reader.loaded.connect(self._loaded)
        thumbnails.loaded.connect(self._loaded_quick)
        document.current_changed.connect(self._refresh)
        model.layoutChanged.connect(self._refresh)
        model.dataChanged.connect(self._rows_changed)
        for changed in (document.labels_changed, document.value_changed, document.tags_changed):
            changed.connect(self._refresh)
        document.pictures_changed.connect(self._read_again)

    def begin(self) -> None:
        """Show the whole of the current image."""
        self._shown = ""
        self.view.set_zoom(FIT)
        self.bar.show_zoom(FIT)
        self._refresh()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addWidget(self.facts)
        box.addWidget(self.view, 1)
        box.addWidget(self.strip)

    def path_at(self, row: int) -> str:
        """The file of the image at a row; empty if there is none."""
        session, number = self._document.session, self._model.number(self._model.index(row))
        return str(session.folder / session.paths[number]) if session is not None and number >= 0 else ""

    def _refresh(self, *_: object) -> None:
        """Show the current image and what is known of it now."""
        session, number = self._document.session, self._document.current
        if not self.isVisible() or session is None or not 0 <= number < len(session):
            return
        index = self._model.index_of(number)
        if index.isValid():  # else a filter hides it, and its neighbours are still those of its old place
            if index.row() != self._row:
                self._step = 1 if index.row() > self._row else -1
            self._row = index.row()
        self.strip.set_row(self._row if index.isValid() else -1)
        known = about(self._document, number)
        self.bar.set_title(known.name)
        line = joined(known.line, "" if index.isValid() else "hidden by a filter")
        self.facts.say(line)
        self.setAccessibleDescription(f"{known.name}, {line}")
        path = str(session.folder / session.paths[number])
        if path != self._shown:
            self._shown = path
            self._show()
        self._want()

    def _rows_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self._row <= last.row():
            self._refresh()
        self.strip.update()

    def _show(self) -> None:
        self.view.show_picture(self._reader.get(self._shown), self._thumbnails.get(self._shown))

    def _want(self) -> None:
        """Ask for the picture, and then for those that an arrow leads to."""
        if not self.isVisible() or not self._shown:
            return
        wanted, side = {self._shown: self.view.side}, self.view.fitted_side
        for row in (self._row + self._step, self._row - self._step):
            path = self.path_at(row) if 0 <= row < self._model.rowCount() else ""
            if path:
                wanted.setdefault(path, side)
        self._reader.want(wanted)

    def _read_again(self, paths: list[str]) -> None:
        if self._shown in paths:
            self._show()
            self._want()

    def _loaded(self, path: str) -> None:
        if path == self._shown and self.isVisible():
            self._show()

    def _loaded_quick(self, paths: list[str]) -> None:
        if self._shown in paths and self.isVisible() and self._reader.get(self._shown) is None:
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go on with the arrows, look beside with Shift and the arrows, send numbers to the value entry."""
        key, shift = Qt.Key(event.key()), Qt.KeyboardModifier.ShiftModifier
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in PANS and held == shift:
            self.view.pan(*PANS[key])
        elif key in _STEPS and not held:
            self.step(_STEPS[key])
        elif not self._take_number(event):
            super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """Go so many images on in the order, as far as there are."""
        hidden = not self._model.index_of(self._document.current).isValid()
        row = self._row + by - (1 if hidden and by > 0 else 0)
        if self._model.rowCount():
            self._go_to(max(0, min(self._model.rowCount() - 1, row)))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that the keys are here."""
        super().focusInEvent(event)
        self.view.set_frame("accent", 2)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that the keys are elsewhere."""
        super().focusOutEvent(event)
        self.view.set_frame("line", 0)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let go of the picture, which may be a large one."""
        super().hideEvent(event)
        if not event.spontaneous():  # else the window is only out of sight
            self._shown = ""
            self.view.show_picture(None, None)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read what is missing, as nothing is read while the loupe is hidden."""
        super().showEvent(event)
        self._refresh()
