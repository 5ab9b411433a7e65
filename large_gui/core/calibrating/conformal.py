"""Intervals from the errors of labels that were held out, of whatever distribution (jackknife+ and CV+)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core import forms
from large_gui.core.calibrating.calibration import Calibration
from large_gui.core.calibrating.fitted import Fitted, Floats, beyond, check_level, groups
from large_gui.core.calibrating.monotone import Curve
from large_gui.errors import InputError

FEWEST = 20  # labels
_VERSION = 1
_AT_ONCE = 4096  # images, so that a folder of 100,000 needs no table of 100,000 rows

Center = Calibration | Curve


@dataclass(frozen=True)
class Conformal:
    """A line or a curve whose interval comes from held-out errors; made by `conformal`.

    Attributes
    ----------
    of
        What predicts; it was fitted to all labels.
    without
        ``(g,)`` the same fitted without each group of labels.
    group, errors
        ``(n,)`` the group of each label, and how far ``without[group]`` is from it.
    """

    of: Center
    without: tuple[Center, ...]
    group: tuple[int, ...]
    errors: tuple[float, ...]

    @property
    def n(self) -> int:
        """Number of labels."""
        return self.of.n

    @property
    def method(self) -> str:
        """How what predicts was fitted."""
        return self.of.method

    @property
    def r2(self) -> float:
        """Share of the labels' variance that is explained."""
        return self.of.r2

    @property
    def loo_mae(self) -> float:
        """Mean absolute error of held-out labels."""
        return self.of.loo_mae

    @property
    def straight_mae(self) -> float:
        """The same error of the least-squares line."""
        return self.of.straight_mae

    @property
    def level(self) -> float:
        """Share of new images that the interval is to hold."""
        return self.of.level

    @property
    def low(self) -> float:
        """Lowest value that is possible."""
        return self.of.low

    @property
    def high(self) -> float:
        """Highest value that is possible."""
        return self.of.high

    @property
    def width(self) -> float:
        """How wide a usual interval is."""
        return 2 * float(np.sort(self.errors)[_place(self.n, self.level) - 1])

    @property
    def formula(self) -> str:
        """The formula of what predicts."""
        return self.of.formula

    def line(self, distances: ArrayLike) -> Floats:
        """What predicts, at distances ``(N,)``."""
        return self.of.line(distances)

    def predict(self, distances: ArrayLike) -> Floats:
        """Predictions at distances ``(N,)``, no farther than the value can be."""
        return self.of.predict(distances)

    def interval(self, distances: ArrayLike, level: float | None = None) -> tuple[Floats, Floats]:
        """Interval of one new image at each distance, which assumes nothing of the errors' distribution.

        Returns
        -------
        Low and high ends ``(N,)``: the ``ceil(level·(n + 1))``-th smallest of what each held-out label would
        give, ``without_i(d) ± error_i``. If labels are a random sample of the images, it holds at least
        ``2·level - 1`` of new ones, and about ``level`` in practice.

        Raises
        ------
        InputError
            When the labels are too few for the level.

        References
        ----------
        Barber, Candès, Ramdas and Tibshirani, Predictive Inference with the Jackknife+, 2021: Eq. 1.4 with
        each label alone, CV+ (section 3) with groups.
        """
        level = self.level if level is None else level
        check_conformal(self.n, level)
        d = np.asarray(distances, np.float64)
        flat, place = np.atleast_1d(d).ravel(), _place(self.n, level)
        group, errors = np.array(self.group), np.array(self.errors)[:, None]
        low, high = np.empty_like(flat), np.empty_like(flat)
        for start in range(0, len(flat), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            told = np.stack([one.line(flat[part]) for one in self.without])[group]
            low[part] = -np.partition(errors - told, place - 1, axis=0)[place - 1]
            high[part] = np.partition(told + errors, place - 1, axis=0)[place - 1]
        # It need not hold the prediction, which a person would not understand.
        line = self.line(flat)
        low, high = np.minimum(low, line), np.maximum(high, line)
        ends = [np.clip(end, self.low, self.high).reshape(d.shape) for end in (low, high)]
        return ends[0], ends[1]

    def clips(self, distances: ArrayLike) -> NDArray[np.bool_]:
        """Whether a prediction or its interval stops at an end of what the value can be: ``(N,)``."""
        low, high = self.interval(distances)
        stops = (low <= self.low) | (high >= self.high)
        return np.asarray(stops | beyond((self.line(distances),), self.low, self.high), np.bool_)

    def as_json(self) -> dict[str, Any]:
        """The fit as a JSON object, with what was fitted without each group."""
        return {
            "kind": "conformal calibration", "version": _VERSION, "of": self.of.as_json(),
            "without": [one.as_json() for one in self.without], "group": list(self.group),
            "errors": list(self.errors),
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> Conformal:
        """Read what `as_json` wrote.

        Raises
        ------
        ValueError
            When the form is something else, or no fit could have these figures. The message says which.
        """
        values, version = forms.versioned(form, "conformal calibration", _VERSION)
        if not version:
            raise ValueError("it is not a conformal calibration")
        without, group = values.get("without"), values.get("group")
        if not isinstance(without, list) or not isinstance(group, list):
            raise ValueError("'without' and 'group' are not lists")
        centers = [_center(one) for one in (values.get("of"), *without)]
        errors = forms.array(values.get("errors"), "errors", "float64")
        if errors.ndim != 1 or (errors < 0).any() or not len(errors) == len(group) == centers[0].n:
            raise ValueError("'errors' are not one for each label")
        if not all(type(one) is int and 0 <= one < len(without) for one in group):
            raise ValueError("'group' names a group that is not there")
        fitted = cls(centers[0], tuple(centers[1:]), tuple(group), tuple(errors.tolist()))
        if not _ischeck_conformal(fitted.n, fitted.level):
            raise ValueError("'errors' are too few")
        return fitted


def conformal(
    fit: Callable[[Floats, Floats], Center], again: Callable[[Floats, Floats], Center],
    distances: Floats, values: Floats, level: float,
) -> Conformal:  # fmt: skip
    """Fit a line or a curve with and without each group of labels.

    Parameters
    ----------
    fit, again
        Fit to distances and values ``(m,)``: the first to all labels, the second without a group of them,
        when nothing but the line or the curve is needed.
    distances, values
        ``(n,)`` of the labels. Up to 60 are left out one by one (jackknife+), more in 20 groups (CV+).
    level
        Share of new images that an interval is to hold.

    Raises
    ------
    InputError
        When there are too few labels, or no fit is possible without some of them.
    """
    n = len(values)
    check_conformal(n, level)
    group = groups(n)
    of = fit(distances, values)
    without = [again(distances[group != one], values[group != one]) for one in range(int(group.max()) + 1)]
    told = np.array([float(without[g].line(d)) for g, d in zip(group, distances)])
    return Conformal(of, tuple(without), tuple(int(g) for g in group), tuple(np.abs(values - told).tolist()))


def _center(form: object) -> Center:
    curve = forms.document(form, "a calibration").get("kind") == "calibration curve"
    return Curve.from_json(form) if curve else Calibration.from_json(form)


def _place(n: int, level: float) -> int:
    """Which of n held-out errors, from the smallest, holds the level."""
    return math.ceil(round(level * (n + 1), 9))


def _ischeck_conformal(n: int, level: float) -> bool:
    return n >= FEWEST and _place(n, level) <= n


def center_of(fitted: Fitted) -> Fitted:
    """What predicts: the line, curve or grades of a calibration, whatever its intervals come from."""
    return fitted.of if isinstance(fitted, Conformal) else fitted


def check_conformal(n: int, level: float) -> None:
    """Refuse a number of labels that is too small for a level, with an `InputError`."""
    check_level(level)
    if not _ischeck_conformal(n, level):
        needed = max(FEWEST, math.ceil(round(level / (1 - level), 9)))
        raise InputError(
            f"Conformal intervals of {100 * level:g} % take at least {needed} labels, there "
            f"{'is' if n == 1 else 'are'} {n}: each counts as one error that may happen.",
            hint="Label more images, or take intervals from the spread (student).",
        )
