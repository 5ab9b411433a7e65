"""Room for a scroll bar that is always kept, so that nothing moves when there is something to scroll."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea

GUTTER = 12  # pixels that a scroll bar takes


def keep_gutter(area: QAbstractScrollArea) -> None:
    """Keep the room for the upright scroll bar, which can't be seen where nothing scrolls."""
    bar = area.verticalScrollBar()
    bar.setObjectName("gutter")
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    def fit(low: int, high: int) -> None:
        bar.setEnabled(high > low)  # the style sheet paints no handle in a disabled one

    bar.rangeChanged.connect(fit)
    fit(bar.minimum(), bar.maximum())
