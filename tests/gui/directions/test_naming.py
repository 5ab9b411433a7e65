"""Directions that were found are named one after the other with the keys, each in its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from large_gui.gui.directions.page import DirectionsPage
from large_gui.gui.directions.rename import RenameDialog
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction


def name_it(page: DirectionsPage, qtbot: QtBot, name: str, high: str = "") -> None:
    """F2, then type, as a person does."""
    qtbot.keyClick(page.cards, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: page.findChild(RenameDialog) is not None)
    dialog = page.findChild(RenameDialog)
    assert find(dialog, "New name", QLineEdit).selectedText(), "typing takes the place of the name"
    qtbot.keyClicks(dialog.focusWidget(), name)
    if high:
        find(dialog, "Words for the high end", QLineEdit).setText(high)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.findChild(RenameDialog) is None)
    page.activateWindow()  # as a window manager does
    qtbot.waitUntil(page.isActiveWindow)


def test_candidates_are_named_in_a_few_keys(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    parts = [own_direction(f"component_{i}", found_by="components") for i in (1, 2, 3)]
    session, document = bench.open(*parts, built_in=False), bench.document
    page.hide()
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    assert page.focusWidget() is page.cards, "keys go to the cards where there are some to name"
    name_it(page, qtbot, "Spots", "spotted")
    assert document.chosen.name == "Spots" and session.direction is not None
    assert session.direction.high == "spotted"
    qtbot.keyClick(page.cards, Qt.Key.Key_Down)
    name_it(page, qtbot, "Shade")
    assert [d.name for d in session.directions] == ["Spots", "Shade", "component_3"]
    assert document.store is not None and list(document.store.directions()) == [
        "Spots",
        "Shade",
        "component_3",
    ]
    assert page.cards.name == "Shade" and document.chosen.name == "Spots"
    for _ in range(2):
        document.editor.stack.undo()
    assert [d.name for d in session.directions] == ["component_1", "component_2", "component_3"]
    assert document.chosen.name == "component_1" and document.own == {d.name for d in session.directions}
    document.editor.stack.redo()
    assert [d.name for d in session.directions] == ["Spots", "component_2", "component_3"]
