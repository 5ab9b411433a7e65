"""A plot's view over which a range of x is drawn: press, drag, let go."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal


class Brush(pg.ViewBox):  # type: ignore[misc]
    """Dragging draws instead of moving the view.

    Signals
    -------
    drawn
        Low and high end so far, and whether the button was let go.
    """

    drawn = Signal(float, float, bool)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802 - pyqtgraph's name
        """Tell the range between where the button went down and where the mouse is."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        ends = (event.buttonDownScenePos(), event.scenePos())
        low, high = sorted(self.mapSceneToView(end).x() for end in ends)
        self.drawn.emit(low, high, event.isFinish())
