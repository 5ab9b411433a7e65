"""How the folder is looked at, apart from any widget."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from large_gui.core.choices import Order, Shown
from large_gui.gui.document.view import ViewState


def test_only_what_is_named_changes(home: Path, qtbot: QtBot) -> None:
    view = ViewState(home)
    with qtbot.waitSignal(view.order_changed):
        view.sort(Order.NAME)
    view.sort(reverse=True)
    assert (view.sort_by, view.reverse, view.shown) == ("name", True, Shown())
    view.show_only(Shown(name="a", within=(0.0, 1.0)))
    view.show_only(view.shown._replace(within=None))
    assert view.shown == Shown(name="a") and view.current == -1


def test_edits_are_about_the_selection_or_else_the_image_that_is_looked_at(home: Path) -> None:
    view = ViewState(home)
    assert view.in_hand() == []
    view.set_current(3)
    assert view.in_hand() == [3]
    view.select([5, 6])
    assert view.in_hand() == [5, 6]
