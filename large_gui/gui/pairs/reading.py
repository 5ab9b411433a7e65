"""Reads pictures ahead of being looked at, on the thread for what takes a moment."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.pictures import to_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KEPT = 12  # pictures: the two on the screen, and those that may come next
_STEP = 512  # pixels: a window that is made a little larger needs no other pictures


class Reader(QObject):
    """Keeps a few pictures in the size in which they are shown.

    Signals
    -------
    loaded
        A picture was read, or can't be; carries its path.
    """

    loaded = Signal(object)

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._kept: OrderedDict[Path, QImage | str] = OrderedDict()
        self._waiting: set[Path] = set()
        self._side, self._turn = 0, 0

    def show_at(self, side: int) -> bool:
        """Set the pixels of the longer side, and return whether pictures have to be read again for it."""
        side = -(-side // _STEP) * _STEP
        if side <= self._side:
            return False
        self._side = side
        self.clear()
        return True

    def get(self, path: Path) -> QImage | str | None:
        """The picture, or why it can't be read; ``None`` if it was not read yet."""
        if path in self._kept:
            self._kept.move_to_end(path)
        return self._kept.get(path)

    def want(self, path: Path) -> None:
        """Read a picture unless it is there or on its way."""
        if self.get(path) is None and path not in self._waiting:
            self._waiting.add(path)
            turn, side = self._turn, max(self._side, _STEP)
            read, take = partial(self._read, path, side, turn), partial(self._take, path, turn)
            self._document.background.run(read, take)

    def only(self, paths: list[Path]) -> None:
        """Give up those that wait and are not among the paths."""
        self._waiting &= set(paths)

    def clear(self) -> None:
        """Forget everything, and what was asked for."""
        self._turn += 1
        self._kept.clear()
        self._waiting.clear()

    def _read(self, path: Path, side: int, turn: int) -> NDArray[np.uint8] | str | None:
        """Read one, on a thread, if it is still wanted."""
        from large_gui.project.images.read import read_image

        if turn != self._turn or path not in self._waiting:
            return None
        try:
            return read_image(path, side)
        except LargeError as error:
            return f"{error.sentence} {error.hint}".rstrip()

    def _take(self, path: Path, turn: int, found: NDArray[np.uint8] | str | None) -> None:
        if found is None or turn != self._turn:
            return
        self._waiting.discard(path)
        self._kept[path] = found if isinstance(found, str) else to_image(found)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.loaded.emit(path)
