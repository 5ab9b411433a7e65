"""Draw the icon set from one drawing, resources/icons/app.svg: python packaging/icons/make_icons.py

It writes PNGs of the sizes for Linux, the .ico of Windows and the .icns of macOS, beside itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parents[2] / "resources" / "icons" / "app.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES = (16, 24, 32, 48, 64, 128, 256)
MAC_SIZES = (16, 32, 64, 128, 256, 512, 1024)
MAC_MARGIN = 100 / 1024  # of the side: macOS leaves the edge of an icon to its shadow


def drawn(size: int, margin: float = 0) -> Image.Image:
    """The icon in a square of ``size`` pixels; ``margin`` of it is left free at every side."""
    picture = QImage(size, size, QImage.Format.Format_RGBA8888)
    picture.fill(0)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    free = round(size * margin)
    QSvgRenderer(str(DRAWING)).render(painter, QRectF(free, free, size - 2 * free, size - 2 * free))
    painter.end()
    return Image.frombytes("RGBA", (size, size), bytes(picture.constBits()))


def write(folder: Path) -> list[Path]:
    """Write all icons into a folder; returns the files."""
    files = []
    for size in SIZES:
        files.append(folder / f"large-gui-{size}.png")
        drawn(size).save(files[-1], optimize=True)
    *smaller, largest = [drawn(size) for size in WINDOWS_SIZES]
    files.append(folder / "large-gui.ico")
    largest.save(files[-1], sizes=[(size, size) for size in WINDOWS_SIZES], append_images=smaller)
    *smaller, largest = [drawn(size, MAC_MARGIN) for size in MAC_SIZES]
    files.append(folder / "large-gui.icns")
    largest.save(files[-1], append_images=smaller)
    return files


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv)
    for file in write(Path(__file__).parent):
        print(f"{file.name}: {file.stat().st_size:,} bytes")
