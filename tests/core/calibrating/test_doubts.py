"""When a calibration can't be trusted, it is said why; when it can, nothing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.doubts import disagreements, doubts, median_error
from large_gui.project.value import LARGEST

ORDER = np.linspace(-1, 1, 101)


def said(distances: list[float], values: list[float]) -> str:
    d, y = np.array(distances), np.array(values)
    return " ".join(doubts(fit(d, y), d, y, ORDER))


def test_a_good_line_is_not_doubted() -> None:
    assert said([-0.9, -0.4, 0.0, 0.5, 0.9], [10, 24, 41, 55, 69]) == ""


@pytest.mark.parametrize(
    ("distances", "values", "word"),
    [
        ([-0.9, 0.0, 0.9], [30, 30, 30], "same value"),
        ([-0.9, -0.5, 0.0, 0.5, 0.9], [30, 10, 45, 12, 31], "changes along"),
        ([-0.95, -0.9, -0.8, -0.7], [1, 2, 4, 6], "low end"),
        ([-1.0, -0.98, -0.96, -0.94, 0.1], [1, 2, 2.5, 3, 55], "low end"),
        ([0.7, 0.8, 0.9, 0.95], [1, 2, 3, 3.6], "high end"),
    ],
)
def test_each_reason_is_told(distances: list[float], values: list[float], word: str) -> None:
    assert word in said(distances, values)


def test_no_better_than_the_median_is_told() -> None:
    distances = [0.1, 0.3, 0.4, -0.6, 0.9, -0.3]
    values = [7, 4, 4, 1, 14, -3]
    assert "median" in said(distances, values)


@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(-LARGEST, LARGEST)), min_size=3, max_size=12,
        unique_by=lambda pair: round(pair[0], 3),
    ),
    st.sampled_from([(-np.inf, np.inf), (0.0, 120.0)]),
)  # fmt: skip
def test_no_labels_make_numpy_warn_and_predictions_stay_possible(
    pairs: list[tuple[float, float]], possible: tuple[float, float]
) -> None:
    d, y = np.array(pairs).T
    line = fit(d, y, possible=possible)
    doubts(line, d, y, ORDER)  # a warning would fail the test
    for values in (line.predict(ORDER), *line.interval(ORDER)):
        assert (values >= possible[0]).all() and (values <= possible[1]).all()
    outside = (line.line(ORDER) < possible[0]) | (line.line(ORDER) > possible[1])
    assert line.clips(ORDER)[outside].all() and (np.isfinite(possible).all() or not line.clips(ORDER).any())


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=12))
def test_the_median_of_the_others_is_the_guess_to_beat(values: list[int]) -> None:
    y = np.array(values, np.float64)
    expected = np.mean([abs(v - np.median(np.delete(y, i))) for i, v in enumerate(y)])
    assert median_error(y) == pytest.approx(expected)


def off(values: list[float], method: str = "least-squares") -> list[tuple[int, float]]:
    d, y = np.linspace(-1, 1, len(values)), np.array(values, np.float64)
    line = fit(d, y, method, (0, 100))
    return [(found.place, found.expected) for found in disagreements(line, d, y)]


def test_labels_that_stand_out_are_told_with_what_the_others_say() -> None:
    assert off([10, 21, 29, 41, 49, 61, 70]) == [], "good labels"
    ((index, expected),) = off([10, 21, 29, 90, 49, 61, 70])
    assert index == 3 and expected == pytest.approx(40, abs=2)
    (index, expected), *_ = off([10, 21, 29, 41, 49, 61, 5])
    assert index == 6 and expected == pytest.approx(70, abs=3), "the end pulls the line toward itself"
    ((index, expected),) = off([10, 20, 30, 95, 50, 60, 70], "L2")
    assert index == 3 and expected == pytest.approx(40, abs=2), "by the line's own method"
    ((_, expected),) = off([80, 90, 100, 100, 100, 100, 0])
    assert expected <= 100, "no farther than the value can be"


def test_nothing_is_said_of_too_few_labels_or_of_a_perfect_line() -> None:
    assert off([10, 20, 90, 40, 50]) == []
    assert off([10, 20, 30, 40, 50, 60]) == []
    assert off([30, 30, 30, 30, 30, 30, 30]) == []
    ((index, expected),) = off([10, 20, 30, 41, 50, 60, 70])
    assert index == 3 and expected == pytest.approx(40), "all others lie on one line"


def test_one_label_far_from_all_others_is_not_judged() -> None:
    d = np.array([0.0, 0, 0, 0, 0, 0, 1])
    y = np.array([1.0, 2, 3, 1, 2, 3, 99])
    assert all(found.place != 6 for found in disagreements(fit(d, y), d, y))


def test_studentised_residuals_are_those_of_the_line_without_the_label() -> None:
    rng = np.random.default_rng(3)
    d, y = rng.normal(size=9), rng.normal(size=9)
    y[4] += 20
    (found,) = disagreements(fit(d, y), d, y)
    rest = np.arange(9) != 4
    line = fit(d[rest], y[rest])
    error = line.residual_std * np.sqrt(1 + 1 / 8 + (d[4] - line.mean_distance) ** 2 / line.spread)
    assert found.size == pytest.approx(abs(y[4] - line.line(d[4:5])[0]) / error)


@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(-LARGEST, LARGEST)),
        min_size=6,
        max_size=9,
        unique_by=lambda x: x[0],
    )
)
def test_no_labels_make_numpy_warn_of_disagreements(labels: list[tuple[float, float]]) -> None:
    d, y = np.array(labels).T
    if np.ptp(d) > 1e-3:
        assert len(disagreements(fit(d, y), d, y)) <= 3
