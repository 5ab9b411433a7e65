"""Choosing a few of many: the draws of the reference protocol, and points that cover all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SPACING_EXPONENT = 1.3  # the reference's; a draw of k points keeps range / k^1.3 between them
_USUAL = 0.98  # share of the points that `farthest_first` chooses from


def _as_columns(features: NDArray[np.floating]) -> NDArray[np.floating]:
    columns = features[:, None] if features.ndim == 1 else features
    if columns.ndim != 2 or not columns.size:
        raise ValueError(f"expected features (N,) or (N, F), got shape {features.shape}")
    return columns


def minimum_distance(features: NDArray[np.floating], num_points: int, limit: float | None = None) -> float:
    """The least distance between two points of a draw.

    Parameters
    ----------
    features
        ``(N,)`` or ``(N, F)`` distances of all the candidates.
    num_points
        How many points the draw aims at.
    limit
        Distance to use instead of the rule; a negative number means no limit.

    Returns
    -------
    ``(max - min) / num_points^1.3`` in the features' own precision, or the limit, or ``-inf``.

    References
    ----------
    YotamNitzan/LARGE, commit 6bee1c5.
    """
    if limit is not None:
        return float(limit) if limit >= 0 else -np.inf
    columns = _as_columns(features)
    return float((columns.max() - columns.min()) / columns.dtype.type(num_points**SPACING_EXPONENT))


def few_shot_indices(
    features: NDArray[np.floating],
    num_points: int,
    rng: np.random.RandomState,
    limit: float | None = None,
) -> NDArray[np.intp]:
    """Draw up to ``num_points`` candidates that are far enough apart, as the reference does.

    Candidates are drawn one at a time without replacement; one is kept when each of its coordinates differs
    from that of every kept one by strictly more than `minimum_distance`.

    Parameters
    ----------
    features
        ``(N,)`` or ``(N, F)`` distances of the candidates.
    num_points
        How many to keep.
    rng
        Legacy generator; it is advanced exactly as far as the reference advances it.
    limit
        Passed to `minimum_distance`.

    Returns
    -------
    ``(k,)`` indices in the order drawn; k < ``num_points`` when the candidates ran out.

    References
    ----------
    YotamNitzan/LARGE, commit 6bee1c5.
    """
    columns = _as_columns(features)
    smallest = minimum_distance(columns, num_points, limit)
    candidates = list(range(len(columns)))
    allowed = [True] * len(candidates)
    kept: list[int] = []
    while candidates and len(kept) < num_points:
        # The same stream of numbers as RandomState.choice(len, size=1), in a fifth of the time.
        drawn = candidates.pop(rng.randint(len(candidates)))
        if not allowed[drawn]:
            continue
        kept.append(drawn)
        far = (np.abs(columns - columns[drawn]) > smallest).all(axis=1)
        allowed = [before and now for before, now in zip(allowed, far.tolist())]
    return np.array(kept, np.intp)


def in_the_middle(features: NDArray[np.floating], share: float) -> NDArray[np.bool_]:
    """Which features lie in the middle, as the reference chooses the images of an experiment.

    Parameters
    ----------
    features
        ``(N,)`` distances of all the candidates.
    share
        How much of them is kept, above 0 and at most 1; as much is left out at either end.

    Returns
    -------
    ``(N,)``, true strictly between the two quantiles.

    Raises
    ------
    ValueError
        When there is no such share.

    References
    ----------
    YotamNitzan/LARGE, commit 6bee1c5.
    """
    if not 0 < share <= 1:
        raise ValueError(f"a central share of {share:g}")
    low, high = np.quantile(features, [(1 - share) / 2, (1 + share) / 2])
    return np.asarray((features > low) & (features < high))


def farthest_first(points: NDArray[np.floating], count: int, first: Sequence[int] = ()) -> NDArray[np.intp]:
    """Choose points that cover all of them, each as far as can be from those before it.

    Parameters
    ----------
    points
        ``(N, F)``.
    count
        How many to choose.
    first
        Indices of points that are chosen already; they are not returned.

    Returns
    -------
    ``(k,)`` indices, k ≤ ``count``: fewer if all that are left equal a chosen one. If none is chosen yet, it
    begins with the point nearest to the mean. The one in fifty that lie farthest from the mean are passed
    over, as they tend to be pictures of something else.

    References
    ----------
    Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985.
    """
    points = np.asarray(points, np.float32)
    if not len(points) or count < 1:
        return np.empty(0, np.intp)
    chosen: list[int] = []
    out = _apart(points, points.mean(0))
    usual = out <= np.quantile(out, _USUAL)
    nearest = np.full(len(points), np.inf, np.float32)
    for index in first:
        nearest = np.minimum(nearest, _apart(points, points[index]))
    if not len(first):
        chosen.append(int(out.argmin()))
        nearest = _apart(points, points[chosen[0]])
    while len(chosen) < count:
        index = int(np.argmax(np.where(usual, nearest, -1)))
        if not usual[index] or nearest[index] <= 0:
            break
        chosen.append(index)
        nearest = np.minimum(nearest, _apart(points, points[index]))
    return np.array(chosen, np.intp)


def _apart(points: NDArray[np.float32], point: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared distance of every point from one."""
    away = points - point
    return np.asarray(np.einsum("nf,nf->n", away, away), np.float32)
