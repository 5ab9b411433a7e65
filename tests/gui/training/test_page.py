"""The page shows what the folders of the runs say."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from large_gui.gui.document.document import Document
from large_gui.gui.training.page import TrainingPage
from large_gui.models.library import open_model
from large_gui.tasks.training.holding import held
from large_gui.tasks.training.run_file import training_folder
from tests.gui.acting import LEFT, turn_wheel
from tests.gui.training.conftest import Shown
from tests.gui.training.runs_on_disk import FIGURE, show_more, write_run


def rows(page: TrainingPage) -> list[str]:
    return [page.runs.item(row).text() for row in range(page.runs.count())]


def colour(page: TrainingPage) -> tuple[int, int, int]:
    image = page.view.sheets.picture.image
    red, green, blue, _ = image.pixelColor(3, 3).getRgb() if not image.isNull() else (0, 0, 0, 0)
    return red, green, blue


def test_without_runs_it_asks_for_a_folder(shown: Shown) -> None:
    page = shown()
    assert page.folder is None and page.setup.isVisible() and not page.view.isVisible()
    assert "choose a folder of photographs" in page.next.text()
    assert page.steps.accessibleName() == "Step 1 of 4: Your images"


def test_runs_are_listed_and_the_newest_is_shown(shown: Shown, qtbot: QtBot) -> None:
    write_run("older", created="2026-11-25T03:00:00+00:00", ended="all images were shown")
    write_run("newer", 1)
    broken = training_folder() / "broken"
    broken.mkdir()
    (broken / "run.json").write_text("{", "utf-8")
    page = shown()
    assert rows(page) == [
        "newer\nstopped at 12 %",
        "older\ndone: 3,000 images shown",
        "broken\ncan't be read",
    ]
    assert page.folder == training_folder() / "newer" and page.view.resume.isVisible()
    assert page.steps.accessibleName() == "Step 3 of 4: Training"
    assert "1 image left out" in page.view.facts.words.whole
    qtbot.mouseClick(page.view.facts.why, LEFT)
    assert page.view.facts.list.toPlainText() == "more/<b>broken</b>.jpg: it is no image"
    page.runs.setFocus()
    for name, words in (("older", "make it a model"), ("broken", "can't go on")):
        qtbot.keyClick(page.runs, Qt.Key.Key_Down)
        assert page.folder == training_folder() / name and words in page.next.text()
    assert "damaged" in page.view.problem.text() and not page.view.resume.isVisible()
    qtbot.mouseClick(page.new, LEFT)
    assert page.folder is None and page.setup.isVisible()


def test_earlier_sheets_are_looked_at_while_new_ones_come(shown: Shown, qtbot: QtBot) -> None:
    run = write_run("red")
    page = shown()
    sheets = page.view.sheets
    qtbot.waitUntil(lambda: colour(page) == (30, 60, 200))
    assert sheets.words.text() == "After 3,000 images, the newest" and not sheets.newest.isEnabled()
    turn_wheel(sheets.slider)
    assert sheets.thousands == 3, "the wheel is the page's"
    sheets.slider.setFocus()
    qtbot.keyClick(sheets.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: colour(page) == (200, 30, 30))
    assert sheets.words.text() == "After 1,000 images"
    show_more(run, 4)
    page.look()
    qtbot.waitUntil(lambda: sheets.slider.maximum() == 3)
    assert sheets.thousands == 1, "what is looked at stays"
    qtbot.mouseClick(sheets.newest, LEFT)
    assert sheets.thousands == 4
    show_more(run, 5)
    page.look()
    qtbot.waitUntil(lambda: sheets.thousands == 5)


def test_curves_show_the_log(shown: Shown) -> None:
    write_run("red")
    page = shown()
    curves = page.view.curves
    assert curves.figure.isVisible() and curves.figure.curve.plot is not None
    assert [line.words for line in curves.losses.curve.shown()] == ["generator", "discriminator"]
    assert "generator 0.333" in curves.losses.curve.accessibleDescription()
    (left, right), _ = curves.losses.curve.plot.getViewBox().viewRange()
    assert left < 0.1 and 3 <= right < 3.2


def test_a_run_of_another_program_is_followed_and_can_not_be_begun_twice(shown: Shown, qtbot: QtBot) -> None:
    run = write_run("red")
    with held(run):
        page = shown()
        assert rows(page) == ["red\ntraining: 38 %, 8 min left"]
        assert "Another program trains it" in page.next.text()
        assert not page.view.resume.isVisible() and not page.view.stop.isVisible()
    page.look()
    qtbot.waitUntil(page.view.resume.isVisible)


def test_the_best_snapshot_or_the_one_shown_becomes_a_model(
    shown: Shown, qtbot: QtBot, document: Document, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    write_run("red", images=tmp_path / "photos")
    page = shown()
    box, sheets = page.model, page.view.sheets
    texts = [box.which.itemText(i) for i in range(box.which.count())]
    assert texts == [
        "The best snapshot: after 2,000 images", "The one shown: after 3,000 images",
    ]  # fmt: skip
    assert box.which.toolTip() == f"{FIGURE} 12.5"
    sheets.slider.setValue(0)
    assert box.which.count() == 1 and "not kept" in box.which.toolTip()
    sheets.slider.setValue(2)
    box.which.setCurrentIndex(1)
    box.name.setText("faces")
    qtbot.mouseClick(box.make, LEFT)
    qtbot.waitUntil(box.problem.isVisible)
    assert "There is a model called 'faces' already" in box.problem.text()
    box.name.setText("reds")
    qtbot.mouseClick(box.make, LEFT)
    qtbot.waitUntil(lambda: "reds" in box.rows)
    assert open_model("reds").pack.about.source["snapshot"] == "00003.safetensors"
    row = box.rows["reds"]
    assert "after 3,000 images" in row.words.text() and row.train.isVisible() and not row.sort.isVisible()
    assert "train the model's encoder" in page.next.text()
    assert page.steps.accessibleName() == "Step 4 of 4: A model"


def test_a_dropped_folder_becomes_a_new_training(shown: Shown, document: Document, tmp_path: Path) -> None:
    told: list[str] = []
    document.notice.connect(lambda sentence, *_: told.append(sentence))
    write_run("red")
    page = shown()
    folder = tmp_path / "My <i>Tomatoes"
    folder.mkdir()
    page.take([folder, tmp_path])
    assert told == ["Drop one folder of images."]
    page.take([folder])
    assert page.folder is None and page.setup.folder.text() == str(folder)
    assert page.setup.name.text() == "my-i-tomatoes"
    assert "make the plan" in page.next.text()
