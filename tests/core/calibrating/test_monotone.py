"""Monotone curves from distances to values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.fitted import groups
from large_gui.core.calibrating.monotone import Curve, fit_curve
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)
KINDS = st.sampled_from(["isotonic", "spline"])


def bent(seed: int, n: int, noise: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Labels that level off at both ends."""
    rng = np.random.default_rng(seed)
    d = rng.standard_normal(n)
    return d, 10 + 5 * np.tanh(2 * d) + noise * rng.standard_normal(n)


@settings(max_examples=25)
@given(SEEDS, st.integers(10, 80), st.booleans(), st.booleans())
def test_isotonic_is_that_of_scikit_learn(seed: int, n: int, falls: bool, ties: bool) -> None:
    d, y = bent(seed, n, 2.0)
    d, y = (np.round(d, 1) if ties else d), (-y if falls else y)
    rises = fit(d, y).a >= 0
    theirs = IsotonicRegression(increasing=rises, out_of_bounds="clip").fit(d, y)
    everywhere = np.linspace(-5, 5, 301)
    np.testing.assert_allclose(
        fit_curve(d, y, "isotonic").line(everywhere), theirs.predict(everywhere), rtol=1e-7, atol=1e-9
    )


@settings(max_examples=25)
@given(SEEDS, st.integers(10, 80), KINDS, st.booleans(), st.floats(0.01, 100))
def test_a_curve_never_turns(seed: int, n: int, kind: str, falls: bool, scale: float) -> None:
    d, y = bent(seed, n, 3.0)
    curve = fit_curve(scale * d, -y if falls else y, kind)
    steps = np.diff(curve.line(scale * np.linspace(-6, 6, 501)))
    assert (steps >= -1e-9).all() or (steps <= 1e-9).all()
    assert np.ptp(np.sign(np.round(steps, 9))) <= 1


@settings(max_examples=25)
@given(SEEDS, KINDS)
def test_units_do_not_matter(seed: int, kind: str) -> None:
    d, y = bent(seed, 25)
    one, other = fit_curve(d, y, kind), fit_curve(7 * d - 3, 12 * y + 5, kind)
    np.testing.assert_allclose(other.line(7 * d - 3), 12 * one.line(d) + 5, rtol=1e-6)
    assert other.loo_mae == pytest.approx(12 * one.loo_mae, rel=1e-6)


def test_a_spline_through_a_line_is_that_line() -> None:
    d = np.linspace(-1, 1, 40)
    curve = fit_curve(d, 3 * d + 1, "spline")
    np.testing.assert_allclose(curve.line([-2.0, -0.3, 0.5, 3.0]), [-5, 0.1, 2.5, 10], atol=1e-9)
    assert curve.loo_mae == pytest.approx(0, abs=1e-9) == curve.straight_mae


@pytest.mark.parametrize("kind", ["isotonic", "spline"])
def test_bent_labels_ask_for_a_curve_and_straight_ones_do_not(kind: str) -> None:
    """The held-out error of the line stands beside that of the curve, from the same groups of labels."""
    curve = fit_curve(*bent(0, 50), kind)
    assert curve.loo_mae < 0.6 * curve.straight_mae
    rng = np.random.default_rng(1)
    d = rng.standard_normal(50)
    straight = fit_curve(d, 3 * d + rng.standard_normal(50), kind)
    assert straight.loo_mae > straight.straight_mae


@settings(max_examples=25)
@given(SEEDS, st.integers(10, 60))
def test_the_error_of_the_line_is_the_leave_one_out_error(seed: int, n: int) -> None:
    d, y = bent(seed, n)
    assert fit_curve(d, y, "spline").straight_mae == pytest.approx(fit(d, y).loo_mae, rel=1e-6)


def test_groups_of_many_labels() -> None:
    assert len(set(groups(60))) == 60 and len(set(groups(61))) == 20
    assert np.bincount(groups(100)).tolist() == [5] * 20


@pytest.mark.parametrize("kind", ["isotonic", "spline"])
def test_the_interval_holds_what_it_says(kind: str) -> None:
    held = []
    for seed in range(40):
        d, y = bent(seed, 30, 1.0)
        curve = calibrated(d, y, d, CalibrationOptions(method=kind))
        new, truth = bent(1000 + seed, 200, 1.0)
        low, high = curve.interval(new)
        held.append(np.mean((low <= truth) & (truth <= high)))
        assert np.ptp(high - low) < 1e-9
    assert 0.87 < np.mean(held) < 0.97


def test_predictions_stop_where_the_value_ends() -> None:
    d, y = bent(0, 30)
    curve = fit_curve(d, y, "spline", (6.0, 14.0))
    low, high = curve.interval(d)
    assert curve.predict(d).min() >= 6 and low.min() == 6 and high.max() == 14
    stops = (low <= 6) | (high >= 14)
    assert (curve.clips(d) == stops).all() and stops.any()


@pytest.mark.parametrize(
    ("d", "y", "sentence"),
    [
        (np.arange(9.0), np.arange(9.0), "at least 10 labels, there are 9"),
        (np.zeros(12), np.arange(12.0), "same distance"),
        (np.array([*np.zeros(11), 1.0]), np.array([*np.arange(12.0)]), ""),
        (np.array([*np.arange(11.0), np.nan]), np.arange(12.0), "not a finite"),
    ],
)
def test_labels_that_make_no_curve(d: np.ndarray, y: np.ndarray, sentence: str) -> None:
    for kind in ("isotonic", "spline"):
        if not sentence:  # without the one label apart there is no line, and the others still judge
            assert math.isfinite(fit_curve(d, y, kind).loo_mae)
            continue
        with pytest.raises(InputError, match=sentence) as caught:
            fit_curve(d, y, kind)
        assert caught.value.hint


def test_any_distance_may_be_asked_for() -> None:
    d, y = bent(0, 30)
    for kind in ("isotonic", "spline"):
        curve = fit_curve(d, y, kind)
        assert np.isnan(curve.predict([math.nan])).all()
        assert f"{curve.predict(0.5):.1f}" == f"{curve.predict([0.5])[0]:.1f}"
        assert isinstance(curve, Curve) and f"{len(curve.at)} knots" in curve.formula
