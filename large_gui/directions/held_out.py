"""Errors that can be believed: each image is judged by a direction that was found without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.reporter import Reporter

_ALL = 20  # images up to which each is left out alone
_PARTS = 10  # parts into which more images are shared out
Fit = Callable[[NDArray[np.intp]], Callable[[NDArray[np.intp]], NDArray[np.float64]]]


def held_out_scores(
    images: Sequence[str],
    count: int,
    fit: Fit,
    reporter: Reporter,
    *,
    kinds: NDArray[np.generic] | None = None,
) -> NDArray[np.float64]:
    """Score each image with what was found without it; copies of an image are left out together.

    Parameters
    ----------
    images
        SHA-256 of each image; empty where that is not known, and each image then counts as another one.
    count
        How many images there are.
    fit
        Finds a direction in the images of some numbers, and returns the function that scores others.
    kinds
        ``(N,)``: something of which each part should have as much as any other, such as tags.

    Returns
    -------
    ``(N,)``.
    """
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    groups = np.unique(list(images), return_inverse=True)[1] if len(images) else np.arange(count)
    different = int(groups.max()) + 1
    parts = different if different <= _ALL and kinds is None else min(_PARTS, different)
    scores = np.full(count, np.nan)
    if kinds is None:
        splits = GroupKFold(parts, shuffle=True, random_state=0).split(groups, groups=groups)
    else:
        parts = min(parts, int(np.unique(kinds, return_counts=True)[1].min()))
        if parts < 2:
            return scores
        splits = StratifiedGroupKFold(parts, shuffle=True, random_state=0).split(groups, kinds, groups)
    for done, (rest, part) in enumerate(splits):
        reporter.check_cancelled()
        reporter.progress(done, parts, "Measuring the error")
        scores[part] = fit(rest)(part)
    return scores


def by_image(images: Sequence[str], distances: NDArray[np.float64]) -> Mapping[str, float]:
    """Held-out distances by SHA-256 of the image; those that are not known are left out."""
    return {sha256: float(distance) for sha256, distance in zip(images, distances) if np.isfinite(distance)}
