"""The Settings page: colours, where images are measured, how numbers are written, and what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from large_gui.gui.document.document import Document
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.shell.settings.preferences import DEVICES, Preferences
from large_gui.gui.shell.settings.storage import Storage
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.still import StillComboBox

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

THEMES = {"system": "As the system has it", "light": "Light", "dark": "Dark"}
_WIDEST, _FIELD = 760, 460  # pixels, so that lines stay easy to read


class SettingsPage(QScrollArea):
    """A page on which every choice is applied as soon as it is made, and kept."""

    def __init__(self, document: Document, thumbnails: Thumbnails, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.theme = named(StillComboBox(), "Theme")
        self.device = named(StillComboBox(), "Device")
        self.engine = named(StillComboBox(), "Engine")
        self.numbers = named(StillComboBox(), "Numbers in tables")
        self.motion = named(QCheckBox("Reduce motion"), "Reduce motion")
        self.storage = Storage(document, thumbnails, preferences)
        self._fill()
        self._connect()
        inside, column = _Column(), QVBoxLayout()
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, 2 * SPACE)
        holder = QWidget()
        holder.setMaximumWidth(_WIDEST)
        holder.setLayout(column)
        outer.addWidget(holder)
        outer.addStretch()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        title = Label("Settings")
        title.setObjectName("title")
        column.addWidget(title)
        column.addWidget(_card("Appearance", self._appearance()))
        column.addWidget(_card("Measuring", self._measuring()))
        column.addWidget(_card("Numbers in tables", self._table_numbers()))
        column.addWidget(_card("What is kept on the disk", self.storage))
        self.setWidget(inside)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show what may have changed elsewhere."""
        super().showEvent(event)
        self.theme.setCurrentIndex(max(0, self.theme.findData(self._preferences.theme.name)))
        self.storage.refresh()

    def _fill(self) -> None:
        from large_gui.tasks.measure import engine_names

        chosen = self._preferences
        for name, words in THEMES.items():
            self.theme.addItem(words, name)
        for name, words in DEVICES.items():
            self.device.addItem(words, name)
        for name in engine_names():
            self.engine.addItem("Threads of this computer" if name == "local" else name, name)
        self.numbers.addItem("1.5 – decimal point, commas between cells", False)
        self.numbers.addItem("1,5 – decimal comma, semicolons between cells", True)
        for box, value in (
            (self.theme, chosen.theme.name), (self.device, chosen.device), (self.engine, chosen.engine),
            (self.numbers, chosen.decimal_comma),
        ):  # fmt: skip
            box.setCurrentIndex(max(0, box.findData(value)))
        self.motion.setChecked(chosen.reduced_motion)

    def _connect(self) -> None:
        chosen = self._preferences
        self.theme.activated.connect(lambda _: chosen.theme.choose(str(self.theme.currentData())))
        self.device.activated.connect(lambda _: chosen.set_device(str(self.device.currentData())))
        self.engine.activated.connect(lambda _: chosen.set_engine(str(self.engine.currentData())))
        self.numbers.activated.connect(lambda _: chosen.set_decimal_comma(bool(self.numbers.currentData())))
        self.motion.toggled.connect(chosen.set_reduced_motion)

    def _appearance(self) -> QWidget:
        rows = _form()
        _add(rows, "&Theme", self.theme)
        _add(rows, "", self.motion)
        return _holding(rows, "Hints and progress bars then stand still.")

    def _measuring(self) -> QWidget:
        rows = _form()
        _add(rows, "&Device", self.device)
        _add(rows, "&Engine", self.engine)
        return _holding(rows, "Used from the next folder on, or when a folder is resumed.")

    def _table_numbers(self) -> QWidget:
        rows = _form()
        _add(rows, "&Write", self.numbers)
        return _holding(
            rows,
            "For Export CSV, and where Export begins. What you type may have a point or a comma in any case. "
            "The unit and range of a value are typed with its name in the Calibration panel: "
            "age, years, 0 to 120.",
        )


class _Column(QWidget):
    """As high as its wrapped texts need, which a scroll area does not ask for."""

    def event(self, event: QEvent) -> bool:
        """Ask the layout again when the width or a text has changed."""
        done = super().event(event)
        layout = self.layout()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and layout is not None:
            wrapped = layout.totalHeightForWidth(self.width())
            self.setMinimumHeight(max(wrapped, layout.totalSizeHint().height()))
        return done


def _card(title: str, content: QWidget) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    heading = Label(title)
    heading.setObjectName("heading")
    box = QVBoxLayout(card)
    box.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
    box.setSpacing(2 * SPACE)
    box.addWidget(heading)
    box.addWidget(content)
    return card


def _form() -> QFormLayout:
    rows = QFormLayout(fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    rows.setHorizontalSpacing(2 * SPACE)
    rows.setVerticalSpacing(SPACE)
    return rows


def _add(rows: QFormLayout, words: str, control: QWidget) -> None:
    label = Label(words)
    label.setMinimumWidth(110)
    if words:
        label.setBuddy(control)
    if isinstance(control, QComboBox):
        control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        control.setMinimumContentsLength(20)
        control.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        control.setMaximumWidth(_FIELD)
    rows.addRow(label, control)


def _holding(rows: QFormLayout, words: str) -> QWidget:
    holder, about = QWidget(), Label(words, wordWrap=True)
    about.setObjectName("muted")
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(SPACE)
    box.addLayout(rows)
    box.addWidget(about)
    return holder
