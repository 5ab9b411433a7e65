"""The difference of two groups: against scipy, by its properties, and in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.comparing.groups import Difference, answer, decimals, density, difference, summary
from large_gui.errors import InputError

numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=40)
NAN = math.nan


@given(samples, samples, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_that_of_welchs_test(a: list[float], b: list[float], level: float) -> None:
    from scipy.stats import ttest_ind

    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return  # scipy warns of what can't be computed precisely
    found = difference(a, b, level)
    low, high = ttest_ind(a, b, equal_var=False).confidence_interval(level)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-6 * (1 + abs(high)))
    assert found.mean == pytest.approx(np.mean(a) - np.mean(b), rel=1e-9, abs=1e-6)


@given(samples, samples, st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_it_moves_and_scales_with_the_unit(a: list[float], b: list[float], by: float, scale: float) -> None:
    plain = difference(a, b)
    turned, moved = difference(b, a), difference(np.array(a) * scale + by, np.array(b) * scale + by)
    room = 1e-6 * scale * (1 + np.abs([*a, *b]).max()) + 1e-9 * abs(by)
    assert (-turned.high, -turned.low) == pytest.approx((plain.low, plain.high))
    assert (moved.low / scale, moved.high / scale) == pytest.approx((plain.low, plain.high), abs=room / scale)
    assert plain.low <= plain.mean <= plain.high


def test_hedges_g_is_what_the_paper_says() -> None:
    a, b = [3.0, 4.0, 5.0], [1.0, 2.0, 3.0]
    exact = math.gamma(2) / (math.sqrt(2) * math.gamma(1.5))
    assert difference(a, b).g == pytest.approx(2 * exact)
    assert difference(a, b).size == "large"
    assert difference([1, 1], [2, 2]).size == "" and difference([1.0, 3], [1.1, 3.1]).size == "very small"


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    found = [difference(rng.normal(1, 3, 8), rng.normal(0, 1, 20)) for _ in range(2000)]
    assert np.mean([f.low <= 1 <= f.high for f in found]) == pytest.approx(0.95, abs=0.015)


def test_too_little_to_compare() -> None:
    assert math.isnan(difference([], [1, 2]).mean)
    alone = difference([4.0], [1.0, 2.0])
    assert alone.mean == 2.5 and math.isnan(alone.low) and not alone.clear
    same = difference([2.0, 2.0], [1.0, 1.0])
    assert (same.low, same.high, same.clear) == (1, 1, True) and math.isnan(same.g)
    with pytest.raises(InputError, match="not possible"):
        difference([1, 2], [1, 2], 1.0)


def test_summary() -> None:
    found = summary([1.0, 2.0, 3.0, 4.0, NAN, math.inf])
    assert (found.n, found.mean, found.median, found.q1, found.q3) == (4, 2.5, 2.5, 1.75, 3.25)
    assert found.sd == pytest.approx(np.std([1, 2, 3, 4], ddof=1))
    assert summary([]).n == 0 and math.isnan(summary([]).mean) and math.isnan(summary([1.0]).sd)


@given(st.lists(numbers, min_size=1, max_size=60))
def test_a_density_is_highest_at_1_and_covers_all_values(values: list[float]) -> None:
    places, heights = density(values)
    assert heights.max() == 1 and (heights >= 0).all()
    assert places[0] < min(values) and max(values) < places[-1]


def test_a_density_stops_where_values_can_not_lie() -> None:
    places, _ = density([0.0, 3.0, 118.0], within=(0.0, 120.0))
    assert (places[0], places[-1]) == (0, 120)
    places, _ = density([-1.0, 3.0], within=(0.0, 120.0))
    assert places[0] == -1, "a value that lies there after all is drawn"


def test_many_values_have_the_density_of_few() -> None:
    values = np.random.default_rng(0).normal(size=5000)
    places, heights = density(values)
    assert places[heights.argmax()] == pytest.approx(0, abs=0.3)
    assert np.interp(1.0, places, heights) == pytest.approx(math.exp(-0.5), abs=0.08)
    assert density([])[0].shape == (0,)


@pytest.mark.parametrize(
    ("half", "places"), [(1.9, 1), (0.042, 3), (19.0, 0), (250.0, 0), (1e-9, 6), (NAN, 2), (0.0, 2)]
)
def test_decimals_are_those_that_mean_something(half: float, places: int) -> None:
    assert decimals(half) == places


class TestWords:
    def test_a_clear_difference(self) -> None:
        words = answer(
            ("treated", "control"), (40, 38), Difference(-3.1, -5.0, -1.2, -0.9), "sickness", "per cent"
        )
        assert words == (
            "Sickness is 3.1 per cent lower in treated than in control "
            "(95 % interval: 1.2 to 5.0 lower); 40 and 38 images."
        )

    def test_a_difference_that_may_be_none(self) -> None:
        words = answer(("a", "b"), (1200, 1), Difference(0.04, -0.1, 0.18, 0.1), "the distance along smile")
        assert words == (
            "The distance along smile is not clearly different: on average it is 0.04 higher in a than in b "
            "(95 % interval: from 0.10 lower to 0.18 higher); 1,200 and 1 image."
        )

    def test_no_interval_and_no_difference(self) -> None:
        assert answer(("a", "b"), (1, 9), Difference(2.5, NAN, NAN, NAN), "age", "years") == (
            "Age is 2.50 years higher in a than in b; 1 and 9 images. "
            "How sure this is can't be said of fewer than two images of each."
        )
        assert answer(("a", "b"), (0, 9), difference([], [1]), "age").startswith("a and b can't be compared")
        assert answer(("a", "b"), (2, 2), difference([1, 1], [1, 1]), "age") == (
            "Age is the same in a and in b; 2 and 2 images."
        )
