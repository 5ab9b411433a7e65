"""What is expected of the spread about a line, and the interval that it makes."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from large_gui.core.calibrating.calibration import Calibration, fit
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.calibrating.prior import (
    NO_PRIOR,
    STATED,
    TYPICAL,
    WEAK,
    Prior,
    prior_of_direction,
    stated_prior,
    typical_prior,
)
from large_gui.core.calibrating.sampling import few_shot_indices
from large_gui.core.calibrating.suggestion import gain
from large_gui.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)


def draw(seed: int, n: int, correlation: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    d = rng.standard_normal(n)
    return d, d + np.sqrt(1 / correlation**2 - 1) * rng.standard_normal(n)


@given(SEEDS, st.integers(3, 30), st.floats(0.1, 10), st.floats(0.5, 20), st.floats(0.5, 0.99))
def test_the_interval_is_that_of_the_posterior(
    seed: int, n: int, std: float, strength: float, level: float
) -> None:
    """Direct: the mean of Student intervals over many draws of the variance from its posterior."""
    d, y = draw(seed, n)
    line = fit(d, y, level=level).with_prior(Prior(std, strength, "a test"))
    squares = float(np.sum((y - line.line(d)) ** 2))
    scale = math.sqrt((squares + strength * std**2) / (n - 2 + strength))
    leverage = 1 + 1 / n + (d - d.mean()) ** 2 / line.spread
    half = stats.t.ppf(0.5 + level / 2, n - 2 + strength) * scale * np.sqrt(leverage)
    low, high = line.interval(d)
    np.testing.assert_allclose([low, high], [line.line(d) - half, line.line(d) + half], rtol=1e-9, atol=1e-9)
    assert line.std == pytest.approx(scale)
    np.testing.assert_array_equal(line.predict(d), fit(d, y).predict(d))


@given(SEEDS, st.integers(3, 30), st.floats(0.1, 10))
def test_a_prior_that_agrees_changes_the_quantile_alone(seed: int, n: int, strength: float) -> None:
    d, y = draw(seed, n)
    line = fit(d, y)
    assert line.with_prior(Prior(line.residual_std, strength, "")).std == pytest.approx(line.residual_std)
    assert line.std == pytest.approx(line.residual_std)


@given(SEEDS, st.integers(3, 12), st.floats(1e-3, 1e3), st.floats(-100, 100))
def test_what_is_typical_knows_no_units(seed: int, n: int, scale: float, shift: float) -> None:
    d, y = draw(seed, n)
    order = draw(seed + 1, 300)[0]
    one = typical_prior(d, y, order)
    assert typical_prior(-scale * d + shift, y, -scale * order + shift).std == pytest.approx(
        one.std, rel=1e-6
    )
    assert typical_prior(d, 1000 * y + shift, order).std == pytest.approx(1000 * one.std, rel=1e-6)
    assert one.strength == WEAK and ("the labels show" in one.source or f"by {TYPICAL:g}" in one.source)


def test_with_many_labels_it_is_the_spread_that_such_a_direction_leaves() -> None:
    d, y = draw(0, 20_000)
    assert typical_prior(d, y, d).std == pytest.approx(np.std(y) * math.sqrt(1 - TYPICAL**2), rel=1e-3)
    assert calibrated(d, y, d, CalibrationOptions()).std == pytest.approx(fit(d, y).residual_std, rel=1e-3)


def test_a_line_as_good_as_a_ruler_keeps_narrow_intervals() -> None:
    for n, most in ((6, 5), (10, 2), (20, 1.4)):
        d, y = draw(4, n, correlation=0.999)
        line = calibrated(d, y, draw(5, 500)[0], CalibrationOptions())
        assert line.std < most * math.sqrt(1 / 0.999**2 - 1)
        assert "the labels show" in line.prior.source


def test_labels_from_the_ends_do_not_pass_for_the_folder() -> None:
    """Images from both ends vary more than the folder does, which the distances of all tell."""
    d, y = draw(1, 4000)
    ends = np.concatenate([np.argsort(d)[:200], np.argsort(d)[-200:]])
    assert np.std(y[ends]) > 1.5 * np.std(y)
    assert typical_prior(d[ends], y[ends], d).std == pytest.approx(typical_prior(d, y, d).std, rel=0.1)


@pytest.mark.parametrize(
    ("values", "least"),
    [([3, 3, 3], 0.5), ([20, 20, 20], 0.5), ([0.3, 0.3, 0.3], 0.05), ([1.25, 1.25, 1.25], 0.005)],
)
def test_equal_labels_do_not_show_that_there_is_no_error(values: list[float], least: float) -> None:
    d = np.array([0.0, 1.0, 2.0])
    assert typical_prior(d, np.array(values), d).std == pytest.approx(least)
    low, high = calibrated(d, np.array(values), d, CalibrationOptions()).interval(d)
    assert (low < high).all()


def test_values_whose_squares_are_no_numbers_have_no_prior() -> None:
    d, y = np.array([0.0, 1e-9, 2e-9]), np.array([1e150, 3e150, 2e150])
    assert typical_prior(d, y, d) == NO_PRIOR


def test_two_labels_show_no_scale_of_errors() -> None:
    d, y = np.array([0.0, 1.0]), np.array([2.0, 5.0])
    assert typical_prior(d, y, d) == NO_PRIOR
    line = calibrated(d, y, d, CalibrationOptions())
    assert math.isnan(line.std) and math.isnan(line.width) and np.isnan(line.interval(d)).all()
    assert gain(line, 0.5, d) is None


def test_a_stated_spread_makes_an_interval_of_two_labels() -> None:
    d, y = np.array([0.0, 1.0]), np.array([2.0, 5.0])
    line = calibrated(d, y, d, CalibrationOptions(spread=3.0))
    assert line.prior == stated_prior(3.0) and line.std == pytest.approx(3.0)
    (low,), (high,) = line.interval([0.5])
    half = stats.t.ppf(0.95, line.prior.strength) * 3 * math.sqrt(1.5)
    assert (low, high) == pytest.approx((3.5 - half, 3.5 + half))
    assert gain(line, 0.5, d) is not None
    assert Calibration.from_json(line.as_json()).interval([0.5]) == line.interval([0.5])


def test_a_direction_that_was_learned_from_values_knows_its_spread() -> None:
    d, y = draw(0, 6)
    figures = {"spread": 1.1, "error": 0.9, "images": 100.0}
    line, known = calibrated(d, y, d, CalibrationOptions(), figures=figures), prior_of_direction(figures, 6)
    assert line == fit(d, y).with_prior(known) and known.strength == STATED
    stated = calibrated(d, y, d, CalibrationOptions(spread=2.0), figures=figures)
    assert stated == fit(d, y).with_prior(stated_prior(2.0))
    assert prior_of_direction({}, 6) == NO_PRIOR == prior_of_direction({"spread": 0.0, "images": 9}, 6)
    assert prior_of_direction(figures, 98).strength == 2, "what was learned from labels counts once"
    assert prior_of_direction(figures, 100) == NO_PRIOR


def test_a_spread_of_another_unit_is_not_believed() -> None:
    d, y = draw(0, 6)
    typical = fit(d, y).with_prior(typical_prior(d, y, d))
    for spread in (0.01, 100.0):
        figures = {"spread": spread, "images": 50.0}
        assert calibrated(d, y, d, CalibrationOptions(), figures=figures) == typical
    two = calibrated(d[:2], y[:2], d, CalibrationOptions(), figures={"spread": 1.0, "images": 50.0})
    assert np.isnan(two.width), "two labels can't show that they are of the same unit"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"level": 1.0}, "level can't be 1"),
        ({"level": 0.0}, "level can't be 0"),
        ({"level": math.nan}, "level can't be nan"),
        ({"spread": -1.0}, "spread can't be -1"),
        ({"spread": math.inf}, "spread can't be inf"),
        ({"method": "by eye"}, "method can't be 'by eye'"),
    ],
)
def test_options_that_are_not_possible(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        calibrated(np.arange(3.0), np.arange(3.0), np.arange(3.0), CalibrationOptions(**options))
    assert caught.value.hint


@pytest.mark.parametrize("spread_out", [True, False])
def test_bad_draws_of_few_labels_are_not_far_off(spread_out: bool) -> None:
    """The measured table is in docs/coverage.md; here 200 draws of simulated lines, and loose bounds."""
    covered: dict[int, list[float]] = {3: [], 5: [], 10: []}
    for kind, correlation in (("normal", 0.6), ("normal", 0.75), ("heavy", 0.7)):
        d, y = draw(5, 1500, correlation)
        if kind == "heavy":
            left = np.random.default_rng(6).standard_t(4, 1500) / math.sqrt(2)
            y = d + math.sqrt(1 / correlation**2 - 1) * left
        rng = np.random.RandomState(7)
        for n, shares in covered.items():
            for _ in range(66):
                drawn = few_shot_indices(d, n, rng) if spread_out else rng.choice(1500, n, replace=False)
                low, high = calibrated(d[drawn], y[drawn], d, CalibrationOptions()).interval(d)
                shares.append(float(np.mean((low <= y) & (y <= high))))
    for n, shares in covered.items():
        assert 0.86 < np.mean(shares) < 0.95, n
    assert np.quantile(covered[5], 0.05) > 0.55
    assert np.quantile(covered[3], 0.05) > 0.3
