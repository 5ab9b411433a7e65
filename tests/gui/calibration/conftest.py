"""What the tests of the calibration share: a document that is played with, and the panel over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.models.kinds.gan import GanModel
from tests.gui.bench import Bench


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(home, pack)
    yield bench
    bench.document.quit()


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> CalibrationPanel:
    panel = CalibrationPanel(bench.document)
    qtbot.addWidget(panel)
    panel.resize(370, 400)
    panel.show()
    return panel
