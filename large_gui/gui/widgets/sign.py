"""An icon beside words, which is sharp at every scale and follows the colours of the window."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from large_gui.gui.look.icons import icon


class Sign(QWidget):
    """Shows an icon that can't be clicked; the words beside it say what it means.

    Parameters
    ----------
    name
        The name of the icon.
    role
        The colour of the palette that it has.
    """

    def __init__(
        self, name: str, role: QPalette.ColorRole = QPalette.ColorRole.WindowText, side: int = 16
    ) -> None:
        super().__init__()
        self._role = role
        self.show_icon(name)
        self.setFixedSize(QSize(side, side))

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon = icon(name, self._role)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint it in the colour that the palette has now."""
        self._icon.paint(QPainter(self), self.rect())
