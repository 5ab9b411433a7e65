"""The figures of the line, how it is fitted, and the switch to residuals: folded away until wanted."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QWidget

from large_gui.core.choices import Method
from large_gui.gui.calibration.plot import CalibrationPlot
from large_gui.gui.calibration.words import figures
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.gutter import scroll_to
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_METHODS = tuple(Method)


class Details(QWidget):
    """What a person looks for who wants to know more than the typical error.

    Attributes
    ----------
    toggle
        The button that folds it open and away.
    """

    def __init__(self, document: Document, plot: CalibrationPlot) -> None:
        super().__init__()
        self._document, self._plot = document, plot
        self.toggle = text_button("Details", "Details of the line", checkable=True)
        self.toggle.toggled.connect(self._fold)
        self._figures = named(Label(wordWrap=True), "Calibration figures")
        self._figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._method = named(QComboBox(), "Fit by")
        self._method.addItems([str(method) for method in _METHODS])
        self._method.setToolTip(
            "How values follow from distances: a line (L1, L2 and both keep its slope small), a curve that "
            "only rises or falls (isotonic, spline), or grades (ordinal)"
        )
        self._method.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._method.setMinimumContentsLength(5)  # so that it fits a narrow panel; in a wide one it grows
        self._method.activated.connect(lambda n: document.fit_with(_METHODS[n]))
        self._method.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        residuals = named(QPushButton("Residuals"), "Show residuals")
        residuals.setCheckable(True)
        residuals.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        residuals.setToolTip("Show how far each label lies from the line")
        residuals.toggled.connect(self._show_residuals)
        grid = QGridLayout(self)
        grid.setContentsMargins(3 * SPACE, 0, SPACE, 0)  # below the word on the button
        grid.addWidget(self._figures, 0, 0, 1, 3)
        grid.addWidget(Label("Fit by"), 1, 0)
        grid.addWidget(self._method, 1, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(residuals, 1, 2)
        self._fold(False)

    def refresh(self) -> None:
        """Show the figures of the line that is there now."""
        self._figures.setText(figures(self._document))
        if self._document.session is not None:
            self._method.setCurrentText(self._document.session.method)

    def _fold(self, on: bool) -> None:
        self.setVisible(on)
        self.toggle.setIcon(icon("chevron-down" if on else "chevron-right"))
        if on:
            QTimer.singleShot(0, self, lambda: scroll_to(self))  # once it has its place

    def _show_residuals(self, on: bool) -> None:
        self._plot.residuals = on
        self._plot.refresh()


def text_button(text: str, name: str, *, checkable: bool = False) -> QPushButton:
    """Make a flat button of a few words, with room for an icon before them, that leaves the keys alone."""
    button = named(QPushButton(text, flat=True), name)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
