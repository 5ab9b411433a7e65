"""A form made of an options dataclass."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from large_gui.core.options import option
from large_gui.errors import InputError
from large_gui.gui.widgets.options_form import OptionsForm
from tests.gui.acting import find


@dataclass(frozen=True)
class Cut:
    """One of every kind."""

    layer_count: int = option(5, "how many <b>layers</b>", low=1, high=9)
    softness: float = option(0.01, "how soft", low=0)
    near: bool = option(True, "only the near ones")
    way: str = option("up", "which way", choices=("up", "down"))
    note: str = option("", "anything")


@dataclass(frozen=True)
class Nothing:
    """Nothing to choose."""


@pytest.fixture
def form(qtbot: QtBot) -> OptionsForm:
    form = OptionsForm(Cut)
    qtbot.addWidget(form)
    form.show()
    return form


def test_it_begins_with_the_defaults(form: OptionsForm, qtbot: QtBot) -> None:
    assert form.options() == Cut() and form.rows == 5
    empty = OptionsForm(Nothing)
    qtbot.addWidget(empty)
    assert empty.rows == 0 and empty.options() == Nothing()


def test_what_is_typed_is_read(form: OptionsForm, qtbot: QtBot) -> None:
    count = find(form, "Layer count", QSpinBox)
    qtbot.keyClick(count, Qt.Key.Key_Up)
    qtbot.mouseClick(find(form, "Near", QCheckBox), Qt.MouseButton.LeftButton)
    qtbot.keyClick(find(form, "Way", QComboBox), Qt.Key.Key_Down)
    for name, text in (("Softness", "0,5"), ("Note", "long hair")):
        line = find(form, name, QLineEdit)
        line.selectAll()
        qtbot.keyClicks(line, text)
    assert form.options() == Cut(6, 0.5, False, "down", "long hair")
    for _ in range(9):
        qtbot.keyClick(count, Qt.Key.Key_Up)
    assert form.options().layer_count == 9, "it stops at its end"


@pytest.mark.parametrize(
    ("text", "why"),
    [("soft", "takes a number"), ("", "takes a number"), ("-1", "can't be -1"), ("inf", "can't be inf")],
)
def test_what_is_not_possible_is_told(form: OptionsForm, qtbot: QtBot, text: str, why: str) -> None:
    line = find(form, "Softness", QLineEdit)
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    qtbot.keyClicks(line, text)
    with pytest.raises(InputError, match=why) as caught:
        form.options()
    assert "softness" in caught.value.sentence and caught.value.hint


def test_every_control_says_what_it_does(form: OptionsForm) -> None:
    count = find(form, "Layer count", QSpinBox)
    assert count.accessibleDescription() == "how many <b>layers</b>"
    assert "&lt;b&gt;layers&lt;/b&gt; (1 to 9)" in count.toolTip(), "it is never taken for markup"
    assert find(form, "Softness").toolTip() == "how soft (at least 0)"
    buddies = {label.buddy().accessibleName() for label in form.findChildren(QLabel) if label.buddy()}
    assert buddies == {"Layer count", "Softness", "Way", "Note"}


def test_other_values_are_shown_and_changes_are_told(qtbot: QtBot) -> None:
    form = OptionsForm(Cut, without=["way"])
    qtbot.addWidget(form)
    told: list[None] = []
    form.changed.connect(lambda: told.append(None))
    form.show_options(Cut(7, 0.25, near=False, way="down", note="soft"))
    assert form.options() == Cut(7, 0.25, near=False, note="soft") and len(told) == 4
    assert "way" not in form.values()
