"""Curves that only rise or only fall along the distances, for labels that no straight line fits."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core import forms
from large_gui.core.calibrating.calibration import LEVEL, fit
from large_gui.core.calibrating.fitted import Ends, Floats, beyond, check_level, held_out
from large_gui.core.calibrating.prior import NO_PRIOR, Prior
from large_gui.core.choices import Method
from large_gui.errors import InputError

FEWEST = 10  # labels; fewer can't tell a curve from chance
_MOST_KNOTS, _LABELS_A_KNOT = 6, 10
_VERSION = 1


@dataclass(frozen=True)
class Curve:
    """A monotone curve through knots; made by `fit_curve`.

    Attributes
    ----------
    at, values
        ``(k,)`` distances of the knots, rising, and the curve's values there. Between them ``"isotonic"`` is
        straight and ``"spline"`` smooth; beyond them the first stays level and the second goes on straight.
    error
        Root mean square of the held-out errors, which the interval is made from.
    n, r2, loo_mae, straight_mae, method, low, high, level
        As `large_gui.core.calibrating.fitted.Fitted` says.
    prior
        What was known of the errors' spread before.
    """

    at: tuple[float, ...]
    values: tuple[float, ...]
    n: int
    r2: float
    error: float
    loo_mae: float
    straight_mae: float
    method: str
    low: float = -np.inf
    high: float = np.inf
    level: float = LEVEL
    prior: Prior = NO_PRIOR

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the interval, as of a line."""
        return self.n - 2 + self.prior.strength

    @property
    def std(self) -> float:
        """Spread of new images about the curve: that of the held-out errors, pooled with the prior's."""
        squares = (self.n - 2) * self.error**2 + self.prior.strength * self.prior.std**2
        return math.sqrt(squares / self.freedom)

    @property
    def width(self) -> float:
        """How wide every interval is, in the labels' unit."""
        from scipy.special import stdtrit

        return 2 * float(stdtrit(self.freedom, 0.5 + self.level / 2)) * self.std

    @property
    def formula(self) -> str:
        """From where to where it goes."""
        kind = "smooth curve" if self.method == Method.SPLINE else "steps"
        return f"{kind} from {self.values[0]:.4g} to {self.values[-1]:.4g}, {len(self.at)} knots"

    def with_prior(self, prior: Prior) -> Curve:
        """The same curve, with something known of the spread about it."""
        return replace(self, prior=prior)

    def line(self, distances: ArrayLike) -> Floats:
        """The curve at distances ``(N,)``: ``(N,)``, in the labels' unit."""
        d = np.asarray(distances, np.float64)
        if self.method == Method.ISOTONIC or len(self.at) < 3:
            return np.asarray(np.interp(d, self.at, self.values))
        from scipy.interpolate import PchipInterpolator

        smooth = PchipInterpolator(self.at, self.values)
        inside = np.clip(d, self.at[0], self.at[-1])
        return np.asarray(smooth(inside) + smooth(inside, 1) * (d - inside), np.float64)

    def predict(self, distances: ArrayLike) -> Floats:
        """The curve at distances ``(N,)``, no farther than the value can be: ``(N,)``."""
        return np.clip(self.line(distances), self.low, self.high)

    def interval(self, distances: ArrayLike, level: float | None = None) -> tuple[Floats, Floats]:
        """Interval of one new image at each distance, equally wide everywhere, from the held-out errors.

        They hold the curve's own uncertainty already, so no leverage is added. Beyond the outermost labels
        nothing is known of the curve, and the interval does not say so.

        Raises
        ------
        InputError
            When ``level`` is not strictly between 0 and 1.
        """
        from scipy.special import stdtrit

        level = self.level if level is None else level
        check_level(level)
        line, half = self.line(distances), float(stdtrit(self.freedom, 0.5 + level / 2)) * self.std
        return np.clip(line - half, self.low, self.high), np.clip(line + half, self.low, self.high)

    def clips(self, distances: ArrayLike) -> NDArray[np.bool_]:
        """Whether the curve or its interval would go beyond what the value can be: ``(N,)``."""
        free = replace(self, low=-np.inf, high=np.inf)
        return beyond((self.line(distances), *free.interval(distances)), self.low, self.high)

    def as_json(self) -> dict[str, Any]:
        """The curve as a JSON object; an end that is not set is ``None``."""
        numbers = {
            "r2": self.r2, "error": self.error, "loo_mae": self.loo_mae, "straight_mae": self.straight_mae,
            "low": self.low, "high": self.high, "level": self.level,
        }  # fmt: skip
        return {
            "kind": "calibration curve", "version": _VERSION, "method": str(self.method), "n": int(self.n),
            "at": list(self.at), "values": list(self.values), **self.prior.as_json(),
            **{name: float(value) if math.isfinite(value) else None for name, value in numbers.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> Curve:
        """Read what `as_json` wrote.

        Raises
        ------
        ValueError
            When the form is something else, or no curve could have these figures. The message says which.
        """
        values, version = forms.versioned(form, "calibration curve", _VERSION)
        if not version:
            raise ValueError("it is not a calibration curve")
        method = forms.text(values, "method")
        if method not in (Method.ISOTONIC, Method.SPLINE):
            raise ValueError(f"a curve can't be fitted by {method!r}")
        forms.require(values, ("r2", "loo_mae", "straight_mae", "low", "high"))
        at, heights = (forms.array(values.get(key), key, "float64") for key in ("at", "values"))
        steps = np.diff(heights)
        if at.ndim != 1 or at.shape != heights.shape or len(at) < 2 or not (np.diff(at) > 0).all():
            raise ValueError("'at' and 'values' are not the knots of a curve")
        if (steps > 0).any() and (steps < 0).any():
            raise ValueError("'values' neither rise nor fall")
        fitted = cls(
            tuple(at.tolist()), tuple(heights.tolist()), forms.count(values, "n", int(forms.LARGEST)),
            forms.or_none(values, "r2", math.nan, most=1.0),
            forms.or_none(values, "error", math.nan, least=0.0),
            forms.or_none(values, "loo_mae", math.nan, least=0.0),
            forms.or_none(values, "straight_mae", math.nan, least=0.0), method,
            forms.or_none(values, "low", -math.inf), forms.or_none(values, "high", math.inf),
            forms.number(values, "level", least=1e-9, most=1 - 1e-9), Prior.from_json(values),
        )  # fmt: skip
        if not fitted.low < fitted.high:
            raise ValueError(f"a value can't be between {fitted.low:g} and {fitted.high:g}")
        return fitted


def check_curve(n: int) -> None:
    """Refuse a number of labels that can't make a curve, with an `InputError`."""
    if n < FEWEST:
        raise InputError(
            f"A curve takes at least {FEWEST} labels, there {'is' if n == 1 else 'are'} {n}.",
            hint="Label more images, or fit a straight line by least-squares.",
        )


def fit_curve(
    distances: Floats,
    values: Floats,
    method: str,
    possible: Ends = (-np.inf, np.inf),
    *,
    level: float = LEVEL,
) -> Curve:
    """Fit a curve that rises, or falls, as the least-squares line does.

    Parameters
    ----------
    distances, values
        ``(n,)`` distances and values of the labels.
    method
        ``"isotonic"`` for the monotone curve nearest to the labels; ``"spline"`` for a smooth one through a
        few knots: one for every ten labels, 3 to 6 in all, at even shares of the labels, with the heights
        that fit best.
    possible, level
        As for `large_gui.core.calibrating.calibration.fit`.

    Raises
    ------
    InputError
        When there are fewer than `FEWEST` labels, or all of them lie at one distance.

    References
    ----------
    Barlow et al., Statistical Inference under Order Restrictions, 1972 (isotonic). Fritsch and Carlson,
    Monotone Piecewise Cubic Interpolation, 1980 (between the knots of the spline).
    """
    d, y = np.asarray(distances, np.float64), np.asarray(values, np.float64)
    check_curve(len(y))
    curve = curve_through(d, y, method, possible, level=level)
    told = held_out(lambda along, heights: curve_through(along, heights, method).line, d, y)
    errors = y - told  # intervals are made from these, and limited afterwards
    wrong = y - np.clip(told, *possible)
    off = y - held_out(lambda along, heights: fit(along, heights, possible=possible).predict, d, y)
    total, left = float(np.sum((y - y.mean()) ** 2)), y - curve.line(d)
    known = np.isfinite(errors)
    if not known.any():
        raise InputError(
            "All the labelled images but one lie at the same distance, so no curve can be fitted.",
            hint="Label images from other parts of the order.",
        )
    return replace(
        curve, r2=1 - float(left @ left) / total if total > 0 else math.nan,
        error=float(np.sqrt(np.mean(errors[known] ** 2))), loo_mae=float(np.mean(np.abs(wrong[known]))),
        straight_mae=float(np.mean(np.abs(off[known]))),
    )  # fmt: skip


def curve_through(
    distances: Floats,
    values: Floats,
    method: str,
    possible: Ends = (-np.inf, np.inf),
    *,
    level: float = LEVEL,
) -> Curve:
    """The curve of `fit_curve` without a judgement of it: its figures are NaN."""
    rises = fit(distances, values).a >= 0  # refuses labels that all lie at one distance
    at, told = (_steps if method == Method.ISOTONIC else _knots)(distances, values if rises else -values)
    told, unknown = told if rises else -told, math.nan
    return Curve(
        tuple(at.tolist()), tuple(told.tolist()), len(values), unknown, unknown, unknown, unknown, method,
        *possible, level,
    )  # fmt: skip


def _steps(d: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Knots of the rising curve nearest to the labels: both ends of every level stretch."""
    from scipy.optimize import isotonic_regression

    at, place, weights = np.unique(d, return_inverse=True, return_counts=True)
    heights = isotonic_regression(np.bincount(place, y) / weights, weights=weights).x
    same = np.diff(heights) == 0
    inner = (
        np.concatenate([[False], same[:-1] & same[1:], [False]]) if len(at) > 2 else np.zeros(len(at), bool)
    )
    return at[~inner], heights[~inner]


def _knots(d: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Knots at even shares of the labels, with the rising heights that fit best when joined straight."""
    from scipy.optimize import nnls

    count = min(_MOST_KNOTS, max(3, 2 + len(d) // _LABELS_A_KNOT))
    at = np.unique(np.quantile(d, np.linspace(0, 1, count)))
    ramps = np.clip((d[:, None] - at[:-1]) / np.diff(at), 0, 1)  # each rises by 1 between two knots
    # The level has either sign, the rises have not; with the means taken out only the rises are left.
    rises, _ = nnls(ramps - ramps.mean(0), y - y.mean())
    level = y.mean() - float(ramps.mean(0) @ rises)
    return at, level + np.concatenate([[0.0], np.cumsum(rises)])
