"""The icons: SVG lines of one set (Lucide, in resources/icons), in the colour of the text beside them."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap

from large_gui.folders import resources_folder


class _Lines(QIconEngine):
    """Draws one icon whenever it is asked for, so that it follows the palette and is sharp at every scale."""

    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._name, self._role = name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it into a rectangle."""
        from PySide6.QtCore import QByteArray, QRectF
        from PySide6.QtSvg import QSvgRenderer

        group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        role = QPalette.ColorRole.HighlightedText if mode == QIcon.Mode.Selected else self._role
        colour = QGuiApplication.palette().color(group, role).name()
        side = min(rect.width(), rect.height())
        place = QRectF(0, 0, side, side)
        place.moveCenter(QRectF(rect).center())
        QSvgRenderer(QByteArray(_svg(self._name).replace(b"currentColor", colour.encode()))).render(
            painter, place
        )

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Draw it onto a pixmap of so many pixels of the screen."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        """Make another one, as Qt does when an icon is changed."""
        return _Lines(self._name, self._role)


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Make an icon from the name of its file, in a colour of the palette."""
    return QIcon(_Lines(name, role))


@cache
def _svg(name: str) -> bytes:
    return (resources_folder() / "icons" / f"{name}.svg").read_bytes()
