"""What covers the window while files are dragged over it, and says what a drop will do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from large_gui.gui.look.motion import fade_in
from large_gui.gui.look.tokens import HEADING, SPACE, TITLE, colours

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent


class DropOverlay(QWidget):
    """A sheet over the whole window that takes the drop.

    Signals
    -------
    dropped
        Files or folders were dropped; carries their paths.
    """

    dropped = Signal(list)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAcceptDrops(True)
        self._sentence = self._about = ""
        self.hide()

    def cover(self, data: QMimeData, does: str) -> None:
        """Cover the window, and say what is dragged and what a drop ``does`` with these images."""
        self._sentence = f"Drop to {does} these images"
        self.setAccessibleName(self._sentence)
        self._about = about(paths_of(data))
        self.setAccessibleDescription(self._about)
        self.setGeometry(self._window.rect())
        if self.isHidden():
            fade_in(self, 100)
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept what the window accepted."""
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Uncover the window when the files leave it."""
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Uncover the window and hand on what was dropped."""
        event.acceptProposedAction()
        self.hide()
        self.dropped.emit(paths_of(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Dim the window, and paint a frame with the sentence."""
        theme, painter = colours(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        behind = QColor(theme.window)
        behind.setAlphaF(0.9)
        painter.fillRect(self.rect(), behind)
        frame = QRectF(self.rect()).adjusted(2 * SPACE, 2 * SPACE, -2 * SPACE, -2 * SPACE)
        painter.setPen(QPen(QColor(theme.accent), 3, Qt.PenStyle.DashLine))
        tint = QColor(theme.accent_soft)
        tint.setAlphaF(0.6)
        painter.setBrush(tint)
        painter.drawRoundedRect(frame, 12, 12)
        font = QFont(self.font())
        font.setPointSizeF(TITLE)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        centre, half = frame.center().y(), painter.fontMetrics().height()
        centred = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(frame.left(), centre - half, frame.width(), half), centred, self._sentence)
        font.setPointSizeF(HEADING)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(frame.left(), centre + SPACE, frame.width(), half), centred, self._about)


def paths_of(data: QMimeData) -> list[Path]:
    """The files and folders of this computer that are dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def about(paths: list[Path]) -> str:
    """Say what is dragged: a name, or how many files and folders."""
    if len(paths) == 1:
        return paths[0].name
    return f"{len(paths):,} files and folders"
