"""Removing from a direction what it shares with another one, on the directions page."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.directions.page import DirectionsPage
from large_gui.service.requests import ClearDirection, Measure
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction
from tests.gui.directions.test_directions_page import choose, rows

CLEAR = "Remove what it shares with another"


def offered(page: DirectionsPage) -> list[QAction]:
    """What the menu shows once the button is pressed; without a screen no menu can open."""
    assert find(page, CLEAR, QPushButton).isVisible()
    page.clearing.menu.aboutToShow.emit()
    return page.clearing.menu.actions()


def test_what_is_left_is_a_new_direction_and_can_be_undone(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    session = bench.open(own_direction("freckles"))
    choose(page, "Freckles")
    actions = offered(page)
    names = [one.text() for one in actions]
    assert names[:2] == ["Age", "Yaw"] and "Freckles" not in names
    actions[0].trigger()
    asked = bench.worker.last(ClearDirection)
    assert (asked.direction.name, [one.name for one in asked.others]) == ("freckles", ["age"])
    bench.worker.answer(ClearDirection, own_direction("freckles_only", found_by="orthogonalise"))
    bench.worker.answer(Measure, np.linspace(-2, 2, 30)[:, None])
    assert session.direction.name == "freckles_only"
    assert "Freckles only" in rows(page) and "Found" in rows(page)
    bench.document.editor.stack.undo()
    assert "Freckles only" not in rows(page) and "Freckles" in rows(page)


def test_what_leaves_nothing_is_told(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open(own_direction("freckles"))
    choose(page, "Freckles")
    offered(page)[0].trigger()
    bench.worker.fail(ClearDirection, "Nothing is left of freckles without age.")
    assert [told for told, _, _ in bench.notices] == ["Nothing is left of freckles without age."]


def test_it_takes_another_direction(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open(own_direction("freckles"), built_in=False)
    assert not find(page, CLEAR, QPushButton).isVisible()
