"""Learning a direction from typed values: the offer, both errors, using it, and the table that comes out."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from large_gui.core.calibrating.calibration import fit
from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.gui.calibration.learning.offer import Offer
from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.gui.calibration.words import about
from large_gui.gui.directions.kinds import error_words
from large_gui.gui.export.dialog import export_csv
from large_gui.gui.shell.window import MainWindow
from large_gui.project.value import Value
from large_gui.service.requests import FindDirections, Measure
from large_gui.tasks.projects import choose_model
from tests.gui.acting import LEFT, Drop, entry_of, find
from tests.gui.bench import Bench, own_direction

LEAVES = 40


def spots_of(number: int) -> int:
    """How many spots the leaf of a number has; names don't tell the order."""
    return number * 7 % LEAVES // 2


@pytest.fixture
def leaves(tmp_path: Path) -> Path:
    """Small leaves with brown spots, of which there are none to nineteen."""
    folder = tmp_path / "leaves"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(LEAVES):
        picture = Image.new("RGB", (96, 96), (235, 235, 230))
        draw = ImageDraw.Draw(picture)
        draw.ellipse((8, 20, 88, 76), fill=(60, 120 + int(rng.integers(20)), 50))
        for _ in range(spots_of(number)):
            x, y = rng.uniform(20, 70), rng.uniform(30, 60)
            draw.ellipse((x, y, x + 7, y + 7), fill=(120, 70, 30))
        picture.save(folder / f"{number:02}.png")
    return folder


def give_twelve(window: MainWindow, qtbot: QtBot) -> None:
    """Label a series of twelve by keys."""
    document = window.document
    assert document.session is not None
    qtbot.mouseClick(find(window, "Label a series"), LEFT)
    qtbot.waitUntil(lambda: document.current >= 0)
    for _ in range(12):
        number = int(document.session.paths[document.current][:2])
        qtbot.keyClicks(entry_of(window), str(spots_of(number)))
        qtbot.keyClick(entry_of(window), Qt.Key.Key_Return)


def test_twelve_values_become_a_direction_and_a_table(
    window: MainWindow, qtbot: QtBot, drop: Drop, leaves: Path, home: Path, tmp_path: Path
) -> None:
    choose_model([leaves], home, "features")
    drop(leaves)
    document = window.document
    session = document.session
    assert session is not None
    qtbot.waitUntil(lambda: document.chosen.name == "component_1" and not document.job.busy)
    measure = find(window, "Value name", QLineEdit)
    measure.setFocus()
    measure.selectAll()
    qtbot.keyClicks(measure, "severity, spots, 0 to 40")
    qtbot.keyClick(measure, Qt.Key.Key_Return)
    assert document.value.spelled == "severity, spots, 0 to 40"
    offer = window.pages.panel.offer
    assert not offer.isVisible()
    give_twelve(window, qtbot)
    assert offer.isVisible() and offer.learn.text().endswith("12 values")
    assert entry_of(window).hasFocus(), "it takes no keys away"
    labels = dict(session.labels)

    qtbot.mouseClick(offer.learn, LEFT)
    qtbot.waitUntil(offer.use.isVisible)
    assert "severity" not in document.own and document.chosen.name == "component_1", "nothing has changed"
    assert find(offer, "Error: Now, by component 1").text().endswith(" spots")
    told = find(offer, "Error: Learned from 12 values").text()
    assert told.endswith(" spots") and find(offer, "Error: Guessing the median").text().endswith(" spots")
    assert find(offer, "Which direction is better").text().startswith("The learned direction is better")

    qtbot.mouseClick(offer.use, LEFT)
    qtbot.waitUntil(lambda: document.chosen.name == "severity")
    assert session.labels == labels and document.value.spelled == "severity, spots, 0 to 40"
    assert session.calibration is not None
    promised = float(told.split()[0])
    assert promised == pytest.approx(session.calibration.loo_mae, abs=0.06), "what is shown then, rounded"
    assert not offer.isVisible()
    export_csv(document, tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    others = [row for row in rows if not row["label"]]
    truth = [spots_of(int(row["path"][:2])) for row in others]
    assert len(others) == LEAVES - 12
    assert np.corrcoef(truth, [float(row["prediction"]) for row in others])[0, 1] > 0.8

    document.editor.stack.undo()
    assert document.chosen.name == "component_1" and session.labels == labels
    assert "severity" not in document.own and not document.store.labels("severity")  # type: ignore[union-attr]


# The offer alone, over a worker that is played


def learned(bench: Bench, *, good: bool = True, name: str = "age_learned") -> Direction:
    """What the worker finds: along it the labels lie as they should, or just anyhow."""
    session = bench.document.session
    assert session is not None
    rng = np.random.default_rng(1)
    held_out = {
        session.sha256[i]: label.value / 10 if good else float(rng.normal())
        for i, label in session.labels.items()
    }
    record = FindingRecord(figures={"error": 1.0, "images": float(len(held_out))}, held_out=held_out)
    return replace(own_direction(name, found_by="ridge"), record=record)


def label(bench: Bench, numbers: Iterable[int]) -> None:
    for i in numbers:
        bench.document.editor.label([i], float(20 + 3 * i + i % 2))


def use(bench: Bench, qtbot: QtBot, offer: Offer, direction: Direction) -> None:
    """Learn, use it, and have it measured."""
    qtbot.mouseClick(offer.learn, LEFT)
    bench.worker.answer(FindDirections, [direction])
    qtbot.mouseClick(offer.use, LEFT)
    bench.worker.answer(Measure, np.linspace(0, 1, 30)[:, None])


def test_ten_values_are_enough_and_a_no_holds_for_ten_more(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    bench.open()
    offer, store = panel.offer, bench.document.store
    label(bench, range(9))
    bench.document.editor.exclude([0])
    label(bench, [9])
    assert offer.isHidden(), "one is left out"
    label(bench, [10])
    assert offer.isVisible() and "10 values" in offer.learn.text()
    for width, words in ((370, "Learn a direction from your 10 values"), (260, "Learn from 10 values")):
        panel.resize(width, 500)
        QApplication.processEvents()
        assert offer.learn.text() == words and panel.minimumSizeHint().width() <= 260
    qtbot.mouseClick(find(offer, "Not now"), LEFT)
    label(bench, range(11, 20))
    assert offer.isHidden()
    bench.document.choose_direction("yaw")
    label(bench, range(10))
    assert offer.isVisible(), "another value was not asked about"
    bench.document.choose_direction("age")
    bench.document.opened.emit()
    assert offer.isHidden() and store is not None, "the project remembers"
    label(bench, [20])
    assert offer.isVisible() and "20 values" in offer.learn.text()


def test_panel_offer_and_directions_page_tell_one_error(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session, document, offer = bench.open(), bench.document, panel.offer
    session.add(replace(session.measured_of([1]), sha256=["sha0"]))
    for i in range(13):
        document.editor.label([i], round(40 + 10 * float(session.distances[i]) + 4 * (i % 3), 1))
    values = session.label_values(range(13))
    low, high = values.min(), values.max()  # a noisy line goes beyond these
    document.editor.name_value(Value("age", "age", "years", low, high))
    assert offer.learn.text() == "Learn a direction from your 12 values"
    qtbot.mouseClick(offer.learn, LEFT)
    assert list(bench.worker.last(FindDirections).sha256) == ["sha0", *(f"sha{i}" for i in range(2, 13))]
    bench.worker.answer(FindDirections, [learned(bench)])
    told = find(panel, "How far off predictions are").text()
    now = find(offer, "Error: Now, by age").text()
    assert told == f"Typical error about {now}"
    assert find(panel, "What that is known from").text().startswith("From 12 labels.")
    assert session.calibration is not None
    card = error_words(document, "age")
    assert card == f"Typical error {session.calibration.loo_mae:.3g} years from 12 labels"
    free = fit(session.judged(points := session.calibration_points()), session.label_values(points))
    assert session.calibration.loo_mae < free.loo_mae


def test_both_errors_are_shown_before_anything_changes(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session, document, offer = bench.open(), bench.document, panel.offer
    label(bench, range(12))
    document.editor.name_value(Value("age", "age", "years"))
    qtbot.mouseClick(offer.learn, LEFT)
    asked = bench.worker.last(FindDirections)
    assert asked.search.finder == "ridge" and asked.search.name == "age_learned"
    assert list(asked.sha256) == [f"sha{i}" for i in range(12)]
    assert list(asked.said) == [session.labels[i].value for i in range(12)]
    bench.worker.answer(FindDirections, [learned(bench)])
    assert session.calibration is not None
    now = find(offer, "Error: Now, by age").text()
    assert now == f"{about(session.calibration.loo_mae)} years"
    assert float(find(offer, "Error: Learned from 12 values").text().split()[0]) < 0.01
    assert find(offer, "Error: Guessing the median").text().endswith(" years")
    words = find(offer, "Which direction is better").text()
    assert words.startswith("The learned direction is better by ") and words.endswith(" (100 %).")
    assert offer.use.isDefault()
    assert not document.own and document.chosen.name == "age"


def test_it_is_said_when_nothing_was_learned(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> None:
    bench.open()
    offer = panel.offer
    label(bench, range(12))
    qtbot.mouseClick(offer.learn, LEFT)
    bench.worker.answer(FindDirections, [learned(bench, good=False)])
    assert "no better than guessing" in find(offer, "Which direction is better").text()
    assert not offer.use.isDefault() and offer.keep.text() == "Keep the old"
    qtbot.mouseClick(offer.keep, LEFT)
    assert offer.isHidden() and bench.document.chosen.name == "age" and not bench.document.own


def test_what_was_learned_takes_its_labels_and_undo_takes_it_back(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session, document, offer = bench.open(), bench.document, panel.offer
    label(bench, range(12))
    document.editor.name_value(Value("age", "true age", "years", 0, 120))
    labels, steps = dict(session.labels), document.editor.stack.count()
    use(bench, qtbot, offer, learned(bench, name="true_age"))
    assert bench.worker.last(FindDirections).search.name == "true_age", "it is named after the value"
    assert document.chosen.name == "true_age" and session.labels == labels
    assert document.value == Value("true_age", "true age", "years", 0, 120)
    assert document.editor.stack.count() == steps + 1 and offer.isHidden()
    assert session.calibration is not None and session.calibration.loo_mae < 0.01, "by held-out distances"
    document.editor.stack.undo()
    assert document.chosen.name == "age" and not document.own and session.labels == labels
    assert not document.store.labels("true_age")  # type: ignore[union-attr]


def test_learning_anew_replaces_what_was_learned(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> None:
    session, document, offer = bench.open(), bench.document, panel.offer
    label(bench, range(12))
    use(bench, qtbot, offer, learned(bench))
    first = next(d for d in session.directions if d.name == "age_learned")
    label(bench, range(12, 21))
    assert offer.isHidden(), "it was learned from twelve of them, and nine are new"
    label(bench, [21])
    document.flip()
    use(bench, qtbot, offer, learned(bench))
    assert bench.worker.last(FindDirections).search.name == "age_learned"
    assert document.own == {"age_learned"} and len(document.store.labels("age_learned")) == 22  # type: ignore[union-attr]
    assert document.chosen.flipped, "it stays turned round"
    document.editor.stack.undo()
    assert next(d for d in session.directions if d.name == "age_learned") is first
    assert len(session.labels) == 22


def test_other_labels_make_it_forget(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> None:
    bench.open()
    offer = panel.offer
    label(bench, range(12))
    qtbot.mouseClick(offer.learn, LEFT)
    number = len(bench.worker.of(FindDirections))
    label(bench, [12])
    assert bench.worker.forgotten and offer.learn.isVisible() and number == 1
    qtbot.mouseClick(offer.learn, LEFT)
    bench.worker.answer(FindDirections, [learned(bench)])
    assert offer.use.isVisible()
    bench.document.editor.clear_labels([12])
    assert offer.learn.isVisible() and not offer.use.isVisible()


def test_keys_go_from_the_job_to_the_choice(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> None:
    bench.open()
    label(bench, range(12))
    panel.offer.learn.setFocus()
    qtbot.keyClick(panel.offer.learn, Qt.Key.Key_Space)
    assert find(panel, "Cancel learning").hasFocus()
    bench.worker.answer(FindDirections, [learned(bench)])
    assert panel.offer.use.hasFocus()
