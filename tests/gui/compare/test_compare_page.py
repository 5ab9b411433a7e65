"""The page that compares models and ways: what it asks the worker for, shows and writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import Progress
from large_gui.gui.compare.page import ComparePage
from large_gui.models.kinds.gan import GanModel
from large_gui.project.value import Value
from large_gui.service.requests import CompareWays
from large_gui.tasks.comparing.report import Example, How, Part, Report, Row, Way
from tests.gui.acting import LEFT, find
from tests.gui.bench import NAMES, Bench

MEDIAN = Way(How.MEDIAN)
ALONG = Way(How.DISTANCE, "faces", "age", 1)
LEARNED = Way(How.RIDGE, "<i>features</i>")
ERRORS = {MEDIAN: (9.0, 8.0), ALONG: (4.0, 3.5), LEARNED: (20.0, 2.0)}


def a_report() -> Report:
    """Of three ways with 5 and 50 labels."""
    rows = [
        Row(way.name, k, k, errors[i], 0.5, errors[i] + 1, 0.1, None, 0.8, way == (ALONG, LEARNED)[i])
        for i, k in enumerate((5, 50))
        for way, errors in ERRORS.items()
    ]
    return Report(
        folder="photos", images=120, shots=[5, 50], repeats=100, seed=0, models={"faces": "key"},
        ways=list(ERRORS), rows=rows, parts=[Part((5,), ALONG.name), Part((50,), LEARNED.name)],
        example=Example(50, [1.0, 2.0, 3.0], {way.name: [1.0, 2.5, 9.0] for way in (ALONG, LEARNED)}),
        value="age", unit="years", cautions=["2 images are left out."],
    )  # fmt: skip


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(home, pack)
    bench.open()
    bench.document.editor.name_value(Value("age", "age", "years"))
    yield bench
    bench.document.quit()


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> ComparePage:
    page = ComparePage(bench.document)
    qtbot.addWidget(page)
    page.resize(1180, 560)
    page.show()
    qtbot.waitExposed(page)
    return page


def label(bench: Bench, images: int) -> None:
    for i in range(images):
        bench.document.editor.label([i], float(i * i))


def compared(page: ComparePage, bench: Bench, qtbot: QtBot) -> None:
    label(bench, 14)
    qtbot.mouseClick(page.start, LEFT)
    bench.worker.answer(CompareWays, a_report())


def test_too_few_labels_are_told(page: ComparePage, bench: Bench) -> None:
    label(bench, 11)
    assert not page.start.isEnabled() and not page.save.isVisible()
    assert "at least 12 labels; 11 images have one" in page.about.text()
    label(bench, 12)
    assert page.start.isEnabled() and page.about.text().startswith("12 labelled images.")


def test_it_asks_with_the_labels_and_the_direction_in_hand(
    page: ComparePage, bench: Bench, qtbot: QtBot
) -> None:
    label(bench, 14)
    bench.document.editor.exclude([3])
    qtbot.mouseClick(page.start, LEFT)
    asked = bench.worker.last(CompareWays)
    assert asked.labels == {NAMES[i]: float(i * i) for i in range(14) if i != 3}
    session = bench.document.session
    assert session is not None
    assert asked.directions == {"faces": [session.direction]}
    assert (asked.value, asked.unit) == ("age", "years") and asked.folder == session.folder
    bench.worker.progress(CompareWays, Progress(3, 10, "Comparing"))
    assert find(page, "Progress of comparing").value() == 3 and not page.start.isEnabled()
    qtbot.mouseClick(find(page, "Cancel comparing"), LEFT)
    assert bench.worker.forgotten and page.start.isEnabled() and page.report is None


def test_what_was_found(page: ComparePage, bench: Bench, qtbot: QtBot) -> None:
    compared(page, bench, qtbot)
    assert page.advice.text() == (
        "With 5 labels, use the distance along age (faces): mean error 4 years. "
        "From 50 labels on, learn from values (<i>features</i>): mean error 2 years."
    )
    assert "2 images are left out." in page.notes.text() and "120 labelled images" in page.notes.text()
    assert page.title.text() == "What predicts age best?"
    names = [page.table.item(row, 0) for row in range(page.table.rowCount())]
    assert [item.text() for item in names if item is not None] == [way.name for way in ERRORS]
    assert [item.font().bold() for item in names if item is not None] == [False, False, True]
    page.shots.setCurrentIndex(0)
    page.shots.activated.emit(0)
    shown = page.table.item(1, 1)
    assert shown is not None and shown.text() == "4.00" and shown.font().bold()
    assert page.plot.plot is not None and len(page.plot._items) == 3
    low, high = page.plot.plot.getViewBox().viewRange()[1]
    assert low < 0 < 9 < high < 20, "what errs far more than the median leaves the plot"


def test_a_report_is_of_its_labels_and_folder(page: ComparePage, bench: Bench, qtbot: QtBot) -> None:
    compared(page, bench, qtbot)
    assert "changed" not in page.notes.text()
    bench.document.editor.label([20], 3.0)
    assert page.notes.text().startswith("The labels have changed since.")
    bench.document.session = None
    bench.document.opened.emit()
    assert page.report is None and not page.save.isVisible() and not page.start.isEnabled()
    assert page.about.text() == "Open a folder, and give some of its images a value."


def test_it_is_saved(page: ComparePage, bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    compared(page, bench, qtbot)
    page.save_to(tmp_path / "report.html")
    page.save_to(tmp_path / "report.json")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "Predicting age in photos" in text and "&lt;i&gt;features" in text and "<i>" not in text
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["advice"] == page.advice.text()
    page.save_to(tmp_path / "nowhere" / "report.html")
    assert "can't be written" in bench.notices[-1][0] and bench.notices[-1][2]


def test_what_goes_wrong_is_told(page: ComparePage, bench: Bench, qtbot: QtBot) -> None:
    label(bench, 14)
    qtbot.mouseClick(page.start, LEFT)
    bench.worker.fail(CompareWays, "None of the models measures these images.")
    assert bench.notices[-1][0] == "None of the models measures these images." and page.start.isEnabled()
