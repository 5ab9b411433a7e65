"""Room for a scroll bar that is always kept, so that nothing moves when there is something to scroll."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider, QScrollBar

GUTTER = 12  # pixels that a scroll bar takes


class GutterBar(QScrollBar):
    """An upright scroll bar that is disabled where nothing scrolls; the style sheet paints no handle then."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("gutter")
        self.setEnabled(False)

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:  # noqa: N802 - Qt's name
        """Follow the range."""
        super().sliderChange(change)
        if change == QAbstractSlider.SliderChange.SliderRangeChange:
            self.setEnabled(self.maximum() > self.minimum())


def keep_gutter(area: QAbstractScrollArea) -> None:
    """Keep the room for the upright scroll bar, which can't be seen where nothing scrolls."""
    area.setVerticalScrollBar(GutterBar())
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
