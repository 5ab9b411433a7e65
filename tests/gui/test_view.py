"""How the folder is looked at, apart from any widget."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Filter, Order
from large_gui.gui.document.view import ViewState


def test_only_what_is_named_changes(home: Path, qtbot: QtBot) -> None:
    view = ViewState(home)
    with qtbot.waitSignal(view.order_changed):
        view.set_order(sort_by=Order.NAME, within=(0.0, 1.0), sought="a")
    view.set_order(show=Filter.FAILED)
    assert (view.sort_by, view.show, view.within, view.sought) == ("name", "failed", (0.0, 1.0), "a")
    view.set_order(within=None, sought="")
    assert (view.sort_by, view.show, view.within, view.sought) == ("name", "failed", None, "")
    with pytest.raises(TypeError):
        view.set_order(current=3)  # type: ignore[call-arg]
    assert view.current == -1
