"""The figures of the line, how it is fitted, and the switch to residuals: folded away until wanted."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QWidget

from large_gui.core.choices import IntervalKind, Method
from large_gui.gui.calibration.plot import CalibrationPlot
from large_gui.gui.calibration.words import figures
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.gutter import scroll_to
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_METHODS = tuple(Method)
_LEVELS = (0.8, 0.9, 0.95, 0.99)
_KINDS = {IntervalKind.STUDENT: "the spread", IntervalKind.CONFORMAL: "held-out labels"}


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
        self._level = named(QComboBox(), "Share of images in the interval")
        self._level.addItems([f"{100 * level:g} %" for level in _LEVELS])
        self._level.setToolTip("How many of 100 new images are to have their value in the interval")
        self._interval = named(QComboBox(), "Intervals from")
        self._interval.addItems([_KINDS[kind] for kind in IntervalKind])
        self._interval.setToolTip(
            "An expected spread and that of the labels; or, from 20 labels on, the errors of held-out labels "
            "alone (conformal)"
        )
        for choice in (self._method, self._interval):  # they fit a narrow panel, and grow in a wide one
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(5)
        for choice in (self._method, self._level, self._interval):
            choice.activated.connect(self._choose)
            choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
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
        grid.addWidget(Label("Interval"), 2, 0)
        grid.addWidget(self._interval, 2, 1)
        grid.addWidget(self._level, 2, 2)
        self._fold(False)

    def refresh(self) -> None:
        """Show the figures of the line that is there now."""
        self._figures.setText(figures(self._document))
        session = self._document.session
        if session is not None:
            options = session.options
            self._method.setCurrentText(options.method)
            self._interval.setCurrentText(_KINDS[IntervalKind(options.interval)])
            if options.level not in _LEVELS:  # a project may hold any
                self._level.setCurrentIndex(-1)
            else:
                self._level.setCurrentIndex(_LEVELS.index(options.level))

    def _choose(self) -> None:
        """Calibrate as is chosen; a level that is none of those offered stays as it is."""
        from dataclasses import replace

        session, level = self._document.session, self._level.currentIndex()
        if session is None:
            return
        chosen = replace(
            session.options, method=str(_METHODS[self._method.currentIndex()]),
            interval=str(list(IntervalKind)[self._interval.currentIndex()]),
            level=_LEVELS[level] if level >= 0 else session.options.level,
        )  # fmt: skip
        self._document.editor.calibrate_by(chosen)

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
