"""The kernel distance of features: Bińkowski et al. 2018 (arXiv:1801.01401), section 4.

With the features of FID's Inception it is KID.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from large_gui.metrics.feature_network import Features

SUBSETS, SUBSET = 100, 1000  # as in the paper's program: so many draws of so many images


class Kid(NamedTuple):
    """The distance, its standard error, and the images of each kind in a subset."""

    value: float
    error: float
    subset: int


def kid(real: Features, generated: Features, seed: int, *, subsets: int = SUBSETS) -> Kid:
    """The mean unbiased squared MMD of random subsets of real and generated features ``(N, D)``.

    A subset has `SUBSET` images of each kind, or half of the fewer. The standard error is that of the
    delete-d jackknife (Shao & Wu 1989): the variance between subsets of m of N times ``m / (N - m)``. The
    mere standard deviation of the subsets, which some programs print, depends on m and not on N.
    """
    rng = np.random.default_rng([seed, 2])
    fewer = min(len(real), len(generated))
    m = min(SUBSET, fewer // 2)
    found = [
        unbiased_mmd(real[rng.permutation(len(real))[:m]], generated[rng.permutation(len(generated))[:m]])
        for _ in range(subsets)
    ]
    error = np.std(found, ddof=1) * (m / (fewer - m)) ** 0.5
    return Kid(float(np.mean(found)), float(error), m)


def unbiased_mmd(x: Features, y: Features) -> float:
    """The unbiased squared MMD of rows ``(M, D)`` and ``(N, D)`` with the kernel ``(x . y / D + 1)^3``.

    It is 0 on the average where both come from one distribution, and may then be negative.
    """
    m, n = len(x), len(y)
    within_x = _kernel(x, x).sum() - _kernel_of_itself(x).sum()
    within_y = _kernel(y, y).sum() - _kernel_of_itself(y).sum()
    return float(within_x / (m * (m - 1)) + within_y / (n * (n - 1)) - 2 * _kernel(x, y).mean())


def _kernel(x: Features, y: Features) -> NDArray[np.float64]:
    return _cubed(x.astype(np.float64) @ y.astype(np.float64).T / x.shape[1] + 1)


def _kernel_of_itself(x: Features) -> NDArray[np.float64]:
    return _cubed(np.square(x, dtype=np.float64).mean(1) + 1)


def _cubed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values * values * values)  # a power takes NumPy ten times as long
