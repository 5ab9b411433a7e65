"""Measuring the layer importance of a direction on the directions page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Chosen
from large_gui.core.reporter import Progress
from large_gui.gui.directions.page import DirectionsPage
from large_gui.service.requests import Measure, WeighLayers
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction
from tests.gui.directions.test_directions_page import choose, press, rows
from tests.gui.directions.test_find_box import model

WEIGH = "Measure layer importance"
SHARES = np.r_[0.56, np.full(22, 0.02)]


def test_layers_of_an_own_direction_are_measured_and_that_can_be_undone(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    model(bench, generator_is_here=True)
    session = bench.open(own_direction("freckles"))
    bench.document.choose_direction("smile", flipped=True)
    choose(page, "Freckles")
    before = session.along("freckles").copy()
    press(page, WEIGH, qtbot)
    asked = bench.worker.last(WeighLayers)
    assert asked.model == "faces" and asked.direction.name == "freckles"
    assert not find(page, WEIGH).isEnabled() and find(page, "Cancel measuring layers").isVisible()
    bench.worker.progress(WeighLayers, Progress(3, 12, "Measuring layer importance"))
    assert find(page, "Progress of measuring layers", QProgressBar).value() == 3
    bench.worker.answer(WeighLayers, replace(asked.direction, layer_importance=SHARES))
    bench.worker.answer(Measure, np.linspace(-2, 2, 30)[:, None])
    told = find(page, "Layer importance")
    assert told.accessibleDescription() == "Layer 1 of 23 counts most: 56.0\N{NO-BREAK SPACE}%."
    np.testing.assert_array_equal(session.along("freckles"), np.linspace(-2, 2, 30))
    assert bench.document.chosen == Chosen("smile", True), "nothing else has moved"
    assert find(page, "Direction shown", QLabel).text() == "Freckles" and not bench.notices
    store, stack = bench.document.store, bench.document.editor.stack
    assert store is not None and store.directions()["freckles"].layer_importance is not None
    assert (stack.count(), stack.undoText()) == (1, "Change the direction freckles")
    stack.undo()
    assert told.accessibleDescription() == "All layers count alike."
    np.testing.assert_array_equal(session.along("freckles"), before)
    assert store.directions()["freckles"].layer_importance is None


def test_a_built_in_direction_is_never_changed(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    model(bench, generator_is_here=True)
    session = bench.open()
    assert not find(page, WEIGH).isVisible(), "it has its importance"
    bare = replace(session.directions[0], layer_importance=None)
    session.add_direction(bare, session.along("age"))
    bench.document.directions_changed.emit()
    press(page, WEIGH, qtbot)
    bench.worker.answer(WeighLayers, replace(bare, layer_importance=SHARES))
    assert [d.name for d in bench.worker.last(Measure).directions] == ["age_weighed"]
    assert not bench.notices, "it is not kept yet"
    bench.worker.answer(Measure, np.zeros((30, 1)))
    assert bench.notices[-1] == ("Age came with the model and stays as it is.",
                                 "The weighed one is kept as Age weighed.", False)  # fmt: skip
    assert rows(page)[-2:] == ["Found", "Age weighed"] and bench.document.own == {"age_weighed"}


def test_who_turns_to_another_direction_meanwhile_stays_there(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    model(bench, generator_is_here=True)
    bench.open(own_direction("freckles"))
    choose(page, "Freckles")
    press(page, WEIGH, qtbot)
    asked = bench.worker.last(WeighLayers)
    bench.worker.answer(WeighLayers, replace(asked.direction, layer_importance=SHARES))
    bench.document.choose_direction("smile")
    bench.worker.answer(Measure, np.zeros((30, 1)))
    assert bench.document.chosen == Chosen("smile")


def test_what_could_not_be_kept_is_neither_asked_for_nor_told_as_kept(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    model(bench, generator_is_here=True)
    session = bench.open()
    bare = replace(session.directions[0], layer_importance=None)
    session.add_direction(bare, session.along("age"))
    bench.document.directions_changed.emit()
    bench.document.job.measure([], print)
    press(page, WEIGH, qtbot)
    assert bench.notices[-1][0] == "The images are being measured." and not bench.worker.of(WeighLayers)
    bench.document.job.cancel()
    press(page, WEIGH, qtbot)
    bench.document.job.measure([], print)
    bench.worker.answer(WeighLayers, replace(bare, layer_importance=SHARES))
    assert bench.notices[-1][0] == "The images are being measured."


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"generates": False}, "This model makes no pictures. Layer importance is measured by pictures."),
        ({}, "The model's generator is not here: the Models page fetches it."),
    ],
)
def test_without_pictures_it_says_why(
    bench: Bench, page: DirectionsPage, changes: dict[str, object], why: str
) -> None:
    model(bench, **changes)
    bench.open(own_direction("freckles"))
    choose(page, "Freckles")
    assert not find(page, WEIGH).isEnabled() and find(page, WEIGH).toolTip().startswith(why)
    model(bench, generates=True, generator_is_here=True)  # it was fetched meanwhile
    page.hide()
    page.show()
    assert find(page, WEIGH).isEnabled()


def test_layers_in_s_can_be_weighed_as_well(bench: Bench, page: DirectionsPage) -> None:
    model(bench, generator_is_here=True)
    bench.open(replace(own_direction("freckles"), layer_sizes=(256, 256)))
    choose(page, "Freckles")
    assert find(page, WEIGH).isEnabled()


def test_weighing_a_direction_that_has_changed_is_told(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    model(bench, generator_is_here=True)
    session = bench.open(own_direction("freckles"))
    choose(page, "Freckles")
    press(page, WEIGH, qtbot)
    asked = bench.worker.last(WeighLayers)
    session.add_direction(replace(asked.direction, intercept=1.0), session.along("freckles"))
    bench.worker.answer(WeighLayers, replace(asked.direction, layer_importance=SHARES))
    assert bench.notices[-1][0] == "Freckles has changed meanwhile." and not bench.worker.of(Measure)
    press(page, WEIGH, qtbot)
    bench.document.close()
    bench.open()
    bench.worker.answer(WeighLayers, replace(asked.direction, layer_importance=SHARES))
    assert not bench.worker.of(Measure), "another folder was opened"


def test_removing_what_is_measured_stops_that(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    model(bench, generator_is_here=True)
    bench.open(own_direction("freckles"))
    choose(page, "Freckles")
    press(page, WEIGH, qtbot)
    assert (
        find(page, "What is done while measuring layers").text() == "Measuring layer importance of Freckles"
    )
    press(page, "Remove direction", qtbot)
    assert not page.weighing.running and bench.notices[-1][0] == "Freckles was removed."


def test_cancelling_and_failing_leave_it_as_it_was(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    model(bench, generator_is_here=True)
    bench.open(own_direction("freckles"))
    choose(page, "Freckles")
    press(page, WEIGH, qtbot)
    press(page, "Cancel measuring layers", qtbot)
    assert not bench.notices and find(page, WEIGH).isEnabled()
    press(page, WEIGH, qtbot)
    bench.worker.fail(WeighLayers, "No memory.", "Close other programs.")
    assert bench.notices == [("No memory.", "Close other programs.", True)]
    assert find(page, WEIGH).isEnabled() and not bench.document.editor.stack.canUndo()
