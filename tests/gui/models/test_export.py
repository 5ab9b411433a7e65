"""A model's generator is exported from the models page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.models.page import ModelsPage
from large_gui.models.kinds.gan import GanModel
from large_gui.service.requests import ExportGenerator
from large_gui.tasks.exports.generator import ExportedGenerator
from tests import small_models
from tests.gui.acting import find
from tests.gui.bench import Bench


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    small_models.generator_pack("mine")
    bench = Bench(home, pack)
    yield bench
    bench.document.quit()


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> ModelsPage:
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.resize(900, 560)
    page.show()
    return page


@pytest.mark.parametrize(
    ("chosen", "kind", "written"),
    [
        ("{}/a.pt", "", "a.pt"),
        ("{}/b", "Names of rosinality's stylegan2-pytorch (*.pt)", "b.pt"),
        ("{}/c", "Names of stylegan2-ada-pytorch (*.safetensors)", "c.safetensors"),
    ],
)
def test_it_is_written_where_the_person_says(
    bench: Bench, page: ModelsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    chosen: str, kind: str, written: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen.format(tmp_path), kind))
    button = find(page.boxes["mine"], "Export generator", QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    file = tmp_path / written
    assert bench.worker.asked == [ExportGenerator("mine", file)] and not button.isEnabled()
    bench.worker.warn(ExportGenerator, "It does not say everything.")
    bench.worker.answer(ExportGenerator, ExportedGenerator(file, ()))
    assert bench.notices == [(f"Written to {file}.", "It does not say everything.", True)], "so that it stays"
    assert button.isEnabled()


def test_it_is_offered_where_there_is_something_to_export(page: ModelsPage) -> None:
    offered = {name: box.export.isVisible() for name, box in page.boxes.items()}
    assert offered["mine"] and not offered["faces"] and not offered["features"]


def test_cancelled_and_failed(
    bench: Bench, page: ModelsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    page.boxes["mine"].export.click()
    assert not bench.worker.asked
    page.boxes["mine"].export.write(tmp_path / "a.pt")
    bench.worker.fail(ExportGenerator, "It can't be written.", "Make room.", "detail")
    assert bench.notices == [("It can't be written.", "Make room.", True)]
