"""The line from distances to real values, ``y = a·d + b`` (LARGE, section 3.3), and how far to trust it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core import forms
from large_gui.core.calibrating.fitted import check_level, errors_without, slope
from large_gui.core.calibrating.prior import NO_PRIOR, Prior
from large_gui.core.choices import LINES, Method
from large_gui.core.words import numeral
from large_gui.errors import InputError

_VERSION = 2  # version of the JSON form; the first knew no prior and no level
_ROUNDING = 1e-9  # largest rounding error, as a share of the terms of a sum
_MOST = float(np.finfo(np.float64).max)
LEVEL = 0.9  # of intervals, unless another is asked for
_LEAST_LEVEL = 1e-9


@dataclass(frozen=True)
class Calibration:
    """A line through labelled distances; made by `fit`.

    Attributes
    ----------
    a, b
        Slope (units of the value per unit of distance) and value at distance 0.
    n
        Number of labels the line was fitted to.
    r2
        Share of the labels' variance that the line explains; NaN with 2 labels or with equal values.
    residual_std
        Standard deviation of the residuals with n - 2 degrees of freedom, in the value's unit; NaN for n = 2.
    loo_mae
        Mean absolute error when each label is predicted from the others, no farther than the value can be,
        in the value's unit; NaN for n = 2 and where the others all lie at one distance.
    mean_distance, spread
        Mean of the labelled distances and the sum of squared deviations from it.
    method
        How the line was fitted, one of `Method`.
    low, high
        Ends of what the value can be; predictions and intervals stop there.
    level
        Share of new images that an interval is to hold.
    prior
        What was known of the residuals' spread before; its strength is 0 if nothing was.
    """

    a: float
    b: float
    n: int
    r2: float
    residual_std: float
    loo_mae: float
    mean_distance: float
    spread: float
    method: str = Method.LEAST_SQUARES
    low: float = -np.inf
    high: float = np.inf
    level: float = LEVEL
    prior: Prior = NO_PRIOR

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the interval: those of the residuals, and the prior's pseudo-observations."""
        return self.n - 2 + self.prior.strength

    @property
    def std(self) -> float:
        """Spread of new images about the line: that of the residuals, pooled with the prior's.

        It is in the labels' unit; NaN with 2 labels and no prior.
        """
        if not self.freedom:
            return math.nan
        squares = 0.0 if self.n == 2 else (self.n - 2) * self.residual_std**2
        return math.sqrt((squares + self.prior.strength * self.prior.std**2) / self.freedom)

    @property
    def straight_mae(self) -> float:
        """The same as `loo_mae`: curves are compared with it."""
        return self.loo_mae

    @property
    def width(self) -> float:
        """How wide its interval would be if the line were certain, in the labels' unit; NaN without one."""
        from scipy.special import ndtri

        return 2 * float(ndtri(0.5 + self.level / 2)) * self.std

    @property
    def formula(self) -> str:
        """The line as a formula, of four digits or more."""
        a, b = self.terms
        return f"y = {a}·d {'−' if b.startswith('-') else '+'} {b.removeprefix('-')}"

    @property
    def terms(self) -> tuple[str, str]:
        """Slope and intercept in words: four digits, or more if the error is small beside them."""
        slope, intercept = (numeral(term, self.loo_mae, 4, 2) for term in (self.a, self.b))
        return slope, intercept

    def with_prior(self, prior: Prior) -> Calibration:
        """The same line, with something known of the spread about it."""
        return replace(self, prior=prior)

    def line(self, distances: ArrayLike) -> NDArray[np.float64]:
        """``y = a·d + b`` at distances ``(N,)``: ``(N,)``, in the labels' unit."""
        return np.asarray(self.a * np.asarray(distances, np.float64) + self.b)

    def predict(self, distances: ArrayLike) -> NDArray[np.float64]:
        """The line at distances ``(N,)``, no farther than the value can be: ``(N,)``."""
        return np.clip(self.line(distances), self.low, self.high)

    def clips(self, distances: ArrayLike) -> NDArray[np.bool_]:
        """Whether the line or its 90 % interval would go beyond what the value can be: ``(N,)``.

        A line through a label at one of the ends may pass that end by rounding; that is not counted.
        """
        d = np.asarray(distances, np.float64)
        ends = (self.line(d), *replace(self, low=-np.inf, high=np.inf).interval(d))
        rounding = _ROUNDING * (np.abs(self.a * d) + abs(self.b))
        beyond = [(end < self.low - rounding) | (end > self.high + rounding) for end in ends]
        return np.asarray(np.any(beyond, axis=0), np.bool_)

    def interval(
        self, distances: ArrayLike, level: float | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Prediction interval of one new image at each distance.

        The formula holds for least squares. A regularised line uses the same formula with its own
        `residual_std`, so its deliberate bias shows only as larger residuals. The prior joins the residuals:
        the variance is then that of its posterior, and Student's t has as many more degrees of freedom.

        Parameters
        ----------
        distances
            ``(N,)``.
        level
            Share of new images that should fall inside, between 0 and 1; its own level if none is given.

        Returns
        -------
        Low and high ends, ``(N,)`` each, in the labels' unit, no farther than the value can be; NaN with 2
        labels and no prior, as they leave no residual.

        Raises
        ------
        InputError
            When ``level`` is not strictly between 0 and 1.

        References
        ----------
        Draper and Smith, Applied Regression Analysis, 3.1: ``±s·t·sqrt(1 + 1/n + (d - mean)²/spread)``.
        With a prior it's the posterior predictive interval of Gelman et al., Bayesian Data Analysis, 14.2.
        """
        from scipy.special import stdtrit  # Student's t without scipy.stats, which takes ten times as long

        level = self.level if level is None else level
        check_level(level)
        d = np.asarray(distances, np.float64)
        line = self.line(d)
        if not self.freedom:
            return np.full_like(line, np.nan), np.full_like(line, np.nan)
        quantile = float(stdtrit(self.freedom, 0.5 + level / 2))
        leverage = 1 / self.n + (d - self.mean_distance) ** 2 / self.spread
        half = quantile * self.std * np.sqrt(1 + leverage)
        return np.clip(line - half, self.low, self.high), np.clip(line + half, self.low, self.high)

    def as_json(self) -> dict[str, Any]:
        """The fit as a JSON object; a figure that is not defined, or an end that is not set, is ``None``."""
        numbers = {
            "a": self.a, "b": self.b, "r2": self.r2, "residual_std": self.residual_std,
            "loo_mae": self.loo_mae, "mean_distance": self.mean_distance, "spread": self.spread,
            "low": self.low, "high": self.high, "level": self.level,
        }  # fmt: skip
        return {
            "kind": "calibration", "version": _VERSION, "method": str(self.method), "n": int(self.n),
            **self.prior.as_json(),
            **{name: float(value) if math.isfinite(value) else None for name, value in numbers.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> Calibration:
        """Read what `as_json` wrote, in this version or an earlier one.

        Raises
        ------
        ValueError
            When the form is something else, or no fit could have these figures. The message says which.
        """
        values, version = forms.versioned(form, "calibration", _VERSION)
        if not version:
            raise ValueError("it is not a calibration")
        forms.require(values, ("r2", "residual_std", "loo_mae", "low", "high"))
        method, n = forms.text(values, "method"), values.get("n")
        if method not in LINES:
            raise ValueError(f"a line can't be fitted by {method!r}")
        if not isinstance(n, int) or isinstance(n, bool) or n < 2:
            raise ValueError("'n' is not a possible number of labels")

        level, prior = LEVEL, NO_PRIOR
        if version > 1:
            level = forms.number(values, "level", least=_LEAST_LEVEL, most=1 - _LEAST_LEVEL)
            prior = Prior.from_json(values)

        def known(key: str, otherwise: float, least: float, most: float) -> float:
            return otherwise if values[key] is None else forms.number(values, key, least=least, most=most)

        fitted = cls(
            a=forms.number(values, "a", least=-_MOST, most=_MOST),
            b=forms.number(values, "b", least=-_MOST, most=_MOST),
            n=n,
            r2=known("r2", math.nan, -_MOST, 1.0),
            residual_std=known("residual_std", math.nan, 0.0, _MOST),
            loo_mae=known("loo_mae", math.nan, 0.0, _MOST),
            mean_distance=forms.number(values, "mean_distance", least=-_MOST, most=_MOST),
            spread=forms.number(values, "spread", least=np.finfo(np.float64).tiny, most=_MOST),
            method=method,
            low=known("low", -math.inf, -_MOST, _MOST),
            high=known("high", math.inf, -_MOST, _MOST),
            level=level,
            prior=prior,
        )
        if not fitted.low < fitted.high:
            raise ValueError(f"a value can't be between {fitted.low:g} and {fitted.high:g}")
        if (n == 2) != math.isnan(fitted.residual_std):
            raise ValueError("'residual_std' belongs to a line through more than 2 labels")
        return fitted


def fit(
    distances: ArrayLike, values: ArrayLike, method: str = Method.LEAST_SQUARES,
    possible: tuple[float, float] = (-np.inf, np.inf), *, level: float = LEVEL,
) -> Calibration:  # fmt: skip
    """Fit ``y = a·d + b`` to labelled images (LARGE, section 3.3).

    The regularised lines minimise what scikit-learn's Lasso, Ridge and ElasticNet minimise with their default
    strengths. They draw the slope toward 0, by an amount that depends on the units of d and y.

    Parameters
    ----------
    distances
        ``(n,)`` signed distances of the labelled images.
    values
        ``(n,)`` their real values, in any unit.
    method
        ``"least-squares"``, or with a penalty on ``|a|`` (``"L1"``), on ``a²`` (``"L2"``), or on ``"both"``.
    possible
        Ends of what the value can be; the fit itself does not use them, but its errors do.
    level
        Share of new images that an interval is to hold.

    Returns
    -------
    The line with its errors, and without a prior. The leave-one-out errors are those of lines refitted
    without each label. For least squares they come from the leverages, ``e_i / (1 - h_i)``; otherwise from
    the sums without that label's share.

    Raises
    ------
    InputError
        When there are fewer than 2 labels, when a number is not finite, when all the labels lie at the same
        distance, or when the method is not known.
    ValueError
        When the shapes differ.

    References
    ----------
    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 3.4. With centred sums the slopes
    are ``soft(S_dy, n) / S_dd`` (L1), ``S_dy / (S_dd + 1)`` (L2) and ``soft(S_dy, n/2) / (S_dd + n/2)``
    (both), where ``soft(s, c)`` brings s nearer to 0 by c, but not past it.
    """
    if method not in LINES:
        raise InputError(f"A line can't be fitted by {method!r}.", hint=f"Choose one of {', '.join(LINES)}.")
    d, y = np.asarray(distances, np.float64), np.asarray(values, np.float64)
    if d.ndim != 1 or d.shape != y.shape:
        raise ValueError(f"expected distances and values of one shape (n,), got {d.shape} and {y.shape}")
    if len(d) < 2:
        raise InputError(
            f"A calibration needs at least 2 labels, there {'is' if len(d) == 1 else 'are'} {len(d)}.",
            hint="Label one image near each end of the order.",
        )
    if not (np.isfinite(d).all() and np.isfinite(y).all()):
        raise InputError(
            "A labelled distance or value is not a finite number.", hint="Correct or remove that label."
        )
    n, center = len(d), d - d.mean()
    spread = float(center @ center)
    # Rounding leaves a tiny spread between equal distances; a line through it would be noise.
    if np.ptp(d) <= 1e-9 * np.abs(d).max() or spread < np.finfo(np.float64).tiny:
        raise InputError(
            "All the labelled images lie at the same distance, so no line can be fitted.",
            hint="Label an image from another part of the order.",
        )
    rise = y - y.mean()
    product = float(center @ rise)
    a = float(slope(product, spread, n, method))
    b = float(y.mean() - a * d.mean())
    r2 = residual_std = float("nan")
    if n > 2:
        residuals = rise - a * center
        squares, total = float(residuals @ residuals), float(np.sum(rise**2))
        residual_std = float(np.sqrt(squares / (n - 2)))
        r2 = 1 - squares / total if total > 0 else r2
    loo_mae = float(np.mean(np.abs(errors_without(d, y, method, possible))))
    return Calibration(a, b, n, r2, residual_std, loo_mae, float(d.mean()), spread, method, *possible, level)
