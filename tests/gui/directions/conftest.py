"""What the tests of directions share: a document that is played with, and the page over it."""

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.directions.page import DirectionsPage
from tests.gui.bench import Bench


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> DirectionsPage:
    page = DirectionsPage(bench.document)
    qtbot.addWidget(page)
    page.resize(900, 640)
    page.show()
    return page
