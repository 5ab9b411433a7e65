"""The thumbnails of the grid, which threads decode and which are kept in memory up to a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from large_gui.errors import LargeError
from large_gui.gui.document.background.delivery import Background
from large_gui.gui.widgets.pictures import to_image

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPixmap

    from large_gui.project.images.thumbnails import ThumbnailStore

SIDE = 256  # pixels on the disk, or twice as many where more are painted
_ENLARGED = 1.2  # how much larger than on the disk one may be painted
MEMORY = 192 << 20  # bytes of decoded thumbnails
ON_DISK = 512 << 20  # bytes that thumbnails may take in the file, unless a person says otherwise
_WAITING = 400  # requests; more than a screen shows at once, older ones are dropped
_DELIVER_MS = 30
_THREADS = 2


class Thumbnails(QObject):
    """A cache of thumbnails in memory, over the `ThumbnailStore` in a file, that never blocks.

    Signals
    -------
    loaded
        Paths whose thumbnails came since the last time.
    """

    loaded = Signal(list)

    def __init__(self, file: Path, parent: QObject | None = None, memory: int = MEMORY) -> None:
        super().__init__(parent)
        self._file = file
        self._store: ThumbnailStore | None = None
        self._memory, self._bytes = memory, 0
        self._on_disk = ON_DISK
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._running: set[str] = set()
        self._stale: set[str] = set()  # of these, those whose file was edited since
        self._fresh: list[str] = []
        self._generation = 0
        self._side = SIDE
        self._background = Background("thumbnails", _THREADS, self)
        self._tell = QTimer(self, singleShot=True, interval=_DELIVER_MS)
        self._tell.timeout.connect(self._tell_loaded)

    @property
    def bytes(self) -> int:
        """How many bytes the thumbnails in memory take."""
        return self._bytes

    @property
    def busy(self) -> bool:
        """Whether thumbnails are being decoded."""
        return bool(self._waiting or self._running)

    def show_at(self, side: int) -> None:
        """Set the pixels of the longer side at which they are painted; the threads scale them to it."""
        self._side = side

    def get(self, path: str) -> QPixmap | None:
        """Return a thumbnail, and ask for it if it isn't there yet.

        After a change of size it is the old one until the new one is there.

        Returns
        -------
        The thumbnail, or ``None`` if it isn't there yet or can't be made.
        """
        known = self._kept.get(path)
        if path in self._kept:
            self._kept.move_to_end(path)
            if known is None or max(known.width(), known.height()) == self._side:
                return known
        if path not in self._running:
            self._waiting[path] = None
            self._waiting.move_to_end(path)
            if len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
            self._next()
        return known

    def failed(self, path: str) -> bool:
        """Return whether a thumbnail can't be made."""
        return path in self._kept and self._kept[path] is None

    def clear(self) -> None:
        """Forget everything in memory and all that waits."""
        self._generation += 1
        self._waiting.clear()
        self._running.clear()
        self._stale.clear()
        self._kept.clear()
        self._bytes = 0

    def drop(self, paths: Sequence[str]) -> None:
        """Forget what is in memory of files that were edited; it is read again when it is asked for."""
        self._stale |= self._running.intersection(paths)
        for path in paths:
            self._bytes -= _bytes(self._kept.pop(path, None))
        self.loaded.emit(list(paths))

    def keep_at_most(self, on_disk: int) -> None:
        """Set how many bytes thumbnails may take in the file."""
        self._on_disk = on_disk
        store = self._store
        if store is not None:
            self._background.run(lambda: store.keep_at_most(on_disk), lambda _: None)

    def forget(self, then: Callable[[], None]) -> None:
        """Delete the thumbnails in the file, then call ``then``; those on the screen stay."""
        store = self._opened()
        self._background.run(store.clear, lambda _: then())

    def close(self) -> None:
        """Wait for the threads and close the store."""
        self.clear()
        self._tell.stop()
        self._background.close()
        if self._store is not None:
            self._store.close()

    def _opened(self) -> ThumbnailStore:
        if self._store is None:
            from large_gui.project.images.thumbnails import ThumbnailStore

            self._store = ThumbnailStore(self._file, self._on_disk)
        return self._store

    def _next(self) -> None:
        store = self._opened()
        while self._waiting and len(self._running) < 2 * _THREADS:
            path, _ = self._waiting.popitem()  # the newest request is what is on the screen
            self._running.add(path)
            self._background.run(
                partial(_decode, store, path, self._side),
                partial(self._deliver, self._generation, path),
            )

    def _deliver(self, generation: int, path: str, image: QImage | None) -> None:
        if generation != self._generation:
            return
        self._running.discard(path)
        if path in self._stale:  # it was read before its file was edited
            self._stale.discard(path)
            self._waiting[path] = None
            self._next()
            return
        pixmap = None if image is None else QtGui.QPixmap.fromImage(image)
        self._bytes += _bytes(pixmap) - _bytes(self._kept.pop(path, None))
        self._kept[path] = pixmap
        while self._bytes > self._memory:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _bytes(dropped)
        self._fresh.append(path)
        if not self._tell.isActive():
            self._tell.start()
        self._next()

    def _tell_loaded(self) -> None:
        fresh, self._fresh = self._fresh, []
        self.loaded.emit(fresh)


def _decode(store: ThumbnailStore, path: str, side: int) -> QImage | None:
    """Read one thumbnail, on a thread, and return ``None`` if it can't be read."""
    try:
        pixels = store.thumbnail(Path(path), SIDE if side <= _ENLARGED * SIDE else 2 * SIDE)
    except LargeError:
        return None  # the grid shows the cell as failed, inversion says why
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return to_image(pixels).scaled(side, side, keep, smooth).convertToFormat(QtGui.QImage.Format.Format_RGB32)


def _bytes(pixmap: QPixmap | None) -> int:
    return 0 if pixmap is None else 4 * pixmap.width() * pixmap.height()
