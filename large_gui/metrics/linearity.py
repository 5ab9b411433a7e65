"""LARGE's own question: along a direction, is the value a straight line of the distance (section 3.3)?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.metrics.few_shot import spearman

FEWEST = 3  # images: through two there always is a line
_RESAMPLES, _AT_ONCE = 1000, 100
_MOST = 1000  # groups of images that are drawn again
_ALIKE = 1e-12  # a spread that small beside the size of the numbers is rounding


@dataclass(frozen=True)
class Linearity:
    """How well a straight line of the distance tells the value.

    If Spearman's correlation is near 1 and R² is not, the value grows along the direction, but not evenly.

    Attributes
    ----------
    n
        Number of images.
    r2
        Share of the variance of the values that the least-squares line explains, which is the square of
        Pearson's correlation; NaN where the values or the distances are all alike.
    r2_error
        Its standard error, by drawing the images, or groups of them that belong together, again with
        replacement (Efron 1979); NaN where that is not defined.
    spearman
        Rank correlation; NaN where it is not defined.
    slope, intercept
        Of the line: value = slope * distance + intercept.
    """

    n: int
    r2: float
    r2_error: float
    spearman: float
    slope: float
    intercept: float


def linearity(
    distances: ArrayLike, values: ArrayLike, seed: int = 0, groups: ArrayLike | None = None
) -> Linearity:
    """Fit the line of values against distances.

    Parameters
    ----------
    distances, values
        ``(n,)``, finite.
    seed
        Of what is drawn again for the standard error.
    groups
        ``(n,)``: the number of each image's group, from 0. By default each image is one of its own, or of
        one of `_MOST` random groups if there are more images, which tells the same and takes no longer.

    Raises
    ------
    ValueError
        When they differ in shape, or there are fewer than `FEWEST`.
    """
    d, y = np.asarray(distances, np.float64), np.asarray(values, np.float64)
    if d.ndim != 1 or d.shape != y.shape or len(d) < FEWEST:
        raise ValueError(f"expected at least {FEWEST} distances and as many values, got {d.shape}, {y.shape}")
    r2 = float(r_squared(d, y))
    slope, intercept = np.nan, float(y.mean())
    if _spread(d) > 0:
        slope = float(np.cov(d, y, bias=True)[0, 1] / d.var())
        intercept -= slope * float(d.mean())
    error = np.nan
    if np.isfinite(r2):
        alone = (
            np.random.default_rng(seed).permutation(len(d)) % _MOST if len(d) > _MOST else np.arange(len(d))
        )
        again = _drawn_again(d, y, alone if groups is None else np.asarray(groups), seed)
        known = again[np.isfinite(again)]
        error = float(known.std(ddof=1)) if len(known) > 1 else np.nan
    rho = spearman(d, y)
    return Linearity(len(d), r2, error, np.nan if rho is None else rho, slope, intercept)


def _drawn_again(
    d: NDArray[np.float64], y: NDArray[np.float64], groups: NDArray[np.int_], seed: int
) -> NDArray[np.float64]:
    """R² of groups that are drawn with replacement, many times; their sums are all that it takes."""
    d, y = d - d.mean(), y - y.mean()
    parts = (np.ones_like(d), d, y, d * d, y * y, d * y)
    sums = np.stack([np.bincount(groups, part) for part in parts], axis=1)  # (G, 6)
    rng, count = np.random.default_rng(seed), len(sums)
    found = []
    for _ in range(_RESAMPLES // _AT_ONCE):
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=_AT_ONCE)
        n, sd, sy, sdd, syy, sdy = (drawn @ sums).T
        in_d, in_y, both = n * sdd - sd**2, n * syy - sy**2, n * sdy - sd * sy
        varies = (in_d > _ALIKE * n * sdd) & (in_y > _ALIKE * n * syy)
        found.append(np.where(varies, both**2 / np.where(varies, in_d * in_y, 1.0), np.nan))
    return np.concatenate(found)


def r_squared(distances: ArrayLike, values: ArrayLike) -> NDArray[np.float64]:
    """Squared correlation along the last axis of ``(..., n)``; NaN where either side is constant."""
    d, y = (np.asarray(x, np.float64) for x in (distances, values))
    d, y = np.broadcast_arrays(d, y)
    dc, yc = (x - x.mean(-1, keepdims=True) for x in (d, y))
    flat = (_spread(d) == 0) | (_spread(y) == 0)
    sums = (dc**2).sum(-1) * (yc**2).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        r2 = (dc * yc).sum(-1) ** 2 / np.where(flat, np.nan, sums)
    return np.asarray(np.minimum(r2, 1.0))


def _spread(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest minus least along the last axis; 0 where that is but rounding."""
    spread = np.ptp(x, axis=-1)
    return np.asarray(np.where(spread <= _ALIKE * np.abs(x).max(-1), 0.0, spread))
