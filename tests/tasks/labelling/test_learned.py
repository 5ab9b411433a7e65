"""Whether what was learned from values is better: the errors, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.tasks.labelling.learned import Verdict, compare, teachers
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session

N = 20
SHA = [f"{i:064x}" for i in range(N)]
PATHS = [f"{i:02}.jpg" for i in range(N)]
NORMAL = np.eye(4)[0]


def session_of(values: NDArray[np.float64], distances: NDArray[np.float64] | None) -> Session:
    """A session in which every image has a value; without distances it has no direction."""
    directions = [] if distances is None else [Direction("age", NORMAL)]
    session = Session(Manifest(Path("/photos"), PATHS, []), directions, "faces")
    table = np.empty((N, 0)) if distances is None else distances[:, None]
    session.add(Measured(PATHS, SHA, table, [0.0] * N, [()] * N, directions=[d.name for d in directions]))
    labels = {path: Label(float(value)) for path, value in zip(PATHS, values)}
    session.choose("age" if directions else "", labels)
    return session


def learned(held_out: NDArray[np.float64]) -> Direction:
    return Direction("learned", NORMAL, record=FindingRecord(held_out=dict(zip(SHA, map(float, held_out)))))


def noise(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(N)


VALUES = np.linspace(0, 10, N)


def test_a_good_one_is_better_than_one_that_tells_nothing() -> None:
    session = session_of(VALUES, noise(0))
    found = compare(session, learned(VALUES + 0.1 * noise(1)))
    assert session.calibration is not None
    assert found.old == pytest.approx(session.calibration.loo_mae), "as the window has it"
    assert found.new < 0.2 < 2 < found.guess
    assert (found.against_old, found.against_guess) == (Verdict.BETTER, Verdict.BETTER)


def test_a_poor_one_is_worse_and_a_like_one_is_not_told_apart() -> None:
    session = session_of(VALUES, VALUES + 0.1 * noise(0))
    poor = compare(session, learned(noise(1)))
    assert (poor.against_old, poor.against_guess) != (Verdict.BETTER, Verdict.BETTER)
    assert poor.against_old == Verdict.WORSE and poor.new > poor.old
    like = compare(session, learned(VALUES + 0.1 * noise(2)))
    assert like.against_old == Verdict.UNSURE


def test_without_a_direction_there_is_no_old_error() -> None:
    found = compare(session_of(VALUES, None), learned(VALUES + 0.1 * noise(1)))
    assert np.isnan(found.old) and found.against_old == Verdict.UNSURE
    assert found.new < 0.2 and found.against_guess == Verdict.BETTER


def test_what_does_not_say_how_it_judges_its_images_has_no_error() -> None:
    session = session_of(VALUES, noise(0))
    for held_out in (learned(VALUES[:5]), Direction("learned", NORMAL), learned(np.ones(N))):
        found = compare(session, held_out)
        assert np.isnan(found.new) and found.against_old == Verdict.UNSURE


def test_only_values_that_can_be_used_teach() -> None:
    session = session_of(VALUES, noise(0))
    session.label({PATHS[0]: Label(0.0, excluded=True), PATHS[1]: None})
    session.faceless[2] = True
    session.sha256[3] = ""
    session.measure(Value("age", "age", low=0, high=9))
    beyond = [i for i in range(N) if VALUES[i] > 9]
    assert list(teachers(session)) == [i for i in range(4, N) if i not in beyond]


@given(st.integers(0, 2**32 - 1))
def test_noise_never_looks_much_better_than_guessing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = compare(session_of(rng.uniform(0, 10, N), None), learned(rng.standard_normal(N)))
    assert found.new > 0.4 * found.guess
