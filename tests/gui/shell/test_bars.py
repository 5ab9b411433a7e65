"""The strip at the bottom, which counts, and the bar above it, which tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.status_strip import StatusStrip
from large_gui.models.kinds.gan import GanModel
from large_gui.project.value import parse_value
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(home, pack)
    yield bench
    bench.document.quit()


def test_labels_are_counted_under_the_name_of_what_they_measure(bench: Bench, qtbot: QtBot) -> None:
    strip = StatusStrip(bench.document)
    qtbot.addWidget(strip)
    bench.open(own_direction("component_1"), built_in=False)
    bench.document.editor.label([0, 3], 2.0)
    words = find(strip, "Status")
    assert words.text().startswith("30 images, 2 labels for component 1 ")
    bench.document.editor.name_value(parse_value("component_1", "severity, grade, 0 to 5"))
    assert words.text().startswith("30 images, 2 labels for severity ")
    bench.document.editor.name_value(parse_value("component_1", ""))
    assert words.text().startswith("30 images, 2 labels for component 1 ")
