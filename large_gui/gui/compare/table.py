"""The table of a comparison: the figures of every way with one number of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from large_gui.core.words import minus
from large_gui.gui.compare.series import HIGH, WIDE, icon_of, series_of
from large_gui.gui.look.tokens import colours
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain
from large_gui.gui.widgets.rows import read_only_rows

if TYPE_CHECKING:
    from large_gui.tasks.comparing.report import Report

_COLUMNS = ("Way", "Error", "SD", "1 in 20", "R²", "Spearman")
_TIPS = (
    "The colour is that of the model, the shape that of the way",
    "Mean absolute error on images without a label, over all draws",
    "Standard deviation of the error from draw to draw",
    "One draw in twenty errs more than this",
    "Share of the variance that is predicted",
    "How well the order is predicted, 1 at best",
)
_HIGH, _NARROWEST = 26, 48  # pixels of a row and of a column


class WaysTable(QTableWidget):
    """A table with a row for each way, and the plot's legend; ways that are as good as any are bold."""

    def __init__(self) -> None:
        super().__init__(0, len(_COLUMNS))
        named(self, "Figures of the ways")
        self._report: Report | None = None
        self._k = 0
        for column, (title, tip) in enumerate(zip(_COLUMNS, _TIPS)):
            head = QTableWidgetItem(title)
            head.setToolTip(plain(tip))
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, head)
        self.setIconSize(QSize(WIDE, HIGH))
        read_only_rows(self, _HIGH, _NARROWEST)

    def show_report(self, report: Report | None, k: int) -> None:
        """Show the figures with k labels, or nothing."""
        from large_gui.tasks.comparing.report import share, tabled

        self._report, self._k = report, k
        rows = [row for row in report.rows if row.k == k] if report is not None else []
        looks = series_of(report.ways) if report is not None else {}
        theme = colours(self.palette())
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            errors = (tabled(figure) for figure in (row.mae, row.sd, row.worst))
            texts = (row.way, *errors, *(minus(share(figure)) for figure in (row.r2, row.spearman)))
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(plain("" if column else text))
                font = item.font()
                font.setBold(row.good)
                item.setFont(font)
                if not column:
                    item.setIcon(icon_of(looks[row.way], theme, self.devicePixelRatioF()))
                self.setItem(place, column, item)
        around = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        self.setMaximumHeight(around + 2 + _HIGH * max(len(rows), 1))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the icons anew in the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._report is not None:
            self.show_report(self._report, self._k)
