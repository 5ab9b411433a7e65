"""A form made of an options dataclass: a control a field, and the options that a person set."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QSpinBox, QWidget

from large_gui.errors import InputError
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain
from large_gui.gui.widgets.still import StillSpinBox

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from large_gui.core.options import Option

_LEAST, _MOST = -(2**31), 2**31 - 1  # that a spin box can hold
_WIDEST = 160


class OptionsForm(QWidget):
    """A form of options; it has no rows where there is nothing to choose.

    Parameters
    ----------
    kind
        A dataclass whose fields are made with `large_gui.core.options.option`.
    without
        Fields that have their controls elsewhere, or none: they keep their defaults.

    Signals
    -------
    changed
        Something is set otherwise.
    """

    changed = Signal()

    def __init__(self, kind: type[Any], parent: QWidget | None = None, without: Collection[str] = ()) -> None:
        from large_gui.core.options import options_of

        super().__init__(parent)
        self._kind = kind
        self._read: dict[str, Callable[[], Any]] = {}
        self._write: dict[str, Callable[[Any], None]] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        for one in options_of(kind):
            if one.name not in without:
                self._add(one)

    @property
    def rows(self) -> int:
        """How many options there are."""
        return len(self._read)

    def options(self) -> Any:
        """What is set, as the dataclass.

        Raises
        ------
        InputError
            When something is not possible.
        """
        from large_gui.core.options import checked

        return checked(self._kind(**self.values()))

    def values(self) -> dict[str, Any]:
        """What is typed, by field; numbers may still be outside of their ends.

        Raises
        ------
        InputError
            When a text is no number.
        """
        return {name: read() for name, read in self._read.items()}

    def show_options(self, options: Any) -> None:
        """Show other values than the defaults."""
        for name, write in self._write.items():
            write(getattr(options, name))

    def _add(self, one: Option) -> None:
        control, self._read[one.name], self._write[one.name] = _control(one)
        _when_changed(control).connect(self.changed)
        words = one.words.capitalize()
        named(control, words).setAccessibleDescription(one.about)
        about = one.about + (f" ({ends})" if (ends := _ends(one)) else "")
        control.setToolTip(plain(about))
        if isinstance(control, QCheckBox):
            control.setText(words.replace("&", "&&"))
            self._form.addRow("", control)
            return
        control.setMaximumWidth(_WIDEST)
        label = Label(words)
        label.setBuddy(control)
        label.setToolTip(plain(about))
        self._form.addRow(label, control)


def _control(one: Option) -> tuple[QWidget, Callable[[], Any], Callable[[Any], None]]:
    """A control for an option, what reads it, and what writes to it."""
    if one.kind is bool:
        check = QCheckBox()
        check.setChecked(one.default)
        return check, check.isChecked, check.setChecked
    if one.kind is int:
        spin = StillSpinBox()
        spin.setRange(
            *(_LEAST if one.low is None else int(one.low), _MOST if one.high is None else int(one.high))
        )
        spin.setValue(one.default)
        return spin, spin.value, spin.setValue
    if one.choices:
        box = QComboBox()
        box.addItems(list(one.choices))
        box.setCurrentText(one.default)
        return box, box.currentText, box.setCurrentText
    if one.kind is not float:
        text = Entry(one.default)
        return text, text.text, text.setText
    line = Entry(_spelled(one.default))
    return line, lambda: _number(one, line.text()), lambda value: line.setText(_spelled(value))


def _when_changed(control: QWidget) -> SignalInstance:
    """The signal of a control that has another value."""
    if isinstance(control, QCheckBox):
        return control.toggled
    if isinstance(control, QSpinBox):
        return control.valueChanged
    return control.currentTextChanged if isinstance(control, QComboBox) else control.textChanged  # type: ignore


def _spelled(number: float) -> str:
    return f"{number:.12g}"


def _number(one: Option, text: str) -> float:
    """A number as a person types it, with a point or a comma."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise InputError(
            f"The option {one.words} takes a number, and {text.strip()!r} is none.",
            hint=f"Type one such as {one.default:g}.",
        ) from None


def _ends(one: Option) -> str:
    """From where to where a number goes, for a person; empty where it has no end."""
    if one.low is not None and one.high is not None:
        return f"{one.low:g} to {one.high:g}"
    return (
        f"at least {one.low:g}"
        if one.low is not None
        else f"at most {one.high:g}"
        if one.high is not None
        else ""
    )
