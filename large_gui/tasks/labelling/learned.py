"""Whether a direction that was learned from a session's values predicts them better than the one in use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.doubts import median_error
from large_gui.core.calibrating.options import predicted_from_others
from large_gui.core.direction import Direction
from large_gui.tasks.labelling.usable import unused
from large_gui.tasks.session import Session

_SURE = 0.95  # of a difference that is told as one
_FEWEST = 3  # values that a line through the others can be judged by


class Verdict(Enum):
    """How one error compares with another one over the same images."""

    BETTER = "better"
    WORSE = "worse"
    UNSURE = "unsure"


@dataclass(frozen=True)
class ErrorsCompared:
    """Errors over the same images, in the value's unit; each is predicted from the others.

    Attributes
    ----------
    images
        How many there are.
    old
        Mean absolute error along the direction in use, which is that of the session's calibration; NaN if
        there is none or it can't be known.
    new
        Mean absolute error along the learned direction, which is learned anew without each image; NaN if it
        can't be known.
    guess
        Mean absolute error of guessing the median of the others.
    against_old, against_guess
        How the new error compares with each; a difference counts when a paired t-test is sure of it by 95 %.
    """

    images: int
    old: float
    new: float
    guess: float
    against_old: Verdict
    against_guess: Verdict


def teachers(session: Session) -> NDArray[np.intp]:
    """Numbers of the images whose values a direction can be learned from; they need no distance yet.

    They are those that a line is fitted to once they have one: of copies, one.
    """
    there = np.array([bool(sha) for sha in session.sha256], bool)
    cannot = unused(session.labels, there, session.faceless, session.sha256, session.value)
    return np.array(sorted(session.labels.keys() - cannot.keys()), np.intp)


def compare(session: Session, learned: Direction) -> ErrorsCompared:
    """Compare a direction that was learned from the session's values with the direction in use.

    Parameters
    ----------
    learned
        Its record holds the distances of the images, each along a direction that was learned without it.
    """
    numbers = teachers(session)
    values = session.label_values(numbers)
    held_out = learned.record.held_out
    along = np.array([held_out.get(session.sha256[i], np.nan) for i in numbers], np.float64)
    old, new = _errors(session.judged(numbers), values, session), _errors(along, values, session)
    others = [np.median(np.delete(values, i)) for i in range(len(values))] if len(values) > 1 else [np.nan]
    return ErrorsCompared(
        len(numbers), _mean(old), _mean(new),
        median_error(values) if len(values) > 1 else float("nan"),
        _verdict(new, old), _verdict(new, np.abs(values - others)),
    )  # fmt: skip


def _errors(d: NDArray[np.float64], values: NDArray[np.float64], session: Session) -> NDArray[np.float64]:
    """Absolute error ``(n,)`` of each value by the line through the others; NaN where that is not known."""
    unknown = np.full(max(1, len(values)), np.nan)
    if len(values) < _FEWEST or not np.isfinite(d).all():
        return unknown
    return np.abs(predicted_from_others(d, values, session.options, session.value.possible) - values)


def _mean(errors: NDArray[np.float64]) -> float:
    """The mean of the errors that are known, as a calibration has it; NaN if none is."""
    known = errors[np.isfinite(errors)]
    return float(known.mean()) if len(known) else float("nan")


def _verdict(new: NDArray[np.float64], other: NDArray[np.float64]) -> Verdict:
    """Compare errors of the same images by a paired t-test."""
    from scipy.special import stdtrit

    if new.shape != other.shape or len(new) < _FEWEST:
        return Verdict.UNSURE
    gain = other - new
    needed = float(stdtrit(len(gain) - 1, (1 + _SURE) / 2)) * float(gain.std(ddof=1)) / np.sqrt(len(gain))
    if gain.mean() > needed:
        return Verdict.BETTER
    return Verdict.WORSE if gain.mean() < -needed else Verdict.UNSURE
