"""The calibration panel, in which a person names a value, types values and sees the line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.choices import Method
from large_gui.errors import LargeError
from large_gui.gui.calibration.plot import CalibrationPlot, describe
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_METHODS = tuple(Method)


class CalibrationPanel(QWidget):
    """A panel with the name of the value, the entry for values, the plot and its figures."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._suggested = -1
        self.value_name = named(Entry(placeholderText="what is measured, unit, range"), "Value name")
        self.value_name.setToolTip(
            "What you measure, its unit and its range, for example: age, years, 0 to 120"
        )
        self.value_name.editingFinished.connect(self._name_value)
        self.value_name.returnPressed.connect(self.begin_typing)
        self.value_name.abandoned.connect(self._show_value)
        self.value_name.textEdited.connect(lambda _: self._tell(""))
        self.entry = named(Entry(placeholderText="type a number, Enter"), "Value entry")
        self.entry.setClearButtonEnabled(True)
        self.entry.returnPressed.connect(self._enter)
        self.entry.textEdited.connect(lambda _: self._tell(""))
        self._known = named(Label(), "Label of this image")
        self._why = named(Label(wordWrap=True), "Suggestion")
        self._next = named(QPushButton("Go there"), "Go to the suggested image")
        self._next.clicked.connect(self.go_to_suggestion)
        self._problem = named(Label(wordWrap=True), "Value problem")
        self._problem.setObjectName("problem")
        self._problem.hide()
        self.plot = CalibrationPlot(document)
        self._figures = named(Label(wordWrap=True), "Calibration figures")
        self._figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._method = named(QComboBox(), "Fit by")
        self._method.addItems([str(method) for method in _METHODS])
        self._method.setToolTip("How the line is fitted; L1, L2 and both keep the slope small")
        self._method.activated.connect(lambda n: document.fit_with(_METHODS[n]))
        self._residuals = named(QToolButton(), "Show residuals")
        self._residuals.setText("Residuals")
        self._residuals.setCheckable(True)
        self._residuals.toggled.connect(self._show_residuals)
        for control in (self._next, self._method, self._residuals):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        self._lay_out()
        for signal in (document.opened, document.direction_changed, document.value_changed):
            signal.connect(self._value_changed)
        for signal in (
            document.opened, document.labels_changed, document.direction_changed, document.busy_changed,
        ):  # fmt: skip
            signal.connect(self._refresh)
        for signal in (document.current_changed, document.direction_changed):
            signal.connect(self._another_image)
        self._refresh()

    @property
    def suggested(self) -> int:
        """The number of the image to label next; -1 if there is none."""
        return self._suggested

    def begin_typing(self, text: str = "") -> None:
        """Give the keys to the value entry; ``text`` is what was typed before that."""
        self.entry.setFocus()
        if text:
            self.entry.setText(text)
        else:
            self.entry.selectAll()

    def go_to_suggestion(self) -> None:
        """Look at the image to label next."""
        if self._suggested >= 0:
            self._document.set_current(self._suggested)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        form = QFormLayout()
        form.addRow("&Value", self.value_name)
        form.addRow("Of &this image", self.entry)
        form.addRow("", self._known)
        box.addLayout(form)
        box.addWidget(self._problem)
        row = QHBoxLayout()
        row.addWidget(self._why, 1)
        row.addWidget(self._next)
        box.addLayout(row)
        box.addWidget(self.plot, 1)
        box.addWidget(self._figures)
        below = QHBoxLayout()
        below.addWidget(Label("Fit"))
        below.addWidget(self._method)
        below.addStretch()
        below.addWidget(self._residuals)
        box.addLayout(below)

    def _name_value(self) -> None:
        from large_gui.project.value import parse_value

        if self.value_name.text() == self._document.value.spelled:
            return
        try:
            value = parse_value(self._document.value_id, self.value_name.text())
        except LargeError as error:
            self._tell(str(error))
            return
        self._tell("")
        self._document.editor.name_value(value)

    def _enter(self) -> None:
        from large_gui.project.value import parse_number

        document = self._document
        if document.session is None or document.current < 0:
            self._tell("Choose an image first.")
            return
        session, number = document.session, document.current
        text = self.entry.text().strip()
        try:
            value = parse_number(text) if text else None
            document.editor.label([number], value)
        except LargeError as error:
            self._tell(str(error))
            self.entry.selectAll()
            return
        self._tell("")
        label = session.labels.get(number)
        if (label.value if label is not None else None) != value:
            self.entry.selectAll()  # it could not be kept, which the notice bar says
            return
        self.entry.clear()
        if value is not None:
            self._go_on()

    def _go_on(self) -> None:
        """Look at the image to label next, which is one of those that are compared while some are."""
        document, session = self._document, self._document.session
        if not document.compared:
            self.go_to_suggestion()
        left = [i for i in document.compared if session is not None and i not in session.labels]
        if left:
            document.set_current(left[0])

    def _tell(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _show_residuals(self, on: bool) -> None:
        self.plot.residuals = on
        self.plot.refresh()

    def _value_changed(self) -> None:
        if not self.value_name.hasFocus():
            self._show_value()
        self._show_label()

    def _show_value(self) -> None:
        self.value_name.setText(self._document.value.spelled)

    def _another_image(self, *_: object) -> None:
        self.entry.clear()  # what was typed was meant for the image before
        self._tell("")
        self._show_label()

    def _show_label(self) -> None:
        """Say which value the current image has, in a text that nobody takes for a value being typed."""
        document, session = self._document, self._document.session
        label = session.labels.get(document.current) if session is not None else None
        words = "has no value yet" if document.current >= 0 else ""
        if label is not None:
            words = f"has {label.value:g} {document.value.unit}".rstrip()
            words += ", left out of the line" if label.excluded else ""
        self._known.setText(words)

    def _refresh(self, *_: Any) -> None:
        session = self._document.session
        self.setEnabled(session is not None)
        self._figures.setText(describe(self._document))
        suggestion = session.suggestion() if session is not None else None
        self._suggested = -1 if suggestion is None else suggestion.index
        self._next.setEnabled(suggestion is not None)
        self._why.setText("" if suggestion is None else f"Next: {suggestion.why}")
        if session is not None:
            self._method.setCurrentText(session.method)
        self._show_label()
