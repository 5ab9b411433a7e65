"""The kernel distance against its definition and torch-fidelity; it is unbiased."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.metrics.kid import kid, unbiased_mmd
from tests.metrics.test_frechet import drawn


def kernel(x: np.ndarray, y: np.ndarray) -> float:
    return float((np.dot(x.astype(np.float64), y.astype(np.float64)) / len(x) + 1) ** 3)


@given(st.integers(2, 9), st.integers(2, 9))
def test_it_is_the_mean_over_pairs_of_different_images(m: int, n: int) -> None:
    x, y = drawn(m, 4, 1), drawn(n, 4, 2)
    within = [
        np.mean([kernel(a, b) for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j])
        for rows in (x, y)
    ]
    between = np.mean([kernel(a, b) for a in x for b in y])
    assert unbiased_mmd(x, y) == pytest.approx(sum(within) - 2 * between, rel=1e-6, abs=1e-6)


def test_it_is_zero_on_the_average_where_both_sets_come_from_one_distribution() -> None:
    rng = np.random.default_rng(0)
    found = [unbiased_mmd(*rng.standard_normal((2, 20, 6)).astype(np.float32)) for _ in range(2000)]
    assert min(found) < 0
    assert abs(np.mean(found)) < 3 * np.std(found) / len(found) ** 0.5


def test_a_seed_gives_a_figure_and_its_error_falls_with_the_number_of_images() -> None:
    many, few = (kid(drawn(n, 6, 1), drawn(n, 6, 2, shift=0.4), 5) for n in (1200, 75))
    assert few == kid(drawn(75, 6, 1), drawn(75, 6, 2, shift=0.4), 5)
    assert few != kid(drawn(75, 6, 1), drawn(75, 6, 2, shift=0.4), 6)
    assert (few.subset, many.subset) == (37, 600)
    assert few.error / many.error == pytest.approx(4, rel=0.4)  # the root of 16 times as many


def test_the_standard_error_is_as_large_as_the_figure_varies() -> None:
    found = [unbiased_mmd(drawn(200, 6, 2 * s), drawn(200, 6, 2 * s + 1, shift=1)) for s in range(200)]
    errors = [kid(drawn(200, 6, 2 * s), drawn(200, 6, 2 * s + 1, shift=1), s).error for s in range(10)]
    assert np.mean(errors) == pytest.approx(np.std(found, ddof=1), rel=0.3)
