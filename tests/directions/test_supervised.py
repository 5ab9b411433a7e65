"""A planted hyperplane is found, from tags and from scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.directions.supervised import from_scores
from large_gui.directions.svm import fit_svm


def planted(seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    rng = np.random.default_rng(seed)
    mixing = np.linalg.qr(rng.standard_normal((16, 16)))[0] * np.linspace(0.5, 2, 16)
    codes = rng.standard_normal((1500, 16)) @ mixing + rng.standard_normal(16)
    normal = rng.standard_normal(16)
    normal /= np.linalg.norm(normal)
    return codes, normal, float(-codes.mean(0) @ normal)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_scores(seed: int) -> None:
    codes, normal, intercept = planted(seed)
    found, b = from_scores(codes, 3 * (codes @ normal + intercept) + 7)
    assert found @ normal > 0.999
    assert np.linalg.norm(found) == pytest.approx(1)
    assert b == pytest.approx(intercept, abs=0.05)


def test_the_score_that_means_zero() -> None:
    codes, normal, intercept = planted(1)
    found, b = from_scores(codes, 3 * (codes @ normal + intercept) + 6, zero=0.0)
    at_zero = codes - np.outer(codes @ found + b, found)  # moved onto the hyperplane
    np.testing.assert_allclose(3 * (at_zero @ normal + intercept) + 6, 0, atol=0.2)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_tags(seed: int) -> None:
    codes, normal, intercept = planted(seed)
    found, b = fit_svm(codes, codes @ normal + intercept > 0)
    assert np.linalg.norm(found) == pytest.approx(1)
    agree = (codes @ found + b > 0) == (codes @ normal + intercept > 0)
    assert agree.mean() > 0.97
