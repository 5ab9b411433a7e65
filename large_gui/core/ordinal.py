"""Named grades along the distance axis: ordinal regression without calibration (LARGE, section 4.3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.errors import InputError


@dataclass(frozen=True)
class Grades:
    """Grades from the low end of the order to the high one, and the distances where one becomes the next.

    Attributes
    ----------
    names
        At least 2, distinct; grade 0 is the lowest.
    cuts
        One between every two neighbouring grades, non-decreasing. No image fits between two equal cuts.

    Raises
    ------
    InputError
        When names or cuts are not as above, or a cut is not a finite number.
    """

    names: tuple[str, ...]
    cuts: tuple[float, ...]

    def __post_init__(self) -> None:
        names = [name.strip() for name in self.names]
        if len(names) < 2:
            raise InputError(
                f"Grades need at least 2 names, there {'is' if len(names) == 1 else 'are'} {len(names)}.",
                hint="Name a low grade and a high one.",
            )
        if not all(names):
            raise InputError("A grade has no name.", hint="Name every grade.")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"Two grades are called {twice!r}.", hint="Give every grade another name.")
        if len(self.cuts) != len(names) - 1:
            raise InputError(
                f"{len(names)} grades need {len(names) - 1} cut points, not {len(self.cuts)}.",
                hint="Give one cut point between every two neighbouring grades.",
            )
        if not all(map(math.isfinite, self.cuts)):
            raise InputError("A cut point is not a finite number.", hint="Move it onto the order.")
        if any(upper < lower for lower, upper in pairwise(self.cuts)):
            raise InputError("The cut points are not in rising order.", hint="Sort them from low to high.")

    def grade(self, distances: ArrayLike) -> NDArray[np.intp]:
        """Grade of each distance, -1 for NaN; an image exactly on a cut belongs to the upper grade."""
        d = np.asarray(distances, np.float64)
        return np.where(np.isnan(d), -1, np.searchsorted(self.cuts, d, side="right")).astype(np.intp)

    def moved(self, index: int, cut: float) -> Grades:
        """The same grades with cut ``index`` at ``cut``, or at the neighbouring cut if that comes first."""
        if not 0 <= index < len(self.cuts):
            raise IndexError(f"there are {len(self.cuts)} cuts, none has index {index}")
        before, after = self.cuts[:index], self.cuts[index + 1 :]
        # In this order a NaN stays one, and is refused.
        inside = min(max(float(cut), *before[-1:], -math.inf), *after[:1], math.inf)
        return Grades(self.names, (*before, inside, *after))

    def renamed(self, names: Sequence[str]) -> Grades:
        """The same cuts between grades of other names, as many as before."""
        return Grades(tuple(names), self.cuts)


def even_grades(names: Sequence[str], distances: ArrayLike) -> Grades:
    """Grades that share out the images evenly: the cuts are equal quantiles of the finite distances.

    Raises
    ------
    InputError
        When no distance is finite, or the names won't do (see `Grades`).
    """
    d = np.asarray(distances, np.float64)
    d = d[np.isfinite(d)]
    if not d.size:
        raise InputError("There are no distances to share out into grades.", hint="Sort some images first.")
    cuts = np.quantile(d, np.arange(1, len(names)) / max(len(names), 1))
    return Grades(tuple(names), tuple(np.maximum.accumulate(cuts).tolist()))


def fitted_grades(names: Sequence[str], distances: ArrayLike, labels: NDArray[np.integer]) -> Grades:
    """Grades whose cuts agree best with the labelled images.

    Parameters
    ----------
    names
        Names of the k grades, the lowest first.
    distances
        ``(N,)``; those that are not finite don't count.
    labels
        ``(N,)`` grade of each image, 0 to k - 1, or -1 for none.

    Returns
    -------
    The cuts with the smallest sum of ``|grade - label|``; where several are as good, those between two labels
    and in the widest gap. A cut lies in the middle of the gap between neighbouring labelled distances;
    several cuts in one gap divide it evenly. Beyond the outermost label the gap ends at the outermost image.

    Raises
    ------
    InputError
        When the labels are not of at least 2 different grades, when one names no grade, or the names won't do
        (see `Grades`).
    ValueError
        When the shapes differ.
    """
    d, labels, top = np.asarray(distances, np.float64), np.asarray(labels), len(names) - 1
    if d.ndim != 1 or d.shape != labels.shape:
        raise ValueError(f"expected distances and labels of one shape (N,), got {d.shape} and {labels.shape}")
    if ((labels < -1) | (labels > top)).any():
        raise InputError("A label names a grade that does not exist.", hint=f"Use grades 0 to {top}.")
    finite = np.isfinite(d)
    used = np.flatnonzero(finite & (labels >= 0))
    if len(np.unique(labels[used])) < 2:
        raise InputError(
            "Fitting grades needs labels of at least 2 different grades.",
            hint="Label one image near each end of the order.",
        )
    used = used[np.argsort(d[used], kind="stable")]
    at, grade, n = d[used], labels[used], len(used)
    # A cut at place p leaves p labels below it. The total error is a sum over the cuts of the labels on the
    # wrong side, so every cut has its own best place, and with one rule for ties the places never cross.
    width = np.concatenate(([0.0], np.diff(at), [0.0]))
    places = np.flatnonzero((width > 0) | np.isin(np.arange(n + 1), (0, n)))
    chosen: list[int] = []
    for cut in range(top):
        wrong = np.concatenate(([0], np.cumsum(np.where(grade > cut, 1, -1))))[places]
        best = places[wrong == wrong.min()]
        chosen.append(int(best[np.argmax(width[best])]))
    ends = np.concatenate(([d[finite].min()], at, [d[finite].max()]))
    cuts: list[float] = []
    for place in sorted(set(chosen)):
        low, high, share = ends[place], ends[place + 1], chosen.count(place)
        inside = low + (high - low) * np.arange(1, share + 1) / (share + 1)
        # An image on a cut belongs above it, so the label below has to lie strictly below.
        least = np.nextafter(low, np.inf) if place else low
        cuts += np.maximum(np.minimum(inside, high), least).tolist()
    return Grades(tuple(names), tuple(cuts))
