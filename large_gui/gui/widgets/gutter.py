"""Room for a scroll bar that is always kept, so that nothing moves when there is something to scroll."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QAbstractSlider, QScrollArea, QScrollBar, QWidget

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


def scroll_to(widget: QWidget) -> None:
    """Scroll the area that a widget lies in, if there is one, until it is seen."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.ensureWidgetVisible(widget)
