"""A small card that shows an image over which the mouse rests in a plot."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_SIDE = 112  # pixels of the picture
_LONGEST = 28  # letters of a name


class Pictures(Protocol):
    """Gives thumbnails: those that are there at once, and the others later, when it emits ``loaded``."""

    @property
    def loaded(self) -> Any:
        """The signal that carries the paths of thumbnails that have come."""

    def get(self, path: str) -> QPixmap | None:
        """Return a thumbnail, and ask for it if it isn't there yet."""


class Peek(QFrame):
    """A frame with a thumbnail and a few lines, beside the mouse, that takes neither clicks nor keys."""

    def __init__(self, pictures: Pictures | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("Image in the plot")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.hide()
        self._pictures, self._path = pictures, ""
        self._picture = named(Label(), "Thumbnail")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words = named(Label(), "Name and figures")
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        box.addWidget(self._picture)
        box.addWidget(self._words)
        if pictures is not None:
            pictures.loaded.connect(self._loaded)

    def show_image(self, path: str, figures: str, beside: QWidget, at: QPoint) -> None:
        """Show an image beside a place of a widget, as far as its window has room.

        Parameters
        ----------
        path
            The image.
        figures
            Lines to show below its name.
        beside, at
            The widget, and the place in it.
        """
        window = beside.window()
        if self.parent() is not window:
            self.setParent(window)  # a dock that a person has taken out is a window of its own
        self._path = path
        name = path.replace("\\", "/").rpartition("/")[2]
        short = name if len(name) <= _LONGEST else f"{name[:8]}…{name[9 - _LONGEST :]}"
        self._words.setText(f"{short}\n{figures}")
        self._show_picture()
        size, place = self.sizeHint(), beside.mapTo(window, at)
        x = beside.mapTo(window, QPoint()).x() - SPACE - size.width()  # beside the plot, which it leaves free
        if x < 0:
            x = min(place.x() + 2 * SPACE, window.width() - size.width())
        y = min(max(0, place.y() - size.height() // 2), window.height() - size.height())
        self.setGeometry(x, y, size.width(), size.height())
        self.raise_()
        self.show()

    def _show_picture(self) -> None:
        found = self._pictures.get(self._path) if self._pictures is not None else None
        self._picture.setVisible(self._pictures is not None)
        self._picture.setFixedSize(QSize(_SIDE, _SIDE))
        if found is None:
            self._picture.clear()
            return
        ratio = self.devicePixelRatioF()
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        scaled = found.scaled(QSize(_SIDE, _SIDE) * ratio, keep, smooth)
        scaled.setDevicePixelRatio(ratio)
        self._picture.setPixmap(scaled)

    def _loaded(self, paths: list[str]) -> None:
        if self.isVisible() and self._path in paths:
            self._show_picture()
