"""What the panel says and suggests where some images are the same file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.service.requests import SpreadOut
from large_gui.tasks.session import Session
from tests.gui.acting import LEFT, find
from tests.gui.bench import NAMES, Bench


def copied(session: Session, pairs: dict[int, int]) -> None:
    """Make images copies of others."""
    for copy, of in pairs.items():
        session.add(replace(session.measured_of([of]), paths=[NAMES[copy]]))


def test_no_image_is_suggested_whose_copy_has_a_value(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session = bench.open()
    copied(session, {i + 15: i for i in range(15)})
    bench.document.editor.label([20], 1.0)
    asked = set()
    while panel.suggested >= 0:
        qtbot.mouseClick(find(panel, "Go to the suggested image"), LEFT)
        assert bench.document.current == panel.suggested
        asked.add(panel.suggested)
        bench.document.editor.label([panel.suggested], 2.0 + len(asked))
    assert asked == {*range(15)} - {5}
    assert find(panel, "What that is known from").text().startswith("From 15 labels.")


def test_nor_while_there_is_no_direction(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> None:
    session = bench.open(built_in=False)
    copied(session, {1: 0})
    qtbot.mouseClick(find(panel, "Label a series"), LEFT)
    bench.worker.answer(SpreadOut, ["sha0", "sha7", "sha9"])
    first = panel.suggested
    assert first in (0, 1)
    bench.document.editor.label([1 - first], 3.0)
    assert panel.suggested == 7


@pytest.mark.parametrize("other", [2.0, 60.0])
def test_contradicting_values_are_told(bench: Bench, panel: CalibrationPanel, other: float) -> None:
    session = bench.open()
    copied(session, {4: 3})
    for i, value in enumerate((10.0, 20.0, 30.0, 2.0, other)):
        bench.document.editor.label([i], value)
    told = find(panel, "Reasons for doubt").text()
    assert "1 label of a copy of another image is left out." in told
    differ = "2 copies of one image have different values (2 for 03.jpg and 60 for 04.jpg)"
    assert (differ in told) == (other == 60)
