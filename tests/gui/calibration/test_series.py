"""A series of twelve: led from image to image, skipping, ending, and without a direction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from large_gui.core.direction import Direction
from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.gui.calibration.series import LENGTH
from large_gui.project.store import ProjectStore
from large_gui.project.value import Value
from large_gui.service.requests import Measure, SpreadOut
from large_gui.tasks.finding import find as find_direction
from large_gui.tasks.finding.find import Finder, Need
from large_gui.tasks.session import Session
from tests.gui.acting import LEFT, find
from tests.gui.bench import NAMES, Bench, own_direction


def enter(qtbot: QtBot, panel: CalibrationPanel, value: str) -> None:
    qtbot.keyClicks(panel.entry, value)
    qtbot.keyClick(panel.entry, Qt.Key.Key_Return)


def progress(panel: CalibrationPanel) -> str:
    return str(find(panel, "Progress of the series").accessibleDescription())


def test_twelve_values_and_enter_lead_through_a_series(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session, document = bench.open(), bench.document
    dots = find(panel, "Progress of the series")
    assert not dots.isVisible()
    qtbot.mouseClick(find(panel, "Label a series"), LEFT)
    seen = []
    for done in range(LENGTH):
        assert dots.isVisible() and progress(panel) == f"{done} of {LENGTH}"
        assert document.current == panel.suggested >= 0 and document.current not in seen
        seen.append(document.current)
        enter(qtbot, panel, f"{40 + 20 * session.distances[document.current] + done % 3:.0f}")
    assert sorted(session.labels) == sorted(seen) and not panel.series.running and not dots.isVisible()
    assert document.current == panel.suggested not in seen, "the next number is of the next image"
    ((words, _, problem),) = bench.notices
    assert words.startswith("12 images got a value. The typical error is about ") and not problem
    enter(qtbot, panel, "33")
    assert len(session.labels) == LENGTH + 1


def test_what_is_skipped_is_not_suggested_again(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> None:
    session, document = bench.open(), bench.document
    panel.begin_series()
    first = document.current
    skip = find(panel, "Go to the suggested image")
    assert skip.text() == "Skip"
    qtbot.keyClick(panel.entry, Qt.Key.Key_N)
    second = document.current
    assert second != first and panel.entry.text() == ""
    qtbot.mouseClick(skip, LEFT)
    third = document.current
    assert third not in (first, second)
    enter(qtbot, panel, "12")
    document.set_current(first)  # a person looks elsewhere
    assert skip.text() == "Go to it"
    panel.go_to_suggestion()
    assert document.current not in (first, second, third), "it leads back, and skips nothing"
    assert progress(panel) == f"1 of {LENGTH}"
    document.editor.stack.undo()
    assert progress(panel) == f"0 of {LENGTH}", "what was taken back doesn't count"
    document.editor.stack.redo()
    panel.entry.abandon()
    assert not panel.series.running and session.labels.keys() == {third}
    assert bench.notices[-1][0] == "1 image got a value, 2 were skipped."
    assert panel.suggested == first, "after the series it may be suggested again"


def test_n_is_a_key_of_the_window_outside_of_a_series_until_a_number_is_begun(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    bench.open()
    qtbot.keyClick(panel.entry, Qt.Key.Key_N)
    assert panel.entry.text() == ""
    qtbot.keyClicks(panel.entry, "1n")
    assert panel.entry.text() == "1n", "which Enter will refuse in words"


def test_a_series_ends_when_no_image_is_left(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> None:
    bench.open(measured=3)
    panel.begin_series()
    for value in ("10", "30", "60"):
        enter(qtbot, panel, value)
    assert not panel.series.running and bench.notices[-1][0].startswith("3 images got a value.")


def test_another_direction_ends_a_series(bench: Bench, panel: CalibrationPanel) -> None:
    bench.open()
    panel.begin_series()
    bench.document.choose_direction("yaw")
    assert not panel.series.running and not bench.notices


# Without a direction


@pytest.fixture
def bare(bench: Bench) -> Session:
    """A session of a model that brings no direction."""
    return bench.open(built_in=False)


@pytest.fixture
def by_values(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = Finder("values", "From values", "", frozenset({Need.VALUES}), lambda *_: [], object, 4)  # type: ignore[arg-type, return-value]
    monkeypatch.setitem(find_direction.FINDERS, "values", finder)


def test_without_a_direction_images_that_differ_are_suggested(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot, bare: Session
) -> None:
    document = bench.document
    assert "Label 12" in find(panel, "What that is known from").text()
    panel.begin_series()
    assert "Looking for images" in find(panel, "Suggestion").text()
    asked = bench.worker.last(SpreadOut)
    assert len(asked.sha256) == 30 and not asked.labelled
    bench.worker.answer(SpreadOut, [f"sha{i}" for i in (7, 21, 3, 14)])
    assert document.current == 7
    enter(qtbot, panel, "5")
    assert document.current == 21
    qtbot.keyClick(panel.entry, Qt.Key.Key_N)
    assert document.current == 3
    enter(qtbot, panel, "8")
    enter(qtbot, panel, "9")
    assert not panel.series.running
    assert bench.notices[-1][0].startswith("3 images got a value, 1 was skipped. A direction can be")
    assert "A line needs a direction" in find(panel, "What that is known from").text()
    assert document.store is not None
    assert {path: x.value for path, x in document.store.labels("").items()} == {
        NAMES[7]: 5, NAMES[3]: 8, NAMES[14]: 9,
    }  # fmt: skip
    document.editor.stack.undo()
    assert set(document.store.labels("")) == {NAMES[7], NAMES[3]}


def keep(bench: Bench, *found: Direction) -> None:
    bench.document.add_directions(list(found))
    bench.worker.answer(Measure, np.random.default_rng(0).normal(size=(30, len(found))))


def test_a_direction_that_is_found_from_values_gets_them_as_labels(
    bench: Bench, panel: CalibrationPanel, bare: Session, by_values: None
) -> None:
    document = bench.document
    for number, value in ((1, 10.0), (2, 20.0), (3, 35.0)):
        document.editor.label([number], value)
    document.editor.name_value(Value("", "height", "cm"))
    keep(bench, replace(own_direction("height"), found_by="values"))
    assert document.chosen.name == "height" and document.value.spelled == "height, cm"
    assert {i: label.value for i, label in bare.labels.items()} == {1: 10, 2: 20, 3: 35}
    assert bare.calibration is not None and bare.calibration.n == 3
    store: ProjectStore | None = document.store
    assert store is not None and len(store.labels("height")) == 3
    document.editor.stack.undo()
    assert document.chosen.name == "" and len(bare.labels) == 3
    assert not store.labels("height") and "height" not in store.values()
    document.editor.stack.redo()
    assert bare.calibration is not None and len(store.labels("height")) == 3
    assert document.value.unit == "cm"


def test_a_direction_that_is_found_otherwise_gets_none(
    bench: Bench, panel: CalibrationPanel, bare: Session, by_values: None
) -> None:
    bench.document.editor.label([1], 10.0)
    keep(bench, own_direction("freckles"))
    assert bench.document.chosen.name == "freckles" and not bare.labels
