"""The large view of one image, from which arrows lead on to the next in the order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImageReader, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QWidget

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.pictures import to_image


class LargeView(QDialog):
    """A dialog that shows the current image as large as the screen allows.

    Space and Escape close it.

    Parameters
    ----------
    step
        Makes the image current that lies so many places further in the grid's order.
    """

    def __init__(self, document: Document, step: Callable[[int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Large view")
        self._document, self._step = document, step
        self._pixmap, self._problem = QPixmap(), ""
        fit(self, round(parent.width() * 0.9), round(parent.height() * 0.9))
        document.current_changed.connect(self._load)
        self._load(document.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go on with the arrows, and close with Space."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self.accept()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._step(1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._step(-1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the whole image, centred."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if self._pixmap.isNull():
            painter.setPen(Qt.GlobalColor.white)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._problem)
            return
        ratio = self.devicePixelRatioF()
        size: QSize = self._pixmap.size().scaled(self.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        place = self.rect()
        place.setSize(size / ratio)
        place.moveCenter(self.rect().center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._pixmap)

    def _load(self, number: int) -> None:
        session = self._document.session
        if session is None or number < 0:
            self.reject()
            return
        path = session.folder / session.paths[number]
        self.setWindowTitle(path.name)
        self._pixmap, self._problem = _read(path)
        self.update()


def _read(path: Path) -> tuple[QPixmap, str]:
    """Read the image at the size of the screen, with Qt if it can and else with our own reader."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    if not image.isNull():
        return QPixmap.fromImage(image), ""
    from large_gui.project.images.read import read_image

    try:
        pixels = read_image(path, 2048)
    except LargeError as error:
        return QPixmap(), str(error)
    return QPixmap.fromImage(to_image(pixels)), ""
