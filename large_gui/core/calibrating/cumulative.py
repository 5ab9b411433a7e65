"""Grades from distances by cumulative logits, with the probability of each (ordinal regression)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core import forms
from large_gui.core.calibrating.calibration import LEVEL, fit
from large_gui.core.calibrating.fitted import Ends, Floats, check_level, held_out
from large_gui.core.calibrating.monotone import FEWEST
from large_gui.core.choices import Method
from large_gui.errors import InputError

MOST_GRADES = 12
_WEAK = 10.0  # standard deviation of the slope's prior, in logits for one standard deviation of the distances
_VERSION = 1


@dataclass(frozen=True)
class CumulativeLogits:
    """Proportional odds: ``P(grade <= k) = logistic(cut_k - slope·d)``; made by `fit_grades`.

    Attributes
    ----------
    grades
        ``(K,)`` values that labels have, rising.
    cuts
        ``(K - 1,)`` one between every two neighbouring grades, rising, in logits.
    slope
        Logits per unit of distance; negative if grades fall along the order.
    n, r2, loo_mae, straight_mae, low, high, level
        As `large_gui.core.calibrating.fitted.Fitted` says.
    """

    grades: tuple[float, ...]
    cuts: tuple[float, ...]
    slope: float
    n: int
    r2: float
    loo_mae: float
    straight_mae: float
    low: float = -np.inf
    high: float = np.inf
    level: float = LEVEL

    @property
    def method(self) -> str:
        """`Method.ORDINAL`."""
        return Method.ORDINAL

    @property
    def width(self) -> float:
        """Twice the usual error, in the labels' unit, and at least from one grade to the next."""
        return max(2 * self.loo_mae, float(np.diff(self.grades).min()))

    @property
    def formula(self) -> str:
        """Between which grades it tells, and where one becomes the next."""
        where = np.array(self.cuts) / self.slope if self.slope else np.array([])
        cuts = f", cuts at {', '.join(f'{cut:.3g}' for cut in where)}" if where.size else ""
        return f"{len(self.grades)} grades from {self.grades[0]:g} to {self.grades[-1]:g}{cuts}"

    def probabilities(self, distances: ArrayLike) -> Floats:
        """Probability of each grade at distances ``(N,)``: ``(N, K)``, each row sums to 1."""
        return np.diff(self._at_most(distances), axis=-1)

    def line(self, distances: ArrayLike) -> Floats:
        """The median grade at distances ``(N,)``: ``(N,)``; it changes where a cut is crossed."""
        return self._quantile(distances, 0.5)

    def predict(self, distances: ArrayLike) -> Floats:
        """The median grade at distances ``(N,)``: ``(N,)``, NaN for NaN."""
        return self.line(distances)

    def interval(self, distances: ArrayLike, level: float | None = None) -> tuple[Floats, Floats]:
        """Lowest and highest grade at distances ``(N,)``, so that at least ``level`` lies in between.

        Raises
        ------
        InputError
            When ``level`` is not strictly between 0 and 1.
        """
        level = self.level if level is None else level
        check_level(level)
        return self._quantile(distances, 0.5 - level / 2), self._quantile(distances, 0.5 + level / 2)

    def clips(self, distances: ArrayLike) -> NDArray[np.bool_]:
        """Never: a grade is one that labels have, and they can be."""
        return np.zeros(np.shape(distances), np.bool_)

    def _at_most(self, distances: ArrayLike) -> Floats:
        """Probability of at most each grade, after a 0 for none: ``(..., K + 1)``."""
        from scipy.special import expit

        d = np.asarray(distances, np.float64)[..., None]
        inner = expit(np.array(self.cuts) - self.slope * d)
        none, all_ = np.zeros((*inner.shape[:-1], 1)), np.ones((*inner.shape[:-1], 1))
        return np.concatenate([none, inner, all_], axis=-1)

    def _quantile(self, distances: ArrayLike, share: float) -> Floats:
        """The lowest grade that is not exceeded with a probability of ``share``; NaN for NaN."""
        d = np.asarray(distances, np.float64)
        place = (self._at_most(d)[..., 1:-1] < share).sum(-1)
        return np.asarray(np.where(np.isfinite(d), np.array(self.grades)[place], np.nan))

    def as_json(self) -> dict[str, Any]:
        """The fit as a JSON object; a figure that is not defined, or an end that is not set, is ``None``."""
        numbers = {
            "slope": self.slope, "r2": self.r2, "loo_mae": self.loo_mae, "straight_mae": self.straight_mae,
            "low": self.low, "high": self.high, "level": self.level,
        }  # fmt: skip
        return {
            "kind": "calibration of grades", "version": _VERSION, "n": int(self.n),
            "grades": list(self.grades), "cuts": list(self.cuts),
            **{name: float(value) if math.isfinite(value) else None for name, value in numbers.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> CumulativeLogits:
        """Read what `as_json` wrote.

        Raises
        ------
        ValueError
            When the form is something else, or no fit could have these figures. The message says which.
        """
        values, version = forms.versioned(form, "calibration of grades", _VERSION)
        if not version:
            raise ValueError("it is not a calibration of grades")
        grades, cuts = (forms.array(values.get(key), key, "float64") for key in ("grades", "cuts"))
        if grades.ndim != 1 or cuts.shape != (len(grades) - 1,) or not len(cuts):
            raise ValueError("'grades' and 'cuts' don't belong together")
        if not (np.diff(grades) > 0).all() or not (np.diff(cuts) >= 0).all():
            raise ValueError("'grades' and 'cuts' don't rise")
        return cls(
            tuple(grades.tolist()), tuple(cuts.tolist()), forms.number(values, "slope"),
            forms.count(values, "n", int(forms.LARGEST)), forms.or_none(values, "r2", math.nan, most=1.0),
            forms.or_none(values, "loo_mae", math.nan, least=0.0),
            forms.or_none(values, "straight_mae", math.nan, least=0.0),
            forms.or_none(values, "low", -math.inf), forms.or_none(values, "high", math.inf),
            forms.number(values, "level", least=1e-9, most=1 - 1e-9),
        )  # fmt: skip


def check_grades(values: Floats) -> None:
    """Refuse labels ``(n,)`` that are no grades, or too few of them, with an `InputError`."""
    n, grades = len(values), len(np.unique(values))
    most = min(MOST_GRADES, n // 2)
    if n < FEWEST:
        raise InputError(
            f"Ordinal calibration takes at least {FEWEST} labels, there {'is' if n == 1 else 'are'} {n}.",
            hint="Label more images, or fit a straight line by least-squares.",
        )
    if grades < 2:
        raise InputError("All labels have the same grade.", hint="Label an image of another grade.")
    if grades > most:
        raise InputError(
            f"Ordinal calibration is for grades: {n} labels have {grades} different values.",
            hint=f"Give at most {most} different grades, or fit a straight line by least-squares.",
        )


def fit_grades(
    distances: Floats, values: Floats, possible: Ends = (-np.inf, np.inf), *, level: float = LEVEL
) -> CumulativeLogits:
    """Fit cumulative logits to labels that are grades.

    Parameters
    ----------
    distances, values
        ``(n,)`` distances and grades of the labels; a grade may be any number.
    possible, level
        As for `large_gui.core.calibrating.calibration.fit`.

    Returns
    -------
    The most probable slope and cuts. The slope has a wide normal prior, 10 logits for one standard deviation
    of the distances, so that grades which the distances tell apart without an error have a finite one.

    Raises
    ------
    InputError
        When labels are too few, all lie at one distance, or have one grade or too many different ones.

    References
    ----------
    McCullagh, Regression Models for Ordinal Data, 1980.
    """
    d, y = np.asarray(distances, np.float64), np.asarray(values, np.float64)
    check_grades(y)
    fitted = grades_through(d, y, possible, level)
    told = held_out(lambda along, given: grades_through(along, given).line, d, y)
    straight = held_out(lambda along, given: fit(along, given, possible=possible).predict, d, y)
    known = np.isfinite(told) & np.isfinite(straight)
    total = float(np.sum((y - y.mean()) ** 2))
    return replace(
        fitted, r2=1 - float(np.sum((y - fitted.line(d)) ** 2)) / total,
        loo_mae=float(np.mean(np.abs(told - y)[known])) if known.any() else math.nan,
        straight_mae=float(np.mean(np.abs(straight - y)[known])) if known.any() else math.nan,
    )  # fmt: skip


def grades_through(
    d: Floats, y: Floats, possible: Ends = (-np.inf, np.inf), level: float = LEVEL
) -> CumulativeLogits:
    """The most probable slope and cuts; the distances are standardised while they are sought."""
    from scipy.optimize import minimize

    center, scale = float(d.mean()), float(d.std())
    straight = fit(d, y)  # refuses labels that all lie at one distance
    x = (d - center) / scale
    grades, place = np.unique(y, return_inverse=True)
    unknown = math.nan
    if len(grades) == 1:  # when labels are held out: the one grade that is left
        return CumulativeLogits(
            (float(grades[0]),), (), 0.0, len(y), unknown, unknown, unknown, *possible, level
        )
    below = np.cumsum(np.bincount(place))[:-1] / len(y)
    cuts = np.log(below / (1 - below))
    # The first cut, the logarithms of the steps to the next ones (so that cuts rise), and the slope.
    begin = np.concatenate([cuts[:1], np.log(np.diff(cuts)), [np.sign(straight.a)]])
    found = minimize(_loss, begin, args=(x, place), jac=True, method="BFGS", options={"gtol": 1e-5}).x
    slope = float(found[-1]) / scale
    return CumulativeLogits(
        tuple(grades.tolist()), tuple((_cuts(found) + slope * center).tolist()), slope, len(y),
        unknown, unknown, unknown, *possible, level,
    )  # fmt: skip


def _cuts(parameters: Floats) -> Floats:
    steps = np.exp(np.clip(parameters[1:-1], -30, 30))
    return np.asarray(parameters[0] + np.concatenate([[0.0], np.cumsum(steps)]))


def _loss(parameters: Floats, x: Floats, place: NDArray[np.intp]) -> tuple[float, Floats]:
    """Minus the logarithm of the posterior, and its gradient in the parameters of `grades_through`."""
    from scipy.special import expit

    slope, steps = float(parameters[-1]), np.exp(np.clip(parameters[1:-1], -30, 30))
    edges = np.concatenate([[-np.inf], _cuts(parameters), [np.inf]])
    rows = np.arange(len(x))
    low, high = edges[place] - slope * x, edges[place + 1] - slope * x
    # Seen from the nearer end, where two probabilities near 1 would leave no digits of their difference.
    near, far = np.where(low > 0, -high, low), np.where(low > 0, -low, high)
    chance = np.maximum(expit(far) - expit(near), 1e-300)
    upper, lower = (expit(logit) * expit(-logit) / chance for logit in (high, low))
    by_cut = np.zeros((len(x), len(edges)))
    by_cut[rows, place + 1] -= upper
    by_cut[rows, place] += lower
    cut_slopes = by_cut.sum(0)[1:-1]
    gradient = np.empty_like(parameters)
    gradient[0] = cut_slopes.sum()
    gradient[1:-1] = steps * np.cumsum(cut_slopes[::-1])[::-1][1:]
    gradient[-1] = float(((upper - lower) * x).sum()) + slope / _WEAK**2
    return float(-np.log(chance).sum() + slope**2 / (2 * _WEAK**2)), gradient
