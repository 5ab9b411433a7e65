"""A model of one's own, from a folder that is dropped to sorting with it, in the whole window."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox, QSpinBox
from pytestqt.qtbot import QtBot

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.gui.shell.window import MainWindow
from large_gui.gui.training.page import TrainingPage
from large_gui.models.library import open_model
from large_gui.models.model import generates
from large_gui.nets.encoders.lite import LiteEncoder, LiteEncoderConfig
from large_gui.tasks.training.encoder import give_encoder, save_encoder
from large_gui.tasks.training.finish import make_model
from large_gui.tasks.training.run_file import training_folder
from large_gui.tasks.training.runs import RunState, read_run
from tests.gui.acting import LEFT, PLAIN, find
from tests.gui.training.runs_on_disk import write_run
from tests.tasks.training.conftest import TOY, write_images

SMALL = {
    "Batch": 100, "Channel base": 64, "Channel max": 8, "Z dim": 8, "W dim": 8, "Mapping layers": 1,
    "Snapshot thousands": 1,
}  # fmt: skip


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = write_images(tmp_path / "red things", 100)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    return folder


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> Iterator[TrainingPage]:
    """The page; what still runs at the end of a test is stopped, as the window would ask about it."""
    window.actions_by_id["page_training"].trigger()
    assert window.pages.on_training
    page = window.pages.training
    yield page
    page.trainings.gan.cancel()
    page.trainings.encoder.cancel()


def drop(window: MainWindow, page: TrainingPage, qtbot: QtBot, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    qtbot.waitUntil(lambda: page.setup.folder.text() == str(folder))


def set_up(page: TrainingPage, thousands: int) -> None:
    page.setup.side.setCurrentIndex(page.setup.side.findData(16))
    page.setup.thousands.setValue(thousands)
    for name, value in SMALL.items():
        find(page.setup, name, QSpinBox).setValue(value)


def plan(page: TrainingPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.plan.make, LEFT)
    qtbot.waitUntil(lambda: not page.plan.running)
    assert page.plan.plan is not None, page.plan.problem.text()


def test_a_folder_becomes_a_model(window: MainWindow, page: TrainingPage, qtbot: QtBot, photos: Path) -> None:
    drop(window, page, qtbot, photos)
    assert window.document.store is None and page.setup.name.text() == "red-things"
    set_up(page, 1)
    plan(page, qtbot)
    assert page.plan.found.words.whole == "100 of 101 images can be used; 1 is left out."
    assert page.plan.found.list.toPlainText().startswith("broken.jpg: ")
    assert find(page.plan, "Images").text() == "100 images, the centred square, 16 x 16 pixels"
    assert "measured" in find(page.plan, "Speed").text() and page.plan.start.hasFocus()
    page.setup.mirror.click()
    assert page.plan.plan is None and not page.plan.start.isVisible(), "it was for other settings"
    plan(page, qtbot)
    qtbot.keyClick(page.plan.start, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.folder == training_folder() / "red-things")
    assert "red-things is being trained" in window.pages.training_busy
    qtbot.waitUntil(lambda: "red-things" in page.model.rows)
    assert page.runs.item(0).text() == "red-things\ndone: 1,000 images shown"
    assert page.seen[training_folder() / "red-things"].run.settings.gan.mirror is False
    assert "train the model's encoder" in page.next.text()


def test_a_training_is_stopped_with_the_window_and_goes_on(
    window: MainWindow, page: TrainingPage, qtbot: QtBot, photos: Path
) -> None:
    drop(window, page, qtbot, photos)
    set_up(page, 500)
    plan(page, qtbot)
    qtbot.mouseClick(page.plan.start, LEFT)
    run = training_folder() / "red-things"
    qtbot.waitUntil(lambda: page.folder == run and page.view.words.text().endswith(" left"))
    assert not page.view.resume.isVisible() and not page.plan.make.isEnabled()
    page.view.stop.setFocus()
    qtbot.keyClick(page.view.stop, Qt.Key.Key_Space)
    assert "writes where it is" in page.next.text()
    qtbot.waitUntil(lambda: page.view.resume.isVisible() and not window.document.trainer.busy)
    assert (run / "checkpoint.pt").is_file() and not window.pages.training_busy
    qtbot.waitUntil(lambda: page.view.resume.hasFocus() and "stopped at" in page.runs.item(0).text())
    written = (run / "checkpoint.pt").stat().st_mtime_ns
    qtbot.keyClick(page.view.resume, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.view.words.text().endswith(" left"))
    window.close()
    (question,) = window.findChildren(QMessageBox)
    assert question.text() == "red-things is being trained." and window.isVisible()
    stop = next(button for button in question.buttons() if "Stop" in button.text())
    qtbot.mouseClick(stop, LEFT)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert (run / "checkpoint.pt").stat().st_mtime_ns > written
    assert read_run(run).state is RunState.STOPPED and window.document.trainer.exit_code == 0


def test_training_on_keeps_a_model_that_reads_photographs(
    window: MainWindow, page: TrainingPage, qtbot: QtBot, photos: Path
) -> None:
    (photos / "broken.jpg").unlink()
    assert main(["train", "gan", str(photos), "--name", "toy", "--yes", *TOY]) == 0
    checkpoint = training_folder() / "toy" / "checkpoint.pt"
    saved = torch.load(checkpoint, weights_only=True)
    saved["progress"]["best"] = math.inf  # whatever comes is better
    torch.save(saved, checkpoint)
    file = open_model("toy").pack.folder / "pack.json"
    network = '"encoder": {"network": "LiteEncoder", "licence": ""}'
    file.write_text(file.read_text("utf-8").replace('"encoder": null', network), "utf-8")
    told: list[tuple[str, str]] = []
    window.document.notice.connect(lambda sentence, hint, _: told.append((sentence, hint)))
    page.look()
    qtbot.waitUntil(lambda: training_folder() / "toy" in page.seen)
    page.show_run(training_folder() / "toy")
    assert page.view.longer.isVisible() and page.view.longer.value() == 2
    qtbot.mouseClick(page.view.resume, LEFT)
    qtbot.waitUntil(lambda: "toy-2k" in page.model.rows)
    assert (
        "The training toy has ended: all images were shown.",
        "The model toy stays as it is, as it has an encoder. The new one is called toy-2k.",
    ) in told
    assert page.model.rows["toy"].sort.isVisible() and page.model.rows["toy-2k"].train.isVisible()
    assert "train the encoder of toy-2k, the newest model. toy stays" in page.next.text()


def test_a_model_with_an_encoder_sorts_a_folder(
    window: MainWindow, page: TrainingPage, qtbot: QtBot, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_run("red", ended="all images were shown", images=photos)
    make_model(run, "red", SilentReporter())
    page.look()
    qtbot.waitUntil(lambda: run in page.seen)
    page.show_run(run)
    row = page.model.rows["red"]
    row.train.setFocus()
    qtbot.keyClick(row.train, Qt.Key.Key_Space)
    assert row.bar.cancel.hasFocus() and window.pages.training_busy == "The encoder of red is being trained"
    qtbot.keyClick(row.bar.cancel, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.pages.training_busy)
    assert row.train.hasFocus() and "it reads photographs" in row.words.text()
    model = open_model("red")
    size = LiteEncoderConfig(32, 32, 1, (1.0,))
    encoder = LiteEncoder(*model.shape, generates(model).generator().mean_latent, size).eval()
    save_encoder(encoder, run / "encoder.safetensors")
    give_encoder(model, encoder, run / "encoder.safetensors", SilentReporter())
    page.look()
    qtbot.waitUntil(row.sort.isVisible)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(photos))
    qtbot.mouseClick(row.sort, LEFT)
    document = window.document
    qtbot.waitUntil(lambda: document.session is not None and not document.job.busy)
    assert document.model is not None and document.model.name == "red"
    assert window.pages.on_images and document.session is not None and document.session.measured == 100
