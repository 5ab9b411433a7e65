"""Grades by cumulative logits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from large_gui.core.calibrating.cumulative import fit_grades
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)


def graded(seed: int, n: int, slope: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Distances, and grades 1 to 4 by cumulative logits."""
    rng = np.random.default_rng(seed)
    d = rng.standard_normal(n)
    latent = slope * d + rng.logistic(size=n)
    return d, 1.0 + np.digitize(latent, [-1.5, 0.0, 2.0])


def minus_log(cuts: np.ndarray, slope: float, d: np.ndarray, place: np.ndarray) -> float:
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    chance = expit(edges[place + 1] - slope * d) - expit(edges[place] - slope * d)
    return float(-np.log(np.maximum(chance, 1e-300)).sum())


@settings(max_examples=8)
@given(SEEDS, st.integers(40, 150), st.booleans())
def test_it_is_the_optimum_of_the_likelihood(seed: int, n: int, falls: bool) -> None:
    """Found again without gradients from cuts and slope themselves; the wide prior moves it by little."""
    d, y = graded(seed, n)
    d = -d if falls else d
    ours = fit_grades(d, y)
    place = np.searchsorted(ours.grades, y)

    def loss(free: np.ndarray) -> float:
        return minus_log(free[:-1], float(free[-1]), d, place) if (np.diff(free[:-1]) > 0).all() else 1e9

    mine = np.array([*ours.cuts, ours.slope])
    best = minimize(loss, mine, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 4000})
    assert loss(mine) - best.fun < 0.02
    np.testing.assert_allclose(mine, best.x, rtol=0.05, atol=0.05)
    assert (ours.slope < 0) == falls


def test_many_labels_find_what_made_them() -> None:
    found = fit_grades(*graded(0, 5000))
    assert found.slope == pytest.approx(2, rel=0.1)
    np.testing.assert_allclose(found.cuts, [-1.5, 0, 2], atol=0.15)


@settings(max_examples=8)
@given(SEEDS)
def test_probabilities_are_some_and_the_median_grade_follows_them(seed: int) -> None:
    d, y = graded(seed, 60)
    found, new = fit_grades(d, y), np.linspace(-4, 4, 101)
    chances = found.probabilities(new)
    assert chances.shape == (101, len(found.grades)) and (chances >= 0).all()
    np.testing.assert_allclose(chances.sum(1), 1)
    for grade, row in zip(found.predict(new), chances):
        place = found.grades.index(grade)
        assert row[:place].sum() < 0.5 + 1e-9 and row[: place + 1].sum() > 0.5 - 1e-9
    low, high = found.interval(new)
    grades = np.array(found.grades)
    inside = ((grades >= low[:, None]) & (grades <= high[:, None])) * chances
    assert (inside.sum(1) >= 0.9 - 1e-9).all() and set(low) | set(high) <= set(found.grades)
    assert not found.clips(new).any() and np.isnan(found.predict([np.nan])).all()


def test_grades_that_distances_tell_apart_have_a_finite_slope() -> None:
    d = np.linspace(-1, 1, 30)
    found = fit_grades(d, np.repeat([0.0, 1.0, 2.0], 10))
    assert np.isfinite([*found.cuts, found.slope]).all() and found.loo_mae < 0.15
    assert (found.predict(d) == np.repeat([0.0, 1.0, 2.0], 10)).all()
    far, _ = found.interval([100.0])
    assert far == [2.0]


def test_units_of_the_distance_do_not_matter() -> None:
    d, y = graded(3, 50)
    one, other = fit_grades(d, y), fit_grades(1000 * d + 7, y)
    np.testing.assert_allclose(one.probabilities(d), other.probabilities(1000 * d + 7), atol=1e-4)


def test_it_beats_the_line_where_grades_are_uneven() -> None:
    rng = np.random.default_rng(0)
    d = rng.standard_normal(150)
    y = np.select([d < 0, d < 0.5, d < 1], [0.0, 1.0, 2.0], 9.0)
    found = fit_grades(d, y)
    assert found.loo_mae < 0.5 * found.straight_mae


@pytest.mark.parametrize(
    ("y", "sentence"),
    [
        (np.arange(4.0), "at least 10 labels, there are 4"),
        (np.ones(12), "same grade"),
        (np.arange(12.0), "12 labels have 12 different values"),
    ],
)
def test_labels_that_are_no_grades(y: np.ndarray, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        fit_grades(np.arange(len(y), dtype=float), y)
    assert caught.value.hint


@pytest.mark.parametrize("more", [{"interval": "conformal"}, {"spread": 2.0}])
def test_it_has_intervals_of_its_own(more: dict[str, object]) -> None:
    d, y = graded(0, 40)
    with pytest.raises(InputError, match="intervals of its own") as caught:
        calibrated(d, y, d, CalibrationOptions(method="ordinal", **more))  # type: ignore[arg-type]
    assert caught.value.hint
