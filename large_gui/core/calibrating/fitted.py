"""What every calibration can do, whether a line, a curve or grades; and how labels are held out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.choices import Method
from large_gui.errors import InputError

_EACH = 60  # up to so many labels each is held out alone; with more, they are held out in groups
_GROUPS = 20
_ROUNDING = 1e-9  # largest rounding error, as a share of the values

Floats = NDArray[np.float64]
Ends = tuple[float, float]


def check_level(level: float) -> None:
    """Refuse a share of images that no interval can hold, with an `InputError`."""
    if not 0 < level < 1:
        raise InputError(f"An interval of {level:g} is not possible.", hint="Give a level such as 0.9.")


class Fitted(Protocol):
    """A calibration: it tells values from distances, with an interval, and can be saved.

    Attributes
    ----------
    n
        Number of labels it was fitted to.
    method
        How it was fitted, one of `large_gui.core.choices.Method`.
    r2
        Share of the labels' variance that it explains; NaN where that is not defined.
    loo_mae
        Mean absolute error of labels that were held out, in the labels' unit, predictions being no farther
        than the value can be; NaN where that is not known.
    straight_mae
        The same error of the least-squares line, on the same held-out labels.
    level
        Share of new images that its interval is to hold.
    low, high
        Ends of what the value can be; predictions and intervals stop there.
    width
        How wide a usual interval is, in the labels' unit; NaN if there is none.
    formula
        What was fitted, in a few words or figures.
    """

    @property
    def n(self) -> int: ...
    @property
    def method(self) -> str: ...
    @property
    def r2(self) -> float: ...
    @property
    def loo_mae(self) -> float: ...
    @property
    def straight_mae(self) -> float: ...
    @property
    def level(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def formula(self) -> str: ...

    def line(self, distances: ArrayLike) -> Floats:
        """The fitted values at distances ``(N,)``, also beyond what the value can be."""

    def predict(self, distances: ArrayLike) -> Floats:
        """The fitted values at distances ``(N,)``, no farther than the value can be."""

    def interval(self, distances: ArrayLike, level: float | None = None) -> tuple[Floats, Floats]:
        """Low and high ends ``(N,)`` for one new image at each distance; NaN if they are not known."""

    def clips(self, distances: ArrayLike) -> NDArray[np.bool_]:
        """Whether a value or an end of its interval would go beyond what the value can be: ``(N,)``."""

    def as_json(self) -> dict[str, Any]:
        """A JSON object, which `large_gui.core.calibrating.saved.read_calibration` reads."""


def beyond(ends: tuple[Floats, ...], low: float, high: float) -> NDArray[np.bool_]:
    """Whether any of the values ``(N,)`` is out of reach by more than rounding."""
    scale = _ROUNDING * max(np.abs(np.where(np.isfinite(end), end, 0)).max(initial=0.0) for end in ends)
    return np.asarray(np.any([(end < low - scale) | (end > high + scale) for end in ends], axis=0), np.bool_)


def slope(
    product: float | Floats, spread: float | Floats, n: int, method: str = Method.LEAST_SQUARES
) -> Floats:
    """Slope of the line through n labels, from the centred sums of d·y and of d².

    `large_gui.core.calibrating.calibration.fit` explains it.
    """
    cuts: dict[str, float] = {Method.L1: float(n), Method.BOTH: n / 2}
    additions: dict[str, float] = {Method.L2: 1.0, Method.BOTH: n / 2}
    cut, added = cuts.get(method, 0.0), additions.get(method, 0.0)
    return np.asarray((product - np.clip(product, -cut, cut)) / (spread + added))


def errors_without(distances: Floats, values: Floats, method: str, possible: Ends) -> Floats:
    """How far each label is from what the line through the others predicts: the errors that are told.

    Parameters
    ----------
    distances, values
        ``(n,)`` of labels that a line can be fitted to.
    method, possible
        As for `large_gui.core.calibrating.calibration.fit`, whose ``loo_mae`` is the mean of these errors
        without their signs.

    Returns
    -------
    ``(n,)``, each value less its prediction, which is no farther than the value can be; NaN for all of 2
    labels, and where the others of one of them all lie at one distance.
    """
    n, center, rise = len(values), distances - distances.mean(), values - values.mean()
    spread, product = float(center @ center), float(center @ rise)
    free = 1 - 1 / n - center**2 / spread
    if n < 3 or not (free > 1e-9).all():
        return np.full(n, np.nan)
    if method == Method.LEAST_SQUARES:
        errors = (rise - float(slope(product, spread, n)) * center) / free
    else:
        share = n / (n - 1)
        without = slope(product - share * center * rise, spread - share * center**2, n - 1, method)
        errors = share * (rise - without * center)
    told = values - errors
    return np.asarray(errors + (told - np.clip(told, *possible)))  # exact if unlimited


def groups(n: int) -> NDArray[np.intp]:
    """The group ``(n,)`` in which each label is held out: each alone, or every twentieth of many together."""
    return np.arange(n) % (n if n <= _EACH else _GROUPS)


def held_out(
    fit: Callable[[Floats, Floats], Callable[[Floats], Floats]], distances: Floats, values: Floats
) -> Floats:
    """What each label is predicted to be by a fit to the labels of the other groups.

    Parameters
    ----------
    fit
        Takes distances and values ``(m,)``, and returns what predicts.
    distances, values
        ``(n,)`` of the labels.

    Returns
    -------
    ``(n,)``; NaN where the others can't be fitted.
    """
    group, told = groups(len(values)), np.full(len(values), np.nan)
    for one in np.unique(group):
        out = group == one
        try:
            told[out] = fit(distances[~out], values[~out])(distances[out])
        except InputError:  # the others all lie at one distance
            continue
    return told
