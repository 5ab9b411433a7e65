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

    def turned(self) -> Grades:
        """The same grades of the same images along the direction turned round, where distances change sign.

        An image exactly on a cut stays in its grade too: a cut moves by the smallest step there is.
        Turned twice they are what they were.
        """
        cuts = np.nextafter(-np.array(self.cuts[::-1]), math.inf)
        return Grades(self.names[::-1], tuple(cuts.tolist()))

    def moved(self, index: int, cut: float) -> Grades:
        """The same grades with cut ``index`` at ``cut``, or at the neighbouring cut if that comes first."""
        if not 0 <= index < len(self.cuts):
            raise IndexError(f"there are {len(self.cuts)} cuts, none has index {index}")
        before, after = self.cuts[:index], self.cuts[index + 1 :]
        # With the arguments in this order a NaN stays a NaN, which `Grades` refuses.
        inside = min(max(float(cut), *before[-1:], -math.inf), *after[:1], math.inf)
        return Grades(self.names, (*before, inside, *after))

    def renamed(self, names: Sequence[str]) -> Grades:
        """The same cuts between grades of other names, as many as before."""
        return Grades(tuple(names), self.cuts)


def even_grades(names: Sequence[str], distances: ArrayLike) -> Grades:
    """Grades that hold equally many images: the cuts are even quantiles of the finite distances.

    Raises
    ------
    InputError
        When no distance is finite, or `Grades` refuses the names.
    """
    d = np.asarray(distances, np.float64)
    d = d[np.isfinite(d)]
    if not d.size:
        raise InputError("There are no distances to share out into grades.", hint="Sort some images first.")
    cuts = np.quantile(d, np.arange(1, len(names)) / max(len(names), 1))
    return Grades(tuple(names), tuple(np.maximum.accumulate(cuts).tolist()))
