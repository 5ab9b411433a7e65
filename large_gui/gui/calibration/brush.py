"""The view of a plot over which a person draws a range of x by dragging."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal


class Brush(pg.ViewBox):  # type: ignore[misc]
    """A view of a plot in which dragging draws a range, where it would move the view elsewhere.

    Signals
    -------
    drawn
        Low and high end so far, and whether the button was let go.
    """

    drawn = Signal(float, float, bool)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802 - pyqtgraph's name
        """Tell which range lies between where the button went down and where the mouse is."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        ends = (event.buttonDownScenePos(), event.scenePos())
        low, high = sorted(self.mapSceneToView(end).x() for end in ends)
        self.drawn.emit(low, high, event.isFinish())
