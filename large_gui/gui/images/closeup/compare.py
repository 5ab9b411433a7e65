"""Two to four pictures side by side, of which one is in hand; they are zoomed and moved together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from large_gui.core.words import count
from large_gui.gui.document.background.reading import PictureReader
from large_gui.gui.document.document import Document
from large_gui.gui.images.closeup.bar import Bar, Line, button
from large_gui.gui.images.closeup.words import About, about, joined
from large_gui.gui.images.closeup.zoom import FIT, Zoom
from large_gui.gui.images.closeup.zoom_view import PANS, ZoomView
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent

FEWEST, MOST = 2, 4
_STEPS = {
    Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1,
}  # fmt: skip


class Pane(QWidget):
    """One of the compared pictures with its name and what is known of it."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.view = ZoomView(f"Picture {place}")
        self.view.tells_fit = False
        self.name = Line(f"Name of picture {place}", Qt.TextElideMode.ElideMiddle)
        self.name.setStyleSheet("font-weight: 600")
        self.place = Line(f"Place of picture {place}")
        self.value = Line(f"Value of picture {place}")
        self.number, self.path = -1, ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        for line in (self.name, self.place, self.value):
            line.setContentsMargins(SPACE // 2, 0, SPACE // 2, 0)
            box.addWidget(line)
        box.addWidget(self.view, 1)

    def say(self, known: About) -> None:
        """Show what is known of the image."""
        self.name.say(known.name)
        self.place.say(known.place)
        self.value.say(joined(known.value, known.estimate, known.marks))
        self.view.setAccessibleName(f"Picture of {known.name}")


class Compare(QWidget):
    """The pictures of `Document.compared`; the current image is the one in hand.

    Parameters
    ----------
    reader
        Reads the pictures.
    take_number
        Takes a key that begins a number, and says whether it did.

    Signals
    -------
    left
        The person wants to go back to the grid.
    loupe_wanted
        An image is to be looked at alone: by a double click, or because it is not among the compared ones.
    most_wanted
        The person says that the picture in hand has most of what is measured.
    """

    left = Signal()
    loupe_wanted = Signal()
    most_wanted = Signal()

    def __init__(
        self, document: Document, thumbnails: Thumbnails, reader: PictureReader,
        take_number: Callable[[QKeyEvent], bool],
    ) -> None:  # fmt: skip
        super().__init__()
        named(self, "Compare")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._document, self._thumbnails, self._reader = document, thumbnails, reader
        self._take_number = take_number
        self.bar = Bar("Compared images")
        self.panes = [Pane(place) for place in range(1, MOST + 1)]
        self._grid = QGridLayout()
        self._grid.setContentsMargins(SPACE // 2, 0, SPACE // 2, SPACE // 2)
        self._grid.setSpacing(SPACE)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addLayout(self._grid, 1)
        self._columns = 0
        most = button("This one has most", "This one has most", "scale", "Keep which of these has most (M)")
        most.clicked.connect(self.most_wanted)
        self.bar.add(most)
        self.bar.grid_wanted.connect(self.left)
        self.bar.switch_wanted.connect(self.switch)
        for pane in self.panes:
            pane.view.zoomed.connect(self._zoom_all)
            pane.view.side_changed.connect(self._want)
            pane.view.clicked.connect(lambda p=pane: document.set_current(p.number))
            pane.view.double_clicked.connect(self.loupe_wanted)
        reader.loaded.connect(lambda path: self._show([path]))
        thumbnails.loaded.connect(self._show)
        document.current_changed.connect(self._current_changed)
        for signal in (
            document.labels_changed, document.value_changed, document.direction_changed,
            document.grades_changed, document.images_changed, document.tags_changed,
        ):  # fmt: skip
            signal.connect(self._refresh)
        document.renamed.connect(self._files_changed)
        document.pictures_changed.connect(self._refresh)

    def begin(self, numbers: Sequence[int]) -> None:
        """Compare these images."""
        session = self._document.session
        assert session is not None
        for pane, number in zip(self.panes, numbers):
            pane.number, pane.path = number, str(session.folder / session.paths[number])
            pane.view.set_zoom(FIT)
        for pane in self.panes[len(numbers) :]:
            pane.number, pane.path = -1, ""
            pane.view.show_picture(None, None)
        self.bar.show_zoom(FIT)
        self._columns = 0
        self._arrange()
        self.bar.set_title(f"Compare {count(len(numbers), 'image')}")
        self._refresh()

    @property
    def shown(self) -> list[Pane]:
        """The panes that show an image, in their order."""
        return [pane for pane in self.panes if pane.number >= 0]

    @property
    def active(self) -> Pane:
        """The pane of the image in hand."""
        current = self._document.current
        return next((pane for pane in self.shown if pane.number == current), self.panes[0])

    def step(self, by: int) -> None:
        """Take the picture so many places on in hand; behind the last comes the first."""
        shown = self.shown
        self._document.set_current(shown[(shown.index(self.active) + by) % len(shown)].number)

    def go_to_end(self, last: bool) -> None:
        """Take the first picture in hand, or the last."""
        self._document.set_current(self.shown[-1 if last else 0].number)

    def zoom_by(self, factor: float) -> None:
        """Zoom all pictures about their middle."""
        self.active.view.zoom_by(factor)

    def switch(self) -> None:
        """Go from whole pictures to 1:1, or back."""
        self.active.view.switch()

    def _zoom_all(self, zoom: Zoom) -> None:
        self.bar.show_zoom(zoom)
        for pane in self.shown:
            if pane.view.zoom != zoom:
                pane.view.set_zoom(zoom)

    def _arrange(self) -> None:
        """Put the pictures into as many columns as make square ones largest."""
        shown = self.shown
        if not shown:
            return
        room = self.height() - self.bar.sizeHint().height()
        columns = _columns(len(shown), self.width(), room, 3 * self.fontMetrics().height())
        if columns == self._columns:
            return
        self._columns = columns
        for pane in self.panes:
            self._grid.removeWidget(pane)
            pane.setVisible(pane in shown)
        for line in range(MOST):
            self._grid.setColumnStretch(line, int(line < columns))
            self._grid.setRowStretch(line, int(line * columns < len(shown)))
        for place, pane in enumerate(shown):
            self._grid.addWidget(pane, place // columns, place % columns)

    def _current_changed(self, number: int) -> None:
        if not self.isVisible() or number < 0:
            return
        if any(pane.number == number for pane in self.shown):
            self._refresh()
        else:
            self.loupe_wanted.emit()

    def _files_changed(self) -> None:
        """Show pictures where their files are now, and leave if one of them has gone."""
        session = self._document.session
        if session is None or not self.isVisible():
            return
        for pane in self.shown:
            pane.path = str(session.folder / session.paths[pane.number])
        if all(session.here[pane.number] for pane in self.shown):
            self._refresh()
        else:
            self.left.emit()

    def _refresh(self, *_: object) -> None:
        """Say again what is known of the images, and frame the one in hand."""
        if not self.isVisible() or self._document.session is None:
            return
        numbers = [pane.number for pane in self.shown]
        for pane in self.shown:
            pane.say(about(self._document, pane.number, numbers))
        self._frame()
        self._show([pane.path for pane in self.shown])
        self._want()

    def _frame(self) -> None:
        active, held = self.active, "accent" if self.hasFocus() else "edge"
        for pane in self.shown:
            pane.view.set_frame(held if pane is active else "line", 3 if pane is active else 1)
        words = (line.accessibleDescription() for line in (active.name, active.place, active.value))
        self.setAccessibleDescription(f"in hand: {joined(*words)}")

    def _show(self, paths: Sequence[str]) -> None:
        for pane in self.shown:
            if pane.path in paths:
                pane.view.show_picture(self._reader.get(pane.path), self._thumbnails.get(pane.path))

    def _want(self) -> None:
        if self.isVisible():
            first = [self.active, *(pane for pane in self.shown if pane is not self.active)]
            self._reader.want({pane.path: pane.view.side for pane in first})

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take another picture in hand with the arrows, and send numbers to the value entry."""
        key, shift = Qt.Key(event.key()), Qt.KeyboardModifier.ShiftModifier
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in PANS and held == shift:
            self.active.view.pan(*PANS[key])
        elif key in _STEPS and not held:
            self.step(_STEPS[key])
        elif not self._take_number(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that the keys are here."""
        super().focusInEvent(event)
        self._frame()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that the keys are elsewhere."""
        super().focusOutEvent(event)
        self._frame()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Arrange the pictures for the new room."""
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Let go of the pictures, which may be large ones."""
        super().hideEvent(event)
        if not event.spontaneous():  # else the window is only out of sight
            for pane in self.panes:
                pane.view.show_picture(None, None)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read what is missing, as nothing is read while the pictures are hidden."""
        super().showEvent(event)
        self._refresh()


def _columns(n: int, width: int, height: int, above: int) -> int:
    """How many columns make ``n`` square pictures largest, with so many pixels of text above each.

    All rows are full, so that no picture stands apart.
    """

    def side(columns: int) -> float:
        return min(width / columns, height / -(-n // columns) - above)

    full = [columns for columns in range(1, n + 1) if n % columns == 0]
    return max(full, key=lambda columns: (side(columns), columns))
