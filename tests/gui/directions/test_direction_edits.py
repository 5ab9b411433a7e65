"""Directions of one's own come and go at any moment, and both can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.service.requests import Measure, OpenFolder
from large_gui.tasks.measure import Measured
from tests.gui.bench import NAMES, Bench, own_direction


def names(bench: Bench) -> list[str]:
    assert bench.document.session is not None
    return [d.name for d in bench.document.session.directions]


def test_removing_while_images_are_inverted(bench: Bench) -> None:
    session = bench.open(own_direction("fur"), own_direction("freckles"), measured=20)
    asked = names(bench)  # what the worker was asked to measure
    assert bench.document.editor.remove_direction("fur")
    table = np.arange(10.0 * len(asked)).reshape(10, -1)
    part = Measured(NAMES[20:], ["new"] * 10, table, [1.0] * 10, [()] * 10, directions=asked)
    bench.document.intake.take_measured(part)
    np.testing.assert_array_equal(session.along("freckles")[20:], table[:, asked.index("freckles")])
    np.testing.assert_array_equal(session.along("age")[20:], table[:, asked.index("age")])
    assert session.unmeasured == 0


def test_a_removed_direction_comes_back_with_its_distances(bench: Bench) -> None:
    session = bench.open(own_direction("freckles"))
    before = session.along("freckles")
    bench.document.choose_direction("freckles", flipped=True)
    assert bench.document.editor.remove_direction("freckles")
    assert session.direction.name == "age" and "freckles" not in names(bench)
    assert bench.document.store is not None and not bench.document.store.directions()
    bench.document.editor.stack.undo()
    assert session.direction.spelled == "-freckles" and list(bench.document.store.directions()) == [
        "freckles"
    ]
    np.testing.assert_array_equal(session.along("freckles"), before)
    np.testing.assert_array_equal(session.distances, -before)
    bench.document.editor.stack.redo()
    assert "freckles" not in names(bench) and session.direction.name == "age"


def test_adding_several_is_one_edit(bench: Bench) -> None:
    session = bench.open()
    bench.document.add_directions([own_direction("fur"), own_direction("freckles")])
    bench.worker.answer(Measure, np.random.default_rng(0).normal(size=(30, 2)))
    assert session.direction.name == "fur" and bench.document.editor.stack.undoText() == "Add 2 directions"
    bench.document.editor.stack.undo()
    assert session.direction.name == "age" and not {"fur", "freckles"} & set(names(bench))
    assert not bench.document.editor.stack.canUndo()


def test_what_was_inverted_meanwhile_is_measured_when_a_direction_comes_back(bench: Bench) -> None:
    session = bench.open(own_direction("freckles"), measured=20)
    assert bench.document.editor.remove_direction("freckles")
    n = len(names(bench))
    part = Measured(
        NAMES[20:], ["new"] * 10, np.ones((10, n)), [1.0] * 10, [()] * 10, directions=names(bench)
    )
    bench.document.intake.take_measured(part)
    bench.document.editor.stack.undo()
    assert [d.name for d in bench.worker.last(Measure).directions] == ["freckles"]
    bench.worker.answer(Measure, np.full((30, 1), 0.5))
    assert (session.along("freckles") == 0.5).all()
    assert not bench.document.job.busy


def test_one_that_is_removed_while_it_is_measured_stays_away(bench: Bench) -> None:
    session = bench.open(own_direction("freckles"), own_direction("fur"), measured=20)
    assert bench.document.editor.remove_direction("freckles") and bench.document.editor.remove_direction(
        "fur"
    )
    n = len(names(bench))
    part = Measured(
        NAMES[20:], ["new"] * 10, np.ones((10, n)), [1.0] * 10, [()] * 10, directions=names(bench)
    )
    bench.document.intake.take_measured(part)
    bench.document.editor.stack.undo()
    bench.document.editor.stack.undo()
    assert [d.name for d in bench.worker.last(Measure).directions] == ["fur"]
    assert bench.document.editor.remove_direction("fur")
    bench.worker.answer(Measure, np.full((30, 1), 0.5))
    assert "fur" not in names(bench) and "freckles" in names(bench)
    assert session.direction.name == "age"


def test_a_direction_whose_measuring_is_cancelled_is_not_added(bench: Bench) -> None:
    bench.open()
    bench.document.add_directions([own_direction("freckles")])
    assert bench.document.job.running
    bench.document.job.cancel()
    assert bench.worker.forgotten == [1]
    assert "freckles" not in names(bench) and not bench.document.editor.stack.canUndo()


def test_one_that_was_saved_turned_round_is_kept_as_found_and_chosen_turned_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, asked, d = bench.open(), [], np.arange(30.0)

    def measured(directions: list[Direction], done: Callable[[Any], None]) -> None:
        asked.extend(directions)
        done(d[:, None])

    monkeypatch.setattr(bench.document.job, "measure", measured)
    bench.document.add_directions([own_direction("freckles").turned()])
    assert [one.spelled for one in asked] == ["freckles"]
    assert bench.document.chosen == ("freckles", True) and session.direction.low == "with"
    np.testing.assert_array_equal(session.distances, -d)
    store = bench.document.store
    assert store is not None and not store.directions()["freckles"].flipped
    assert store.chosen_direction() == ("freckles", True)


def test_a_direction_that_is_added_while_the_process_dies_is_added_after_it(bench: Bench) -> None:
    session = bench.open()
    bench.document.add_directions([own_direction("freckles")])
    bench.worker.die()
    assert bench.notices[-1][0].endswith("started again.") and bench.document.job.running
    bench.worker.answer(OpenFolder, None)
    assert [d.name for d in bench.worker.last(Measure).directions] == ["freckles"]
    bench.worker.answer(Measure, np.linspace(-1, 1, 30)[:, None])
    assert session.direction.name == "freckles" and not bench.document.job.running, bench.notices
