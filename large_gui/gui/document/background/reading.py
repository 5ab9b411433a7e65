"""Pictures read on a thread: as large as the screen needs, and every pixel when a person zooms in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from large_gui.errors import LargeError
from large_gui.gui.document.background.delivery import Background

WHOLE = 1 << 30  # a side that no image has: every pixel is wanted
MEMORY = 320 << 20  # bytes of pictures that are kept beside those that are shown
_MOST = 64_000_000  # pixels of one picture; 256 MB
_SMALLEST = 400  # pixels of the longer side of the smallest version


class Picture(NamedTuple):
    """One image as it is shown.

    Attributes
    ----------
    versions
        The picture, and versions half as large as the one before, with which it is drawn small without
        losing fine lines; empty if it can't be read.
    size
        Width and height of the image in its file, upright.
    side
        The longer side that was asked for.
    why
        Why it can't be read, as a sentence.
    """

    versions: tuple[QImage, ...]
    size: QSize
    side: int
    why: str = ""

    def serves(self, side: int) -> bool:
        """Whether it is as good as one that is asked for with this side."""
        return bool(self.why) or self.side >= side or self.versions[0].size() == self.size

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return sum(version.sizeInBytes() for version in self.versions)


class PictureReader(QObject):
    """Reads what the views want, one picture after another, and keeps the last ones.

    Signals
    -------
    loaded
        A picture came; carries its path.
    """

    loaded = Signal(str)

    def __init__(self, background: Background, parent: QObject, memory: int = MEMORY) -> None:
        super().__init__(parent)
        self._background, self._memory = background, memory
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._wanted: dict[str, int] = {}
        self._reading, self._stale = "", False

    def get(self, path: str) -> Picture | None:
        """Return a picture as far as it is known; `want` asks for it."""
        if path in self._kept:
            self._kept.move_to_end(path)
        return self._kept.get(path)

    def want(self, wanted: Mapping[str, int]) -> None:
        """Say which pictures are wanted, the most urgent first, and with which longer side.

        What was wanted before, and is not read yet, is forgotten.
        """
        self._wanted = dict(wanted)
        self._next()

    def drop(self, paths: Sequence[str]) -> None:
        """Forget pictures of files that were edited."""
        self._stale |= self._reading in paths
        for path in paths:
            self._kept.pop(path, None)

    def clear(self) -> None:
        """Forget all pictures."""
        self._stale = True
        self._kept.clear()
        self._wanted = {}

    def _next(self) -> None:
        if self._reading:
            return
        for path, side in self._wanted.items():
            known = self._kept.get(path)
            if known is None or not known.serves(side):
                self._reading, self._stale = path, False
                most = _MOST // max(1, sum(s == WHOLE for s in self._wanted.values()))
                self._background.run(partial(read, path, side, most), partial(self._keep, path))
                return

    def _keep(self, path: str, picture: Picture) -> None:
        self._reading = ""
        if path in self._wanted and not self._stale:  # else a person has gone on, or the file was edited
            self._kept[path] = picture
            self._kept.move_to_end(path)
            self._make_room()
            self.loaded.emit(path)
        self._next()

    def _make_room(self) -> None:
        total = sum(picture.bytes for picture in self._kept.values())
        for path in [path for path in self._kept if path not in self._wanted]:
            if total > self._memory:
                total -= self._kept.pop(path).bytes


def read(path: str, side: int, most: int = _MOST) -> Picture:
    """Read one picture, on a thread."""
    from large_gui.project.images.read import read_image, upright_size

    try:
        bound = side
        if side == WHOLE:
            width, height = upright_size(Path(path))
            bound = max(1, round(max(width, height) * min(1.0, (most / (width * height)) ** 0.5)))
        pixels = read_image(Path(path), bound)
        size = QSize(*upright_size(Path(path)))
    except LargeError as error:
        return Picture((), QSize(), side, f"{error.sentence} {error.hint}".strip())
    h, w = pixels.shape[:2]
    image = QImage(pixels.data, w, h, 3 * w, QImage.Format.Format_RGB888)
    versions = [image.convertToFormat(QImage.Format.Format_RGB32)]
    if versions[0].isNull():
        return Picture((), QSize(), side, "There is not enough memory to show this picture.")
    keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    while max(versions[-1].width(), versions[-1].height()) >= 2 * _SMALLEST:
        half = QSize(max(1, versions[-1].width() // 2), max(1, versions[-1].height() // 2))
        versions.append(versions[-1].scaled(half, keep, smooth))
    return Picture(tuple(versions), size, side)
