"""The models page opens the sample images that came with a model."""

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from large_gui.gui.models import page as pages
from large_gui.gui.models.model_box import ModelBox
from large_gui.service.requests import OpenFolder
from large_gui.tasks.models import model_card
from tests.gui.bench import Bench


def test_they_are_opened_with_that_model(bench: Bench, qtbot: QtBot, few_samples: Path) -> None:
    card = replace(model_card("features"), samples=few_samples)
    box = ModelBox(card, bench.document)
    qtbot.addWidget(box)
    box.samples.click()
    asked = bench.worker.last(OpenFolder)
    assert (list(asked.dropped), asked.model) == ([few_samples], "features")
    assert bench.document.store is not None and bench.document.store.setting("model") == "features"


def test_only_where_there_are_some(bench: Bench, qtbot: QtBot) -> None:
    page = pages.ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    assert not page.boxes["faces"].samples.isVisible() and not page.boxes["features"].samples.isVisible()
