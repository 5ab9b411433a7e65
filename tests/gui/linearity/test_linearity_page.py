"""The page that shows how evenly a value changes: what it asks the worker for, and what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import Progress
from large_gui.gui.linearity.page import LinearityPage
from large_gui.metrics.als import attribute_linearity, ideal_line
from large_gui.metrics.attributes import Attribute
from large_gui.metrics.linearity import linearity
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import GENERATOR, imported_folder
from large_gui.project.value import Value
from large_gui.service.requests import MeasureGenerator, ScorePath, ScorePaths
from large_gui.tasks.linearity.courses import Courses
from large_gui.tasks.linearity.measuring import Figure
from large_gui.tasks.linearity.walking import Course
from tests import small_models
from tests.gui.acting import LEFT, find
from tests.gui.bench import Bench

LEARNED = Attribute("<i>age</i>", "years", "learned from 14 labelled images", True, 0.2, 14)
TOLD = Attribute("age", "years", "predicted from the distance along age", labels=14)
T = np.linspace(0, 1, 11)


def a_course(*attributes: Attribute, distances: bool = True) -> Course:
    """The first attribute bends at the end, the second is a line."""
    scores = np.stack([20 + 30 * T**4, 20 + 30 * T], axis=1)[:, : len(attributes)]
    ideal = ideal_line(scores)
    als = ((scores - ideal) ** 2).sum(0) / 10
    along = np.linspace(-0.5, 0.5, 11) if distances else None
    pictures = np.repeat(np.arange(0, 220, 20, np.uint8), 16 * 16 * 3).reshape(11, 16, 16, 3)
    r2 = np.array([0.75, 1.0])[: len(attributes)]
    return Course(T, along, attributes, scores, ideal, als, r2, T, "features", pictures, 0.1)


def a_measure() -> Courses:
    scores = np.random.default_rng(0).normal(size=(20, 11, 1))
    line = linearity(np.tile(T, 20), scores.ravel())
    return Courses(
        "age", [TOLD], attribute_linearity(scores), np.array([0.8]), np.array([0.05]), [line], 0.9, 0.01, 0.7,
        "EfficientNet-Lite0 features, not an identity network",
    )  # fmt: skip


def fetched(name: str) -> None:
    """Have a model believe that its generator is here; nothing of these tests reads it."""
    file = imported_folder() / name / GENERATOR
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(home, pack)
    bench.open()
    bench.document.editor.name_value(Value("age", "age", "years"))
    yield bench
    bench.document.quit()


def shown(bench: Bench, qtbot: QtBot) -> LinearityPage:
    page = LinearityPage(bench.document)
    qtbot.addWidget(page)
    page.resize(1180, 580)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> LinearityPage:
    fetched("faces")
    return shown(bench, qtbot)


def label(bench: Bench, images: int) -> None:
    for i in range(images):
        bench.document.editor.label([i], float(i * i))


def drawn(page: LinearityPage, bench: Bench, qtbot: QtBot, course: Course | None = None) -> None:
    qtbot.mouseClick(page.draw, LEFT)
    bench.worker.answer(ScorePath, course or a_course(LEARNED, TOLD))


def choose(page: LinearityPage, name: str, data: str) -> None:
    box = getattr(page.choice, name)
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def test_without_a_generator_it_says_where_one_comes_from(bench: Bench, qtbot: QtBot) -> None:
    page = shown(bench, qtbot)
    assert "faces, draws pictures once the Models page has fetched its generator" in page.about.text()
    assert page.choice.model.currentText() == "tomatoes", "that came with its generator"
    with qtbot.waitSignal(page.models_wanted):
        qtbot.mouseClick(page.models, LEFT)
    fetched("faces")
    page.hide()
    page.show()
    assert page.draw.isEnabled() and not page.models.isVisible()
    assert page.choice.model.currentText() == "faces"


def test_it_asks_for_an_edit_along_the_direction_in_hand(
    page: LinearityPage, bench: Bench, qtbot: QtBot
) -> None:
    session = bench.document.session
    assert session is not None
    label(bench, 14)
    bench.document.editor.exclude([3])
    assert page.title.text() == "Does age change evenly along the way?"
    assert page.choice.what.currentText() == f"along {bench.document.chosen.name}"
    qtbot.mouseClick(page.draw, LEFT)
    asked = bench.worker.last(ScorePath)
    assert asked.model == "faces" and asked.plan.direction is session.direction
    assert asked.plan.first == asked.plan.last == "" and asked.plan.seed == 0
    low, high = np.percentile(session.distances, [2, 98])
    assert asked.plan.ends == pytest.approx((low, high))
    assert asked.judges.labelled is not None and len(asked.judges.labelled.values) == 13
    (told,) = asked.judges.told
    assert told.calibration is session.calibration is not None and (told.name, told.unit) == ("age", "years")
    bench.worker.progress(ScorePath, Progress(3, 11, "Drawing and scoring"))
    assert find(page, "Progress of drawing the path").value() == 3 and not page.draw.isEnabled()
    qtbot.mouseClick(find(page, "Cancel drawing the path"), LEFT)
    assert bench.worker.forgotten and page.draw.isEnabled() and page.course is None


def test_with_few_labels_the_distance_alone_is_measured(
    page: LinearityPage, bench: Bench, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.draw, LEFT)
    judges = bench.worker.last(ScorePath).judges
    assert judges.labelled is None and judges.told[0].calibration is None
    assert "at least 3 images" in page.photographs.text()


def test_what_was_found(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    label(bench, 14)
    drawn(page, bench, qtbot)
    assert page.verdict.text() == (
        "<i>age</i> changes unevenly, from 20.0 to 50.0 years: a straight line explains 75 % of it."
    )
    assert "They part most at picture 7: 14.1 years below the line." in page.pointed.text()
    assert "poor scorer" in page.trust.text()
    rows = [[page.table.item(row, column).text() for column in range(4)] for row in range(2)]
    assert rows[0][0] == "<i>age</i>, learned from labels" and rows[1][0] == "age, from the distance"
    assert rows[0][1].endswith(" years²") and rows[0][2:] == ["0.75", "0.20"] and rows[1][2:] == ["1.00", "−"]
    page.table.setCurrentCell(1, 0)
    assert page.verdict.text().startswith("Age changes evenly, from 20.0 to 50.0 years")
    assert "no independent judge" in page.trust.text()
    assert "In the 14 labelled images of the open folder" in page.photographs.text()
    assert "(about 20 seconds)" in page.whole.many.text(), "a picture took 0.1 s"


def test_labels_that_changed_are_told(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    label(bench, 14)
    drawn(page, bench, qtbot)
    assert "changed" not in page.trust.text()
    bench.document.editor.label([20], 3.0)
    assert page.trust.text().startswith("The labels have changed since.")
    assert "In the 15 labelled images" in page.photographs.text()
    drawn(page, bench, qtbot)
    assert "changed" not in page.trust.text()


def test_each_picture_stands_above_its_point(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    drawn(page, bench, qtbot)
    plot, strip = page.plot.plot, page.strip
    assert plot is not None
    qtbot.waitUntil(lambda: strip.height() > 60)
    from PySide6.QtCore import QPointF

    for number in (0, 5, 10):
        point = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(T[number], 30)))
        x = plot.viewport().mapTo(page, point).x()
        middle = strip.mapTo(page, strip.place_of(number).center().toPoint()).x()
        assert abs(x - middle) <= 1


def test_mouse_and_keys_mark_a_picture(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    drawn(page, bench, qtbot)
    qtbot.waitUntil(lambda: page.strip.height() > 60)
    qtbot.mouseMove(page.strip, page.strip.place_of(3).center().toPoint())
    assert page.pointed.text().startswith("Picture 4 of 11, distance −0.20: <i>age</i> 20.2 years")
    assert page.strip.accessibleDescription() == page.pointed.text()
    page.strip.setFocus()
    for key, place in (
        (Qt.Key.Key_End, 10), (Qt.Key.Key_Right, 10), (Qt.Key.Key_Left, 9), (Qt.Key.Key_Home, 0),
    ):  # fmt: skip
        qtbot.keyClick(page.strip, key)
        assert page.strip.mark == place
    page.draw.setFocus()
    assert page.strip.mark == -1 and page.pointed.text().startswith("Points: what was measured.")


def test_a_path_between_the_selected_images(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    choose(page, "what", "")
    assert page.choice.start.count() == 1, "no two images are selected"
    bench.document.select([4, 7])
    choose(page, "start", "pair")
    drawn(page, bench, qtbot, a_course(TOLD, distances=False))
    plan = bench.worker.last(ScorePath).plan
    assert (plan.direction, plan.first, plan.last, plan.ends) == (None, "sha4", "sha7", None)
    assert page.draw.text() == "Draw the path", "it would be the same again"
    page.strip.set_mark(10)
    assert page.pointed.text() == "Picture 11 of 11: age 50.0 years"


def test_an_edit_of_the_image_in_hand(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    bench.document.select([5])
    choose(page, "start", "hand")
    qtbot.mouseClick(page.draw, LEFT)
    plan = bench.worker.last(ScorePath).plan
    assert plan.first == "sha5" and plan.last == "" and plan.direction is not None


def test_another_path_is_another_random_one(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    drawn(page, bench, qtbot)
    assert page.draw.text() == "Draw another path"
    qtbot.mouseClick(page.draw, LEFT)
    assert bench.worker.last(ScorePath).plan.seed == 1


def test_the_path_follows_the_direction_of_the_folder(
    page: LinearityPage, bench: Bench, qtbot: QtBot
) -> None:
    drawn(page, bench, qtbot)
    bench.document.choose_direction("yaw")
    assert page.course is None and page.choice.what.currentText() == "along yaw"
    bench.document.flip()
    qtbot.mouseClick(page.draw, LEFT)
    asked = bench.worker.last(ScorePath).plan.direction
    assert asked is not None and asked.name == "yaw" and asked.flipped


def test_the_whole_model_is_measured(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.whole.many, LEFT)
    asked = bench.worker.last(ScorePaths)
    assert asked.pairs == 20 and asked.plan.direction is not None
    bench.worker.answer(ScorePaths, a_measure())
    said = page.whole.many_said.text()
    assert said.startswith("20 paths, edits along age. Age, from the distance: ALS ")
    assert "±" in said and "of its variance" in said and "not an identity network" in said
    qtbot.mouseClick(page.whole.length, LEFT)
    assert bench.worker.last(MeasureGenerator).metrics == ["ppl-w-end"]
    found = {"ppl-w-end": [Figure("PPL W end", 163.1, 12.0, "EfficientNet-Lite0", 100, "pairs")]}
    bench.worker.answer(MeasureGenerator, found)
    assert page.whole.length_said.text().startswith("PPL W end 163 ± 12, 100 pairs (EfficientNet-Lite0).")
    choose(page, "what", "")
    assert "±" not in page.whole.many_said.text() + page.whole.length_said.text(), "it was of another path"


def test_what_goes_wrong_is_told(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.draw, LEFT)
    bench.worker.fail(ScorePath, "All the labels have the same value.")
    assert bench.notices[-1][0] == "All the labels have the same value." and page.draw.isEnabled()


def test_a_generator_without_an_encoder(bench: Bench, qtbot: QtBot) -> None:
    small_models.generator_pack("small")
    page = shown(bench, qtbot)
    assert page.choice.model.currentText() == "small" and page.choice.what.count() == 1
    assert not page.whole.many.isEnabled() and page.whole.length.isEnabled()
    bench.document.select([1, 2])
    assert page.choice.start.count() == 1, "these images have no codes of this model"
    drawn(page, bench, qtbot, a_course(distances=False))
    judges = bench.worker.last(ScorePath).judges
    assert judges.labelled is None and judges.told == ()
    assert not page.verdict.isVisible() and not page.table.isVisible() and page.strip.height() > 0
    label(bench, 12)
    assert page.whole.many.isEnabled()


def test_another_folder_takes_the_path_away(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    drawn(page, bench, qtbot)
    bench.document.session = None
    bench.document.opened.emit()
    assert page.course is None and page.strip.height() == 0 and page.photographs.text() == ""


def test_it_fits_a_small_window(page: LinearityPage, bench: Bench, qtbot: QtBot) -> None:
    drawn(page, bench, qtbot)
    page.resize(860, 400)
    qtbot.waitUntil(lambda: page.verticalScrollBar().maximum() > 0)
    assert page.horizontalScrollBar().maximum() == 0
    page.ensureWidgetVisible(page.whole.length)
    place = page.whole.length.mapTo(page.viewport(), QPoint())
    assert page.viewport().rect().contains(place)
