"""The order so far, as a strip of small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.widgets.plain import plain

if TYPE_CHECKING:
    from PySide6.QtGui import QHelpEvent, QPaintEvent, QPixmap

_SIDE, _GAP = 44, SPACE // 2
_NONE = "the order so far comes here"


class Small(Protocol):
    """Where small pictures come from, by path."""

    loaded: Any  # a signal: some have come

    def get(self, path: str) -> QPixmap | None:
        """Return a picture if it is there, and else ask for it."""


class OrderStrip(QWidget):
    """Small pictures from least to most; where there is no room for all, evenly chosen ones."""

    def __init__(self, small: Small) -> None:
        super().__init__()
        self.setAccessibleName("The order so far")
        self._small = small
        self.paths: Sequence[str] = ()
        small.loaded.connect(lambda _: self.update())
        self.setFixedHeight(_SIDE)
        self.setMinimumWidth(_SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for all of them, or for the words."""
        words = self.fontMetrics().horizontalAdvance(_NONE)
        return QSize(len(self.paths) * (_SIDE + _GAP) - _GAP if self.paths else words, _SIDE)

    def show_order(self, paths: Sequence[str]) -> None:
        """Show images, by their whole paths, from least to most."""
        self.paths = paths
        self.setAccessibleDescription(", ".join(Path(path).name for path in paths))
        self.updateGeometry()
        self.update()

    def _shown(self) -> list[tuple[QRectF, str]]:
        """The images there is room for, and where each stands."""
        room = max(1, (self.width() + _GAP) // (_SIDE + _GAP))
        n = len(self.paths)
        chosen = range(n) if n <= room else [round(k * (n - 1) / max(room - 1, 1)) for k in range(room)]
        left = (self.width() + _GAP - len(chosen) * (_SIDE + _GAP)) / 2
        return [
            (QRectF(left + k * (_SIDE + _GAP), 0, _SIDE, _SIDE), self.paths[i]) for k, i in enumerate(chosen)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the middle square of each picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self.paths:
            painter.setPen(QColor(colours(self.palette()).muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _NONE)
        for place, path in self._shown():
            pixmap = self._small.get(path)
            if pixmap is None:
                painter.fillRect(place, QColor(colours(self.palette()).sunken))
                continue
            side = min(pixmap.width(), pixmap.height())
            square = QRectF(QPointF(), QSizeF(side, side))
            square.moveCenter(QRectF(pixmap.rect()).center())
            painter.drawPixmap(place, pixmap, square)

    def event(self, event: QEvent) -> bool:
        """Tell the name of the picture under the mouse."""
        if event.type() != QEvent.Type.ToolTip:
            return super().event(event)
        about: QHelpEvent = event  # type: ignore[assignment]
        names = [Path(path).name for place, path in self._shown() if place.contains(QPointF(about.pos()))]
        QToolTip.showText(about.globalPos(), plain("".join(names)), self)
        return True
