"""The finder of texts on the directions page: what it says that it needs, by model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from large_gui.directions.text import Options
from large_gui.gui.directions.page import DirectionsPage
from large_gui.service.requests import FindDirections
from large_gui.tasks.finding.find import Search
from tests.gui.acting import find
from tests.gui.bench import Bench
from tests.gui.directions.test_directions_page import press


@pytest.mark.parametrize(
    ("changes", "words", "enough"),
    [
        ({"reads_text": True, "generates": False}, "", True),
        ({"generates": False}, "This model reads no texts. This model makes no pictures.", False),
        (
            {},
            "This model reads no texts. The model's generator is not here: the Models page fetches it.",
            False,
        ),
        (
            {"generator_is_here": True},
            "The styles of the model's generator are searched. Name a CLIP model in the options.",
            True,
        ),
    ],
)
def test_what_it_needs_is_told(
    bench: Bench, page: DirectionsPage, qtbot: QtBot, changes: dict[str, object], words: str, enough: bool
) -> None:
    assert bench.document.model is not None
    bench.document.model = replace(bench.document.model, **changes)  # type: ignore[arg-type]
    bench.open()
    box = find(page, "Find by", QComboBox)
    box.setCurrentIndex(box.findText("From a text"))
    assert find(page, "What the finder works with", QLabel).text() == words
    assert not find(page, "Find direction").isEnabled(), "a text is needed"
    qtbot.keyClicks(find(page, "Words to find", QLineEdit), "a smile")
    assert find(page, "Find direction").isEnabled() is enough
    if enough:
        press(page, "Find direction", qtbot)
        search = Search("text", Options(), "", "a smile")
        assert bench.worker.asked == [FindDirections(search, "faces", [], [])]
