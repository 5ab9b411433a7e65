"""The Attribute Linearity Score against its formula, and what it must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from large_gui.metrics.als import (
    attribute_linearity,
    ideal_line,
    interpolation_points,
    squared_deviations,
    standard_error,
)

SCORES = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(3, 7), st.integers(1, 3)),
                elements=st.floats(-100, 100))  # fmt: skip


def by_hand(scores: np.ndarray) -> float:
    """Eq. 5 and the sum below it, one term after the other."""
    pairs, points, attributes = scores.shape
    total = 0.0
    for p in range(pairs):
        for n in range(1, points):  # t = 1 .. N
            t = n / (points - 1)
            for j in range(attributes):
                c0, c1, ct = scores[p, 0, j], scores[p, -1, j], scores[p, n, j]
                total += (ct - c0 - t * (c1 - c0)) ** 2
    return total / (pairs * (points - 1) * attributes)


@given(SCORES)
def test_it_is_the_papers_sum(scores: np.ndarray) -> None:
    found = attribute_linearity(scores)
    assert found.als == pytest.approx(by_hand(scores), rel=1e-9, abs=1e-9)
    assert found.als == pytest.approx(found.by_attribute.mean(), abs=1e-9)
    points = scores.shape[1]
    assert found.als == pytest.approx(found.by_point.sum() / (points - 1), rel=1e-9, abs=1e-9)
    assert found.by_point[0] == found.by_point[-1] == 0


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.integers(2, 9))
def test_a_line_has_none(first: float, last: float, steps: int) -> None:
    line = first + interpolation_points(steps) * (last - first)
    np.testing.assert_allclose(
        squared_deviations(line[:, None]), 0, atol=1e-15 * (first**2 + last**2) + 1e-20
    )
    np.testing.assert_allclose(ideal_line(line[:, None])[:, 0], line, atol=1e-9)


@pytest.mark.parametrize("same", [0.1, 0.7])
def test_ends_that_differ_by_rounding_alone_have_no_relative_score(same: float) -> None:
    assert np.full(6, same).var() > 0, "which is nothing but the rounding of the mean"
    scores = np.full((3, 3, 1), same)
    scores[0, 1] = 1.0  # it strays from a line, and the ends are all alike
    found = attribute_linearity(scores)
    assert found.als > 0 and np.isnan(found.relative)
    assert np.isnan(found.relative_error) and np.isnan(found.relative_by_attribute_error).all()


def test_a_square_by_hand() -> None:
    t = interpolation_points(4)
    squares = squared_deviations((t**2)[:, None])[:, 0]
    np.testing.assert_allclose(
        squares, [0, (1 / 16 - 1 / 4) ** 2, (1 / 4 - 1 / 2) ** 2, (9 / 16 - 3 / 4) ** 2, 0]
    )


def random_scores(pairs: int = 9) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(pairs, 6, 3))


def test_the_raw_score_depends_on_the_unit_and_the_relative_one_does_not() -> None:
    years = attribute_linearity(random_scores())
    months = attribute_linearity(12 * random_scores() + 5)
    assert months.als == pytest.approx(144 * years.als)
    assert months.relative == pytest.approx(years.relative)
    np.testing.assert_allclose(months.relative_by_attribute, years.relative_by_attribute)
    np.testing.assert_allclose(months.relative_by_point, years.relative_by_point)
    assert months.als_error == pytest.approx(144 * years.als_error)
    assert months.relative_error == pytest.approx(years.relative_error)


def test_the_relative_score_is_over_the_variance_at_the_ends() -> None:
    scores = random_scores()
    ends = scores[:, [0, -1], 1].var()
    found = attribute_linearity(scores)
    assert found.relative_by_attribute[1] == pytest.approx(found.by_attribute[1] / ends)


def test_the_standard_error_is_over_paths() -> None:
    scores = random_scores()
    each = [attribute_linearity(scores[i : i + 1]).als for i in range(len(scores))]
    found = attribute_linearity(scores)
    assert found.als == pytest.approx(np.mean(each))
    assert found.als_error == pytest.approx(np.std(each, ddof=1) / 3)
    one = attribute_linearity(scores[:1])
    assert np.isnan(one.als_error) and np.isfinite(one.als) and np.isnan(one.by_attribute_error).all()
    assert np.isnan(standard_error([[1.0, 2.0]])).all()


def test_an_attribute_that_never_changes_is_left_out_of_the_relative_score() -> None:
    scores = random_scores()
    scores[..., 2] = 7.0
    found = attribute_linearity(scores)
    assert np.isnan(found.relative_by_attribute[2]) and found.by_attribute[2] == 0
    assert found.relative == pytest.approx(attribute_linearity(scores[..., :2]).relative)
    nothing = attribute_linearity(np.ones((4, 5, 2)))
    assert nothing.als == 0 and np.isnan(nothing.relative) and np.isnan(nothing.relative_by_point).all()


@pytest.mark.parametrize(
    ("scores", "why"),
    [(np.ones((2, 2, 1)), "N >= 2"), (np.ones((0, 4, 1)), "N >= 2"), (np.ones((2, 4)), "N >= 2"),
     (np.full((2, 4, 1), np.nan), "finite")],
)  # fmt: skip
def test_what_has_no_score(scores: np.ndarray, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        attribute_linearity(scores)
