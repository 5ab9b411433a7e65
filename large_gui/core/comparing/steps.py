"""Cut points between grades, in equal steps of what people see."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.errors import InputError


def monotone(
    distances: ArrayLike, scores: ArrayLike, weights: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit a function that never falls to scores along the distance, by least squares.

    Parameters
    ----------
    distances, scores, weights
        ``(m,)`` each; weights are positive.

    Returns
    -------
    The different distances, rising, ``(k,)``, and the fitted score at each.

    References
    ----------
    Barlow, Bartholomew, Bremner and Brunk, Statistical Inference under Order Restrictions, 1972: neighbours
    that are out of order are pooled until none are.
    """
    d, s, w = (np.asarray(values, np.float64) for values in (distances, scores, weights))
    if d.ndim != 1 or not d.shape == s.shape == w.shape:
        raise ValueError(f"expected three of one shape (m,), got {d.shape}, {s.shape} and {w.shape}")
    if not (np.isfinite(d).all() and np.isfinite(s).all() and (w > 0).all()):
        raise ValueError("distances and scores are finite, and weights positive")
    at, where = np.unique(d, return_inverse=True)
    weight = np.bincount(where, w, len(at))
    mean = np.bincount(where, w * s, len(at)) / weight
    pools: list[tuple[float, float, int]] = []  # of neighbours: their mean, weight and number
    for value, its, n in zip(mean.tolist(), weight.tolist(), [1] * len(at)):
        while pools and pools[-1][0] >= value:
            before, theirs, m = pools.pop()
            value, its, n = (before * theirs + value * its) / (theirs + its), theirs + its, m + n
        pools.append((value, its, n))
    fitted = np.repeat([value for value, _, _ in pools], [n for _, _, n in pools])
    return at, np.asarray(fitted, np.float64)


def cut_points(distances: ArrayLike, scores: ArrayLike, weights: ArrayLike, grades: int) -> tuple[float, ...]:
    """Cut the distances where the fitted score passes equal steps between its lowest and its highest.

    Parameters
    ----------
    distances, scores, weights
        As in `monotone`.
    grades
        How many grades, K.

    Returns
    -------
    ``K - 1`` distances, non-decreasing, between the smallest and the largest given. Between two images the
    fitted score is a straight line.

    Raises
    ------
    InputError
        When the fitted score does not rise, so that there is nothing to cut.
    """
    at, fitted = monotone(distances, scores, weights)
    if not len(at) or fitted[-1] - fitted[0] <= 1e-9 * max(1.0, abs(float(fitted[0]))):
        raise InputError(
            "The answers do not rise or fall along the direction, so there are no steps to cut.",
            hint="Answer more pairs, or sort by another direction.",
        )
    levels = fitted[0] + (fitted[-1] - fitted[0]) * np.arange(1, grades) / grades
    above = np.searchsorted(fitted, levels)  # the first image that has reached the level
    share = (levels - fitted[above - 1]) / (fitted[above] - fitted[above - 1])
    cuts = at[above - 1] + share * (at[above] - at[above - 1])
    return tuple(np.maximum.accumulate(np.clip(cuts, at[0], at[-1])).tolist())
