"""Directions from scores of many images, whose codes are whitened first."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def from_scores(
    codes: NDArray[np.floating], scores: ArrayLike, zero: float | None = None
) -> tuple[NDArray[np.float64], float]:
    """Hyperplane of a ridge regression of scores.

    Parameters
    ----------
    codes
        ``(N, D)``.
    scores
        ``(N,)``, larger where there is more of the attribute.
    zero
        The score at which the distance is 0; the mean score unless given.

    Returns
    -------
    normal, intercept
        ``(D,)`` of unit length, and ``b`` of LARGE's Eq. 1 in units of distance.
    """
    from sklearn.linear_model import RidgeCV

    centre, axes = _whitening(codes)
    values = np.asarray(scores, np.float64)
    values = values - (values.mean() if zero is None else zero)
    model = RidgeCV(alphas=np.logspace(0, 5, 11)).fit((codes - centre) @ axes.T, values)
    return _unit(axes.T @ model.coef_, float(model.intercept_), centre)


def _whitening(codes: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre ``(D,)`` and axes ``(K, D)`` that make codes white; axes without variance are left out."""
    centre = codes.mean(0, dtype=np.float64)
    variances, vectors = np.linalg.eigh(np.cov(codes, rowvar=False, dtype=np.float64))
    kept = variances > 1e-4 * variances.max()
    return centre, (vectors[:, kept] / np.sqrt(variances[kept])).T


def _unit(
    normal: NDArray[np.float64], intercept: float, centre: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    length = float(np.linalg.norm(normal))
    return normal / length, (intercept - float(normal @ centre)) / length
