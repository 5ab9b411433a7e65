"""Two groups of images beside each other: their means, how far these are apart, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.words import count
from large_gui.errors import InputError

FEW = 5  # images, below which the mean of a group says little
LEVEL = 0.95  # of the interval of a difference
_SIZES = ((0.2, "very small"), (0.5, "small"), (0.8, "medium"), (math.inf, "large"))  # Cohen 1988


@dataclass(frozen=True)
class Summary:
    """The figures of one group, in the unit of what is compared.

    Attributes
    ----------
    n
        How many images it has.
    mean, median
        Where they lie; NaN of none.
    sd
        Standard deviation with n - 1 degrees of freedom; NaN of fewer than two.
    q1, q3
        The quartiles, between which the middle half of them lies; NaN of none.
    """

    n: int
    mean: float
    sd: float
    median: float
    q1: float
    q3: float


def summary(values: ArrayLike) -> Summary:
    """The figures of a group of values ``(n,)``; those that are not finite are left out."""
    v = _finite(values)
    if not len(v):
        return Summary(0, *[math.nan] * 5)
    q1, median, q3 = (float(q) for q in np.percentile(v, (25, 50, 75)))
    return Summary(len(v), float(v.mean()), float(v.std(ddof=1)) if len(v) > 1 else math.nan, median, q1, q3)


_ROUNDING = 1e-6  # of a difference: what two groups that hardly vary differ by is no effect size


@dataclass(frozen=True)
class Difference:
    """The mean of a first group less that of a second, made by `difference`.

    Attributes
    ----------
    mean
        The difference; NaN if a group is empty.
    low, high
        Its 95 % interval; NaN if a group has fewer than two images, which say nothing of the spread.
    g
        The difference in standard deviations (Hedges' g); NaN where there is no spread.
    """

    mean: float
    low: float
    high: float
    g: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out that there is no difference at all."""
        return self.low > 0 or self.high < 0

    @property
    def has_interval(self) -> bool:
        """Whether `answer` tells an interval: both groups have two images or more, and something differs."""
        return not math.isnan(self.low) and (self.low < self.high or self.clear)

    @property
    def size(self) -> str:
        """How large it is beside the spread within groups, in a word; empty if that is not known."""
        if math.isnan(self.g):
            return ""
        return next(word for end, word in _SIZES if abs(self.g) < end)


def difference(first: ArrayLike, second: ArrayLike, level: float = LEVEL) -> Difference:
    """Compare the means of two groups whose spreads may differ.

    Parameters
    ----------
    first, second
        Values ``(n,)`` and ``(m,)``; those that are not finite are left out.
    level
        Share of studies like this one whose interval has the true difference in it.

    Raises
    ------
    InputError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Welch, The generalization of Student's problem when several different population variances are involved,
    1947. Hedges, Distribution theory for Glass's estimator of effect size, 1981, with the exact factor.
    """
    from scipy.special import stdtrit  # scipy.stats takes ten times as long

    if not 0 < level < 1:
        raise InputError(f"An interval of {level:g} is not possible.", hint="Give a level such as 0.95.")
    a, b = _finite(first), _finite(second)
    if not len(a) or not len(b):
        return Difference(*[math.nan] * 4)
    mean = float(a.mean() - b.mean())
    if len(a) < 2 or len(b) < 2:
        return Difference(mean, *[math.nan] * 3)
    var_a, var_b = float(a.var(ddof=1)), float(b.var(ddof=1))
    share_a, share_b = var_a / len(a), var_b / len(b)
    squared = share_a + share_b
    if squared <= (_ROUNDING * mean) ** 2:  # nothing varies, but by rounding
        return Difference(mean, mean, mean, math.nan)
    freedom = 1 / (
        (share_a / squared) ** 2 / (len(a) - 1) + (share_b / squared) ** 2 / (len(b) - 1)
    )  # Welch and Satterthwaite
    half = float(stdtrit(freedom, 0.5 + level / 2)) * math.sqrt(squared)
    together = len(a) + len(b) - 2
    pooled = math.sqrt(((len(a) - 1) * var_a + (len(b) - 1) * var_b) / together)
    unbiased = math.exp(math.lgamma(together / 2) - math.lgamma((together - 1) / 2)) / math.sqrt(together / 2)
    return Difference(mean, mean - half, mean + half, unbiased * mean / pooled if pooled else math.nan)


def density(
    values: ArrayLike, points: int = 96, within: tuple[float, float] = (-math.inf, math.inf)
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How densely values lie: places and the density there, ``(points,)`` each, its highest being 1.

    A normal curve stands on each value, as wide as Silverman's rule says. It reaches one width beyond the
    lowest and the highest, but not out of the range ``within`` which values can lie. Values that are all
    alike have one narrow peak.
    """
    v = _finite(values)
    if not len(v):
        return np.zeros(0), np.zeros(0)
    q1, q3 = np.percentile(v, (25, 75))
    spread = min((s for s in (float(v.std()), float(q3 - q1) / 1.34) if s > 0), default=0.0)
    width = 0.9 * spread * len(v) ** -0.2 or 1e-3 * max(1e-3, float(np.abs(v).max()))
    low, high = max(v.min() - width, min(within[0], v.min())), min(v.max() + width, max(within[1], v.max()))
    places = np.linspace(low, high, points)
    counts, edges = np.histogram(v, bins=min(1024, max(1, len(v))))
    middles = (edges[:-1] + edges[1:]) / 2 if len(v) > 1024 else v
    weights = counts if len(v) > 1024 else np.ones(len(v))
    heights = (weights * np.exp(-0.5 * ((places[:, None] - middles) / width) ** 2)).sum(1)
    return places, heights / heights.max()


def decimals(half: float) -> int:
    """How many decimals a figure deserves that is known to within ``half``: two digits of that."""
    if not math.isfinite(half) or half <= 0:
        return 2
    return min(6, max(0, 1 - math.floor(math.log10(half))))


def answer(
    names: tuple[str, str], sizes: tuple[int, int], found: Difference, what: str, unit: str = ""
) -> str:
    """The difference in words.

    Parameters
    ----------
    names, sizes
        Of the first group and the second: what they are called and how many images they have.
    what, unit
        What is compared, such as ``sickness`` in ``per cent``.
    """
    first, second = names
    what = what[:1].upper() + what[1:]
    counted = f"{sizes[0]:,} and {count(sizes[1], 'image')}."
    if math.isnan(found.mean):
        return f"{first} and {second} can't be compared: one of them has no measured image."
    places = decimals((found.high - found.low) / 2)
    by = f"{_spelled(found.mean, places)} {unit}".rstrip()
    way = _way(found.mean)
    if math.isnan(found.low):
        known = "How sure this is can't be said of fewer than two images of each."
        return f"{what} is {by} {way} in {first} than in {second}; {counted} {known}"
    interval = f"95 % interval: {_interval(found, places)}"
    if found.clear:
        return f"{what} is {by} {way} in {first} than in {second} ({interval}); {counted}"
    if found.low == found.high:  # both are 0
        return f"{what} is the same in {first} and in {second}; {counted}"
    return (
        f"{what} is not clearly different: on average it is {by} {way} in {first} than in {second} "
        f"({interval}); {counted}"
    )


def _interval(found: Difference, places: int) -> str:
    low, high = found.low, found.high
    if found.clear:
        near, far = sorted((abs(low), abs(high)))
        return f"{_spelled(near, places)} to {_spelled(far, places)} {_way(found.mean)}"
    return f"from {_spelled(low, places)} lower to {_spelled(high, places)} higher"


def _way(mean: float) -> str:
    return "lower" if mean < 0 else "higher"


def _spelled(number: float, places: int) -> str:
    return f"{abs(number):,.{places}f}"


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    v = np.asarray(values, np.float64).ravel()
    return v[np.isfinite(v)]
