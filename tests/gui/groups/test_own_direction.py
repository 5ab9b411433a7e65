"""A direction that was found from marks is not proved by comparing these marks along it."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from large_gui.core.comparing.groups import difference
from large_gui.gui.groups.page import GroupsPage
from tests.gui.bench import Bench, own_direction


@pytest.mark.parametrize("name", ["hat", "age"])
def test_the_page_says_so(bench: Bench, qtbot: QtBot, name: str) -> None:
    page = GroupsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    bench.open(own_direction("hat"))
    bench.document.choose_direction(name)
    bench.document.editor.tag("hat", range(6), True)
    bench.document.editor.tag("hat", range(6, 12), False)
    page.refresh()
    page.grouping.setCurrentIndex(page.grouping.findData("tag hat"))
    page.refresh()
    assert ("proves nothing" in page.cautions.text()) == (name == "hat")


def test_groups_that_hardly_vary_have_no_effect_size() -> None:
    found = difference(5.0 + 1e-8 * np.arange(3), 1e-8 * np.arange(3))
    assert np.isnan(found.g) and found.mean == pytest.approx(5)
