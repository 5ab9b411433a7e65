"""Learning a direction from values: scikit-learn's numbers, and errors that can be believed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge as SkRidge

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import SilentReporter
from large_gui.directions import ridge
from large_gui.directions.finder import Materials
from large_gui.errors import InputError


def learn(codes: np.ndarray, values: np.ndarray, images: list[str] | None = None) -> Direction:
    sha256 = images or [f"{i:064x}" for i in range(len(codes))]
    materials = Materials("grade", codes.astype(np.float32), sha256, values=values)
    (found,) = ridge.find(materials, ridge.Options(), SilentReporter())
    return found


@given(st.integers(0, 2**32 - 1), st.integers(3, 40), st.integers(1, 60), st.floats(1e-3, 1e3))
def test_it_is_scikit_learns_ridge(seed: int, images: int, width: int, strength: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(3, 2, (images, width)), rng.normal(size=images)
    found = ridge.fit_ridge(x, y, strength)
    unit = np.square(x - x.mean(0)).sum(1).mean()
    expected = SkRidge(alpha=strength * unit).fit(x, y)
    np.testing.assert_allclose(found.weights, expected.coef_, atol=1e-8 + 1e-6 * np.abs(expected.coef_).max())
    np.testing.assert_allclose(found.predict(x), expected.predict(x), atol=1e-6)


def test_distances_predict_and_zero_is_the_mean_value() -> None:
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(200, 3, 20))
    values = 5 + codes.mean(1) @ rng.normal(size=20) + rng.normal(0, 0.01, 200)
    found = learn(codes[:100], values[:100])
    d = distances(codes, found)
    slope, start = np.polyfit(d[:100], values[:100], 1)
    assert start == pytest.approx(values[:100].mean(), abs=0.05)
    assert np.abs(slope * d[100:] + start - values[100:]).mean() < 0.1 * values.std()
    assert found.record.figures["error"] < 0.1 * found.record.figures["guessing the median"]
    assert "the mean value" in found.intercept_means


def test_noise_is_not_learned_whatever_the_values_of_the_images_themselves_say() -> None:
    """With more numbers than images every value can be fitted; the error must not be of those fits."""
    rng = np.random.default_rng(1)
    codes, values = rng.normal(size=(12, 1, 300)), rng.normal(size=12)
    found = learn(codes, values)
    assert found.record.figures["error"] > 0.8 * found.record.figures["guessing the median"]
    own = distances(codes.astype(np.float32), found)
    held_out = np.array([found.record.held_out[f"{i:064x}"] for i in range(12)])
    assert np.corrcoef(own, values)[0, 1] > 0.9 > 0.5 > np.corrcoef(held_out, values)[0, 1]


def test_copies_of_an_image_are_held_out_together() -> None:
    rng = np.random.default_rng(2)
    once, values = rng.normal(size=(10, 1, 100)), rng.normal(size=10)
    names = [f"{i:064x}" for i in range(10)]
    twice = learn(np.concatenate([once, once]), np.tile(values, 2), names * 2)
    assert twice.record.figures["error"] > 0.7 * twice.record.figures["guessing the median"]
    assert set(twice.record.held_out) == set(names)


@pytest.mark.parametrize("values", [np.ones(8), np.full(8, 1e9)])
def test_values_that_are_all_the_same_are_refused(values: np.ndarray) -> None:
    codes = np.random.default_rng(0).normal(size=(8, 1, 4))
    with pytest.raises(InputError, match="No direction predicts these values"):
        learn(codes, values)


def test_codes_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(InputError, match="No direction predicts these values"):
        learn(np.ones((8, 1, 4)), np.arange(8.0))
