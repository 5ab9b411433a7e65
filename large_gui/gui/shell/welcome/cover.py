"""Small pictures of the welcome page, read by Qt alone, as NumPy and Pillow take long to load."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

_MOST_PIXELS = 40_000_000  # of a format that can't be read at a smaller size


def endings() -> frozenset[str]:
    """How names of images end that Qt can read, with the dot."""
    return frozenset(f".{bytes(kind.data()).decode()}" for kind in QImageReader.supportedImageFormats())


def read_cover(path: Path, side: int) -> QImage:
    """Read the middle square of an image, ``side`` pixels wide; an empty image where it can't be read."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return QImage()
    if path.suffix.lower() in (".jpg", ".jpeg"):  # its decoder makes small ones quickly
        size.scale(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        reader.setScaledSize(size)
    elif size.width() * size.height() > _MOST_PIXELS:
        return QImage()
    image = reader.read()
    if image.isNull():
        return image
    least = min(image.width(), image.height())
    middle = QRect((image.width() - least) // 2, (image.height() - least) // 2, least, least)
    return image.copy(middle).scaled(
        side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
