"""Reasons not to trust a calibration, as sentences for the person who labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibration import Calibration

_FEW = 4  # fewer labels are too few to judge the line by
_MOST, _THIRD = 0.8, 1 / 3  # labels bunch if at least this share of them lies in one third of the order


def doubts(
    line: Calibration, distances: NDArray[np.float64], values: NDArray[np.float64], order: NDArray[np.float64]
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
        if _slope_may_be_zero(line):
            found.append("The labels don't show that the value changes along this direction.")
        elif line.loo_mae >= _median_error(values):
            found.append("The predictions are no better than guessing the median label.")
        shares = np.searchsorted(np.sort(order), distances) / max(1, len(order))
        for end, there in (("low", shares < _THIRD), ("high", shares > 1 - _THIRD)):
            if there.mean() >= _MOST:
                found.append(f"Most labels bunch at the {end} end of the order; label images elsewhere too.")
    return found


def _slope_may_be_zero(line: Calibration) -> bool:
    from scipy.special import stdtrit

    error = line.residual_std / np.sqrt(line.spread)
    return bool(abs(line.a) <= float(stdtrit(line.n - 2, 0.975)) * error)


def _median_error(values: NDArray[np.float64]) -> float:
    """Mean absolute error when every label is guessed to be the median of the others."""
    return float(np.mean([abs(y - np.median(np.delete(values, i))) for i, y in enumerate(values)]))
