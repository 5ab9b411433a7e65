"""What a session's labels say so far: how far off predictions are, which labels disagree, what to do next."""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import NamedTuple

import numpy as np

from large_gui.core.calibrating.doubts import disagreements, doubts, median_error
from large_gui.core.calibrating.suggestion import Gain, Suggestion, gain
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.tasks.labelling.usable import Unused, contradictions, left_out
from large_gui.tasks.session import Session

_QUANTILES = 201  # of the order at which the interval is looked at; more images change nothing that is told
_TOLD = (Unused.FACELESS, Unused.OUTSIDE, Unused.COPY)  # a person knows of the others


class Doubtful(NamedTuple):
    """An image whose label disagrees with the others, and what they predict for it."""

    number: int
    expected: float


def doubts_about(session: Session) -> list[str]:
    """Reasons not to trust the line, as sentences."""
    unused = session.unused()
    why = Counter(unused.values())
    found = [left_out(why[kind], kind) for kind in _TOLD if why[kind]]
    found += contradictions(session.sha256, session.paths, session.labels, unused)
    if session.calibration is not None:
        points = session.calibration_points()
        values = session.label_values(points)
        found += doubts(session.calibration, session.judged(points), values, session.judged_order())
    return found


def judged_along(
    session: Session, name: str, labels: dict[str, Label], value: Value | None = None
) -> Session:
    """The same images sorted by another direction, to see what its labels say; the session stays as it is.

    Parameters
    ----------
    labels, value
        As `Session.choose` takes them.

    Raises
    ------
    InputError
        When the images are not measured along this direction.
    """
    other = copy(session)
    other.choose(name, labels, value)
    return other


def guessing_error(session: Session) -> float:
    """Mean absolute error of guessing the median of the other labels; NaN with fewer than 3 labels."""
    values = session.label_values(session.calibration_points())
    return median_error(values) if len(values) > 2 else float("nan")


def gain_of(session: Session, suggestion: Suggestion) -> Gain | None:
    """What a label of the suggested image would gain; ``None`` without a line that has an interval."""
    line = session.calibration
    if line is None:
        return None
    order = session.by_distance()[: int(session.ranked.sum())]
    places = np.linspace(0, len(order) - 1, min(len(order), _QUANTILES)).astype(np.intp)
    return gain(line, float(session.distances[suggestion.index]), session.distances[order[places]])


def doubtful(session: Session) -> list[Doubtful]:
    """The labelled images that disagree most with the others, if any stands out."""
    line, points = session.calibration, session.calibration_points()
    if line is None:
        return []
    found = disagreements(line, session.judged(points), session.label_values(points))
    return [Doubtful(int(points[one.place]), one.expected) for one in found]
