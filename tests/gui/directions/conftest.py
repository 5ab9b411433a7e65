"""What the tests of directions share: a document that is played with, and the page over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.directions.page import DirectionsPage
from large_gui.models.kinds.gan import GanModel
from tests.gui.bench import Bench


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(home, pack)
    yield bench
    bench.document.quit()


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> DirectionsPage:
    page = DirectionsPage(bench.document)
    qtbot.addWidget(page)
    page.resize(900, 640)
    page.show()
    return page
