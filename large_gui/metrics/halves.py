"""Standard errors of figures of two sets of images: how much random halves of them differ."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]  # (N, D)
HALVES = 20  # random halves


def error_by_halves(
    figure: Callable[[Features, Features], NDArray[np.float64]], real: Features, generated: Features,
    seed: int,
) -> NDArray[np.float64]:  # fmt: skip
    """Standard errors ``(K,)`` of K figures, by the delete-d jackknife (Shao & Wu 1989, Ann. Statist. 17).

    The figures are computed on random halves of both sets. For halves, d = N / 2, the variance of the figure
    of all N is that of the halves: the factor ``(N - d) / d`` is 1. The errors are those of drawing the
    generated images and of having just these real ones; a bias that depends on N is not in them.
    """
    rng = np.random.default_rng([seed, 1])
    found = np.array([figure(_half(real, rng), _half(generated, rng)) for _ in range(HALVES)])
    return np.asarray(found.std(0, ddof=1))


def _half(rows: Features, rng: np.random.Generator) -> Features:
    return rows[rng.permutation(len(rows))[: len(rows) // 2]]
