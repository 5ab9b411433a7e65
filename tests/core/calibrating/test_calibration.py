"""The calibration line, its errors and its interval."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import linear_model

from large_gui.core.calibrating.calibration import Calibration, fit
from large_gui.core.calibrating.options import CalibrationOptions, calibrated, predicted_from_others
from large_gui.core.choices import LINES, Method
from large_gui.errors import InputError
from tests.conformance.cases import FOLDER

SEEDS = st.integers(0, 2**32 - 1)
THEIRS: dict[str, type[Any]] = {
    "least-squares": linear_model.LinearRegression,
    "L1": linear_model.Lasso,
    "L2": linear_model.Ridge,
    "both": linear_model.ElasticNet,
}


def draw(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    d = rng.standard_normal(n)
    return d, 8.1 * d + 36.2 + rng.standard_normal(n)


def test_it_agrees_with_scipy() -> None:
    d, y = draw(0, 12)
    line, theirs = fit(d, y), stats.linregress(d, y)
    assert (line.a, line.b, line.n) == pytest.approx((theirs.slope, theirs.intercept, 12))
    assert line.r2 == pytest.approx(theirs.rvalue**2)
    np.testing.assert_allclose(line.predict(d), theirs.slope * d + theirs.intercept)


@given(SEEDS, st.integers(3, 30), st.floats(0.01, 100), st.booleans(), st.floats(-1e3, 1e3))
def test_affine_equivariance(seed: int, n: int, scale: float, flip: bool, shift: float) -> None:
    """Stretched and shifted distances change a and b, and nothing that a person reads off the line."""
    d, y = draw(seed, n)
    moved = (-scale if flip else scale) * d + shift
    one, other = fit(d, y), fit(moved, y)
    np.testing.assert_allclose(one.predict(d), other.predict(moved), rtol=1e-6, atol=1e-6)
    assert one.residual_std == pytest.approx(other.residual_std, rel=1e-5, abs=1e-7)
    np.testing.assert_allclose(one.interval(d), other.interval(moved), rtol=1e-5, atol=1e-5)
    in_months = fit(d, 12 * y - 5)
    np.testing.assert_allclose(in_months.predict(d), 12 * one.predict(d) - 5, rtol=1e-6, atol=1e-6)


@given(st.floats(-100, 100), st.floats(0.01, 100), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_two_labels_lie_on_the_line(first: float, gap: float, low: float, high: float) -> None:
    d, y = [first, first + gap], [low, high]
    line = fit(d, y)
    np.testing.assert_allclose(line.predict(d), y, atol=1e-5)
    assert all(math.isnan(x) for x in (line.r2, line.loo_mae, line.residual_std))
    assert np.isnan(line.interval([0.0, 1.0])).all()


@given(SEEDS, st.integers(3, 15))
def test_leave_one_out_equals_brute_force(seed: int, n: int) -> None:
    d, y = draw(seed, n)
    errors = []
    for i in range(n):
        rest = np.arange(n) != i
        slope, intercept = np.polyfit(d[rest], y[rest], 1)
        errors.append(abs(slope * d[i] + intercept - y[i]))
    assert fit(d, y).loo_mae == pytest.approx(np.mean(errors), rel=1e-5)


@given(SEEDS, st.integers(3, 15), st.sampled_from(LINES), st.floats(0, 30), st.floats(31, 60))
def test_the_error_is_of_predictions_that_stop_where_the_value_does(
    seed: int, n: int, method: str, low: float, high: float
) -> None:
    d, y = draw(seed, n)
    y = np.clip(y, low, high)
    rest = [np.arange(n) != i for i in range(n)]
    told = [fit(d[others], y[others], method, (low, high)).predict(d[~others])[0] for others in rest]
    assert fit(d, y, method, (low, high)).loo_mae == pytest.approx(
        np.mean(np.abs(np.array(told) - y)), rel=1e-5, abs=1e-9
    )


@settings(max_examples=15)
@given(SEEDS, st.integers(20, 90), st.sampled_from(list(Method)), st.booleans())
def test_what_others_predict_is_off_by_the_error_that_is_told(
    seed: int, n: int, method: str, conformal: bool
) -> None:
    """One number for one question, whoever asks, of a few labels and of many."""
    d, y = draw(seed, n)
    grades, ends = method == Method.ORDINAL, (30.0, 42.0)
    y = np.clip(np.round(y / 6) * 6 if grades else y, *ends)
    options = CalibrationOptions(method, interval="conformal" if conformal and not grades else "student")
    off = predicted_from_others(d, y, options, ends) - y
    assert calibrated(d, y, d, options, ends).loo_mae == pytest.approx(np.mean(np.abs(off)), rel=1e-9)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_interval_covers_new_images_as_often_as_it_says(level: float) -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        d = rng.standard_normal(6)
        low, high = fit(d, 3 * d + 1 + rng.standard_normal(6)).interval(new := rng.standard_normal(5), level)
        truth = 3 * new + 1 + rng.standard_normal(5)
        hits += int(((low <= truth) & (truth <= high)).sum())
    assert hits / 10_000 == pytest.approx(level, abs=0.02)


def test_undefined_figures_are_nan() -> None:
    assert math.isnan(fit([0, 1, 2], [5, 5, 5]).r2)
    assert math.isnan(fit([0, 0, 1], [1, 2, 3]).loo_mae)  # without the third there is no line


@pytest.mark.parametrize(
    ("d", "y", "sentence"),
    [
        ([], [], "there are 0"),
        ([1.0], [2.0], "there is 1"),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], "same distance"),
        ([0.0, 0.0], [1.0, 2.0], "same distance"),
        ([0.1, 0.1 + 1e-17, 0.1 * (1 + 2e-16)], [1.0, 2.0, 3.0], "same distance"),
        ([0.0, math.nan], [1.0, 2.0], "not a finite"),
        ([0.0, 1.0], [1.0, math.inf], "not a finite"),
    ],
)
def test_labels_that_make_no_line_are_refused(d: list[float], y: list[float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        fit(d, y)
    assert caught.value.hint


def test_other_mistakes() -> None:
    with pytest.raises(ValueError, match="one shape"):
        fit([1, 2, 3], [1, 2])
    for level in (0, 1, 90, math.nan):
        with pytest.raises(InputError, match="interval"):
            fit([0, 1, 2], [0, 1, 3]).interval([0], level)


@pytest.mark.parametrize(
    ("method", "name"), [("least-squares", "none"), ("L1", "L1"), ("L2", "L2"), ("both", "L1+L2")]
)
def test_every_line_is_that_of_the_reference(method: str, name: str) -> None:
    folder = FOLDER / "large_distances"
    case = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["regressors_5_points"]
    with np.load(folder / "inputs.npz") as inputs:
        d, y = inputs["sampling_features_1d"][:, 0], inputs["sampling_gt_1d"]
    line, figures = fit(d[case["train_indices"]], y[case["train_indices"]], method), case[name]
    assert (line.a, line.b) == pytest.approx((figures["coef"][0], figures["intercept"]), abs=2e-6)
    off = np.abs(line.predict(d) - y)
    assert off.mean() == pytest.approx(figures["mae_all"], abs=2e-6)
    assert 1 - np.mean(off**2) / np.var(y) == pytest.approx(figures["r2_all"], abs=2e-6)


@given(SEEDS, st.integers(2, 40), st.floats(-3, 3), st.floats(0.01, 100), st.sampled_from(LINES))
def test_every_line_is_that_of_scikit_learn(
    seed: int, n: int, slope: float, scale: float, method: str
) -> None:
    d, noise = draw(seed, n)
    y = slope * d + 0.1 * (noise - 8 * d)
    d = scale * d
    # By default the solvers of L1 and both may stop before the minimum.
    exact = {"tol": 1e-14} if method in ("L1", "both") else {}
    line, theirs = fit(d, y, method), THEIRS[method](**exact).fit(d[:, None], y)
    assert line.method == method
    tiny = 1e-6 * float(np.linalg.norm(y))
    assert line.a == pytest.approx(float(theirs.coef_[0]), rel=1e-6, abs=tiny / (float(np.std(d)) * n**0.5))
    expected = theirs.predict(d[:, None])
    np.testing.assert_allclose(line.predict(d), expected, rtol=1e-6, atol=tiny)
    if n > 2:
        assert line.residual_std == pytest.approx(np.sqrt(np.sum((y - expected) ** 2) / (n - 2)), abs=tiny)
        assert line.r2 == pytest.approx(theirs.score(d[:, None], y), abs=1e-5)


@given(SEEDS, st.integers(3, 15), st.floats(0.1, 20), st.sampled_from(LINES))
def test_leave_one_out_refits_every_line(seed: int, n: int, scale: float, method: str) -> None:
    d, y = draw(seed, n)
    d = scale * d
    errors = []
    for i in range(n):
        rest = np.arange(n) != i
        errors.append(abs(float(fit(d[rest], y[rest], method).predict(d[i])) - y[i]))
    assert fit(d, y, method).loo_mae == pytest.approx(np.mean(errors), rel=1e-5)


def test_a_strong_penalty_leaves_the_mean() -> None:
    d, y = np.linspace(-0.1, 0.1, 9), np.linspace(-0.1, 0.1, 9) + 5
    line = fit(d, y, "L1")
    assert str(line.a) == "0.0"
    assert (line.b, line.r2) == pytest.approx((5, 0))
    assert line.residual_std == pytest.approx(np.sqrt(np.sum((y - 5) ** 2) / 7))


def test_least_squares_is_what_fit_does_unasked() -> None:
    d, y = draw(3, 8)
    assert fit(d, y) == fit(d, y, "least-squares")
    assert Calibration(1, 2, 3, 0.5, 1, 1, 0, 1).method == "least-squares"
    assert set(THEIRS) == set(LINES)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InputError, match="L3") as caught:
        fit([0, 1], [0, 1], "L3")
    assert all(method in caught.value.hint for method in LINES)


@given(SEEDS, st.integers(3, 40), st.floats(0.01, 0.999), st.sampled_from(LINES))
def test_the_interval_is_that_of_student(seed: int, n: int, level: float, method: str) -> None:
    d, y = draw(seed, n)
    line = fit(d, y, method)
    low, high = line.interval(d, level)
    half = stats.t.ppf(0.5 + level / 2, n - 2) * line.residual_std
    half = half * np.sqrt(1 + 1 / n + (d - d.mean()) ** 2 / line.spread)
    np.testing.assert_allclose(low, line.predict(d) - half, rtol=1e-12, atol=1e-12 * np.abs(y).max())
    np.testing.assert_allclose(high, line.predict(d) + half, rtol=1e-12, atol=1e-12 * np.abs(y).max())


def test_the_quantile_is_that_of_scipy_stats() -> None:
    from scipy.special import stdtrit

    p, degrees = np.linspace(0.5005, 0.9995, 201)[:, None], np.arange(1, 200)
    np.testing.assert_allclose(stdtrit(degrees, p), stats.t.ppf(p, degrees), rtol=1e-12)


def test_the_formula_has_the_digits_that_its_error_needs() -> None:
    d, y = np.array([0.0, 1.0, 2.0, 3.0]), np.array([40.1, 61.7, 82.0, 104.4])
    assert fit(d, y).formula == "y = 21.32·d + 40.07", "four digits are enough here"
    far = fit(d, y + 1e9)
    assert far.terms[0] == "21.32" and far.terms[1].startswith("100000004") and far.formula.startswith("y = ")
    assert fit(d, -y - 1e9).formula.startswith("y = -21.32·d − 100000004")
