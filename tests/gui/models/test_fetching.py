"""Fetching a generator in the window: bytes are shown, and it can be stopped at any moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import Progress, Unit
from large_gui.errors import ModelFileError
from large_gui.gui.models.page import ModelsPage
from large_gui.service.requests import FetchGenerator
from large_gui.tasks import models
from large_gui.tasks.models import ModelCard
from tests.gui.acting import find
from tests.gui.bench import Bench


def test_bytes_are_shown_and_cancel_forgets_the_job(bench: Bench, qtbot: QtBot) -> None:
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(find(page, "Fetch generator", QPushButton).isVisible)
    find(page, "Fetch generator", QPushButton).click()
    progress = Progress(12_300_000, 38_400_000, "Downloading", Unit.BYTES)
    bench.worker.progress(FetchGenerator, progress)
    told, bar = find(page, "What is being fetched", QLabel), find(page, "Progress of fetching", QProgressBar)
    assert told.isVisible() and told.text() == "Downloading: 12.3 of 38.4 MB"
    assert (bar.value(), bar.maximum()) == (12_300_000, 38_400_000)
    find(page, "Cancel fetching", QPushButton).click()
    assert bench.worker.forgotten == [1] and not told.isVisible()
    assert find(page, "Fetch generator", QPushButton).isVisible()


def test_steps_are_not_taken_for_bytes_however_many(bench: Bench, qtbot: QtBot) -> None:
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(find(page, "Fetch generator", QPushButton).isVisible)
    find(page, "Fetch generator", QPushButton).click()
    bench.worker.progress(FetchGenerator, Progress(1, 1 << 20, "Converting the generator"))
    assert find(page, "What is being fetched", QLabel).text() == "Converting the generator"


def test_a_pack_that_can_not_be_read_after_the_fetch_is_told(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> ModelCard:
        raise ModelFileError(f"The model pack {name} can't be read.", hint="Install it again.")

    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(find(page, "Fetch generator", QPushButton).isVisible)
    find(page, "Fetch generator", QPushButton).click()
    monkeypatch.setattr(models, "model_card", broken)
    bench.worker.answer(FetchGenerator, Path("generator.safetensors"))
    assert bench.notices == [("The model pack faces can't be read.", "Install it again.", True)]
    assert not find(page, "Cancel fetching").isVisible()
