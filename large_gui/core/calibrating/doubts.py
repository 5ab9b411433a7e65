"""Reasons not to trust a calibration, as sentences; and the labels that disagree most with the others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.calibration import Calibration, fit
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.choices import LINES, Method

_FEW = 4  # fewer labels are too few to judge the line by
_MOST, _THIRD = 0.8, 1 / 3  # labels bunch if at least this share of them lies in one third of the order
_JUDGES = 6  # fewer labels leave less than 3 degrees of freedom to say how far one may lie off
_STANDS_OUT = 2.5  # studentised residuals, see `disagreements`
_ROUNDING = 1e-9  # share of the values below which a residual is none
_AT_MOST = 3  # more than these are no outliers but another relation


class Disagreement(NamedTuple):
    """A label that the others don't bear out.

    Attributes
    ----------
    place
        Its place among the labels.
    expected
        What the line through the other labels predicts for its image.
    size
        How many standard errors it lies off, without a sign.
    """

    place: int
    expected: float
    size: float


def doubts(
    line: Fitted, distances: NDArray[np.float64], values: NDArray[np.float64], order: NDArray[np.float64]
) -> list[str]:
    """Reasons not to trust predictions from this line; empty if there are none.

    Parameters
    ----------
    line
        The line that was fitted to the labels.
    distances, values
        ``(n,)`` distances and values of the labels that it was fitted to.
    order
        ``(N,)`` distances of all images that have a rank.

    Returns
    -------
    Sentences: equal values; a slope whose 95 % interval contains zero (Draper and Smith, 1.4); a
    leave-one-out error no smaller than that of the median of the other labels; labels that bunch at one end
    of the order.
    """
    if np.ptp(values) == 0:
        return ["All labels have the same value, so the line tells nothing apart."]
    found = []
    if line.n >= _FEW:
        if isinstance(line, Calibration) and line.method != Method.LEAST_SQUARES and not line.a:
            found.append(f"The penalty of {line.method} keeps the line level: it is too strong here.")
        elif isinstance(line, Calibration) and _slope_may_be_zero(line):
            found.append("The labels don't show that the value changes along this direction.")
        elif line.loo_mae >= median_error(values):
            found.append("The predictions are no better than guessing the median label.")
        shares = np.searchsorted(np.sort(order), distances) / max(1, len(order))
        for end, there in (("low", shares < _THIRD), ("high", shares > 1 - _THIRD)):
            if there.mean() >= _MOST:
                found.append(f"Most labels bunch at the {end} end of the order; label images elsewhere too.")
    return found


def _slope_may_be_zero(line: Calibration) -> bool:
    from scipy.special import stdtrit

    # By the labels alone: a prior that expects a good direction can't tell whether this is one.
    error = line.residual_std / np.sqrt(line.spread)
    return bool(abs(line.a) <= float(stdtrit(line.n - 2, 0.975)) * error)


def median_error(values: NDArray[np.float64]) -> float:
    """Mean absolute error when every label is guessed to be the median of the others.

    It is what a line has to beat: someone who looks at no image could guess as well.

    Parameters
    ----------
    values
        ``(n,)`` values of at least 2 labels.

    Returns
    -------
    The error in the values' unit. Without value i of n sorted ones, the median is the mean of the values
    next to the middle of the other n - 1, so nothing is sorted twice.
    """
    y = np.sort(np.asarray(values, np.float64))
    n, i = len(y), np.arange(len(y))
    low, high = (n - 2) // 2, (n - 1) // 2  # places of the middle among n - 1 values
    guess = (y[low + (i <= low)] + y[high + (i <= high)]) / 2
    return float(np.mean(np.abs(y - guess)))


def disagreements(
    line: Fitted, distances: NDArray[np.float64], values: NDArray[np.float64]
) -> list[Disagreement]:
    """The labels that disagree most with the rest, largest first; empty if none stands out.

    Parameters
    ----------
    line
        The line that was fitted to these labels.
    distances, values
        ``(n,)`` distances and values of the labels.

    Returns
    -------
    At most 3 labels that lie more than 2.5 standard errors from the least-squares line through the others.
    In a sample of good labels some residual is always the largest, so only those are told that a person
    would hardly see by chance: beyond 2.5 lies about 1 good label in 80 of many, and 1 in 11 of 6. With
    fewer than 6 labels the others leave too little to judge one by. What the others expect is said by the
    line's own method, or by the least-squares line in place of a curve.

    References
    ----------
    Draper and Smith, Applied Regression Analysis, 8.1: externally studentised residuals,
    ``t_i = e_i·sqrt((n - 3) / (SSE·(1 - h_i) - e_i²))``.
    """
    d, y = np.asarray(distances, np.float64), np.asarray(values, np.float64)
    n = len(d)
    if n < _JUDGES:
        return []
    scale = float(np.abs(y).max()) or 1.0  # squares of large values would overflow
    center, rise = d - d.mean(), (y - y.mean()) / scale
    spread = float(center @ center)
    residuals = rise - center * float(center @ rise) / spread
    free = 1 - 1 / n - center**2 / spread
    # Rounding leaves a tiny residual on a perfect line, and a label that no other is near has none to judge.
    judged = (np.abs(residuals) > _ROUNDING) & (free > _ROUNDING)
    others = float(residuals @ residuals) * free - residuals**2
    size = np.where(judged, np.abs(residuals), 0) * np.sqrt((n - 3) / np.maximum(others, _ROUNDING**2))
    found, method = [], line.method if line.method in LINES else Method.LEAST_SQUARES
    for i in np.argsort(-size, kind="stable")[:_AT_MOST]:
        if size[i] > _STANDS_OUT:
            rest = np.arange(n) != i
            without = fit(d[rest], y[rest], method, (line.low, line.high))
            found.append(Disagreement(int(i), float(without.predict(d[i : i + 1])[0]), float(size[i])))
    return found
