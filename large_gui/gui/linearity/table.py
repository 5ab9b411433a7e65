"""The figures of what was scored along a path; the row that is chosen is drawn in the plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from large_gui.core.words import minus
from large_gui.gui.linearity.words import figure, measured_by, trust
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain
from large_gui.gui.widgets.rows import read_only_rows

if TYPE_CHECKING:
    from large_gui.tasks.linearity.walking import Course

_COLUMNS = ("Measured", "ALS", "R²", "Scorer")
_TIPS = (
    "What was measured, and by whom",
    "Attribute Linearity Score of this path: mean squared deviation from the dotted line, in the square of "
    "the unit. 0 is perfectly linear; it depends on the scale of what is measured",
    "Share of the change along the path that a straight line explains; 1 is perfectly linear",
    "Share of the variance of real values that the scorer predicts in images that it was not learned from",
)
_HIGH, _NARROWEST = 26, 56  # pixels of a row and of a column


class AttributeTable(QTableWidget):
    """A row for each attribute."""

    def __init__(self) -> None:
        super().__init__(0, len(_COLUMNS))
        named(self, "What was measured along the path")
        for column, (title, tip) in enumerate(zip(_COLUMNS, _TIPS, strict=True)):
            head = QTableWidgetItem(title)
            head.setToolTip(plain(tip))
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, head)
        read_only_rows(self, _HIGH, _NARROWEST)

    def show_course(self, course: Course | None) -> None:
        """Show the figures of a path, and choose the row that was chosen before."""
        from large_gui.tasks.comparing.report import share

        chosen = max(self.currentRow(), 0)
        attributes = course.attributes if course is not None else ()
        self.setRowCount(len(attributes))
        for row, about in enumerate(attributes):
            assert course is not None
            square = f" {about.unit}²" if about.unit else ""
            als, shares = float(course.als[row]), (float(course.r2[row]), about.r2)
            cells = (
                measured_by(about),
                f"{figure(als)}{square}",
                *(minus(share(one if one == one else None)) for one in shares),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(plain(trust(course, row)))
                self.setItem(row, column, item)
        around = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        self.setFixedHeight(around + 2 + _HIGH * max(len(attributes), 1))
        if attributes:
            self.setCurrentCell(min(chosen, len(attributes) - 1), 0)
