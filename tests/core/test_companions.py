"""The step of a walk."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.companions import companion_step


@given(st.integers(0, 1000))
def test_the_distance_grows_by_one_and_correlated_parts_come_along(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(6, 6))
    codes = rng.normal(size=(400, 6)) @ mixing
    normal = rng.normal(size=6)
    normal /= np.linalg.norm(normal)
    step = companion_step(normal, codes)
    np.testing.assert_allclose(step @ normal, 1, rtol=1e-9)
    # The slope of every coordinate on the distance, by least squares.
    slopes = [np.polyfit(codes @ normal, codes[:, k], 1)[0] for k in range(6)]
    np.testing.assert_allclose(step, slopes, rtol=1e-6, atol=1e-9)


def test_independent_parts_stay() -> None:
    codes = np.random.default_rng(0).normal(size=(200_000, 3))
    np.testing.assert_allclose(companion_step(np.array([1.0, 0, 0]), codes), [1, 0, 0], atol=0.01)
