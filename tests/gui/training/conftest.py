"""The page of trainings on runs of the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.document.document import Document
from large_gui.gui.training.page import TrainingPage

Shown = Callable[[], TrainingPage]


@pytest.fixture
def document(home: Path, qtbot: QtBot) -> Iterator[Document]:
    document = Document(home)
    yield document
    document.quit()


@pytest.fixture
def shown(document: Document, qtbot: QtBot) -> Shown:
    """Shows the page, and waits until it has looked at the runs that are there."""

    def show() -> TrainingPage:
        page = TrainingPage(document)
        qtbot.addWidget(page)
        page.resize(1180, 560)
        page.show()
        qtbot.waitUntil(lambda: page.looked)
        return page

    return show
