"""What the tests of the calibration share: a document that is played with, and the panel over it."""

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.calibration.panel import CalibrationPanel
from tests.gui.bench import Bench


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> CalibrationPanel:
    panel = CalibrationPanel(bench.document)
    qtbot.addWidget(panel)
    panel.resize(370, 400)
    panel.show()
    return panel
