"""When a calibration can't be trusted, it is said why; when it can, nothing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibration import fit
from large_gui.core.doubts import doubts
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
