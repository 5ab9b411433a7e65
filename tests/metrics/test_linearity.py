"""R² of value against distance: as scipy has it, and with an error that can be believed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress, spearmanr

from large_gui.metrics.linearity import linearity, r_squared


def data(n: int = 60, noise: float = 0.5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    d = rng.normal(size=n)
    return d, 3 * d + 40 + noise * rng.normal(size=n)


@given(st.integers(4, 40), st.floats(0.01, 5), st.integers(0, 99))
def test_it_is_scipys_line(n: int, noise: float, seed: int) -> None:
    d, y = data(n, noise, seed)
    found, known = linearity(d, y), linregress(d, y)
    assert found.r2 == pytest.approx(known.rvalue**2)
    assert (found.slope, found.intercept) == pytest.approx((known.slope, known.intercept))
    assert found.spearman == pytest.approx(spearmanr(d, y).statistic)
    assert float(r_squared(d, y)) == found.r2


def test_a_curve_keeps_the_order_and_not_the_line() -> None:
    d = np.linspace(0, 3, 50)
    found = linearity(d, np.exp(3 * d))
    assert found.spearman == pytest.approx(1) and found.r2 < 0.7


def test_its_error_is_that_of_other_samples() -> None:
    others = [linearity(*data(60, 3.0, seed)).r2 for seed in range(300)]
    errors = [linearity(*data(60, 3.0, seed)).r2_error for seed in range(20)]
    assert np.mean(errors) == pytest.approx(np.std(others), rel=0.2)


def test_of_many_images_it_is_the_same() -> None:
    d, y = data(3000, 3.0)
    alone = linearity(d, y, groups=np.arange(3000)).r2_error
    assert linearity(d, y).r2_error == pytest.approx(alone, rel=0.15)


def test_pictures_of_one_path_belong_together() -> None:
    rng = np.random.default_rng(0)
    d, offsets = np.tile(np.linspace(-1, 1, 11), 30), np.repeat(3 * rng.normal(size=30), 11)
    alone = linearity(d, d + offsets)
    together = linearity(d, d + offsets, groups=np.repeat(np.arange(30), 11))
    assert together.r2 == alone.r2 and together.r2_error != alone.r2_error
    assert linearity(d, d, groups=np.repeat(np.arange(30), 11)).r2_error == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("alike", ["values", "distances"])
def test_nothing_is_said_where_nothing_changes(alike: str) -> None:
    d, y = data()
    flat = np.full(60, 1e6) * (1 + 1e-15 * np.arange(60))
    found = linearity(*((d, flat) if alike == "values" else (flat, y)))
    assert np.isnan(found.r2) and np.isnan(found.r2_error)


def test_too_few_images() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        linearity([1, 2], [3, 4])


def test_along_the_last_axis() -> None:
    d, y = data(12)
    rows = np.stack([y, d, np.ones(12)])
    found = r_squared(d, rows)
    np.testing.assert_allclose(found[:2], [linearity(d, y).r2, 1.0])
    assert np.isnan(found[2])
