"""Which image to label next: the ends of the order, its middle, then gaps; and what a label would gain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.calibrating.calibration import Calibration
from large_gui.core.calibrating.fitted import Fitted

MANY = 50  # with this many images or more the ends are percentiles, so that an outlier is not an end
GAPS = 4  # how many of the widest gaps are tried before all images are compared
OUTER_PERCENT = 2
END_SHARE, MIDDLE_SHARE = 0.05, 0.10  # of the range: how near a label has to be


@dataclass(frozen=True)
class Suggestion:
    """The index of an image to label, and what it shows of the order: ``"the low end"``."""

    index: int
    why: str


class Gain(NamedTuple):
    """By which share the typical interval would get narrower, and where most: ``"at the high end"``."""

    share: float
    where: str


def gain(line: Fitted, at: float, order: ArrayLike) -> Gain | None:
    """How much narrower the interval would be, were the image at a distance labelled too.

    Parameters
    ----------
    line
        The line through the labels that there are.
    at
        Distance of the image.
    order
        Distances of the images, or quantiles of them, at which the interval is looked at.

    Returns
    -------
    The fall of the mean width over the order, as a share of it, and the third of the order in which the
    width falls most; ``None`` for a curve, for a line that has no interval, and with an empty order. What the
    label will say can't be known, so the residual error is taken to stay as it is: the fall comes from the
    leverages alone, ``1/n + (d - mean)²/spread``, and from Student's t with one degree of freedom more. A
    prior stays as it is too.
    """
    d = np.sort(np.asarray(order, np.float64))
    if not isinstance(line, Calibration) or not line.freedom or not len(d):
        return None
    n, away = line.n, at - line.mean_distance
    after = replace(
        line, n=n + 1, mean_distance=line.mean_distance + away / (n + 1),
        spread=line.spread + away**2 * n / (n + 1),
    )  # fmt: skip
    before, later = (_width(one, d) for one in (line, after))
    fall = before - later
    thirds = zip(np.array_split(fall, 3), ("at the low end", "in the middle", "at the high end"))
    _, where = max(((float(part.mean()), words) for part, words in thirds if len(part)), key=lambda x: x[0])
    return Gain(float(fall.sum() / before.sum()), where)


def _width(line: Calibration, d: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the width of the interval, in residual standard errors, as `Calibration.interval` has it."""
    from scipy.special import stdtrit

    leverage = 1 / line.n + (d - line.mean_distance) ** 2 / line.spread
    return np.asarray(float(stdtrit(line.freedom, 0.5 + line.level / 2)) * np.sqrt(1 + leverage))


def suggest(
    distances: ArrayLike, labelled: NDArray[np.bool_], available: NDArray[np.bool_] | None = None
) -> Suggestion | None:
    """Choose the unlabelled image to label next: low end, high end, middle, then the largest gap.

    Parameters
    ----------
    distances
        ``(N,)``; images without a finite distance are ignored.
    labelled
        ``(N,)``, true where the image has a label.
    available
        ``(N,)``, true where the image may be suggested; ``None`` for all of them.

    Returns
    -------
    The suggestion; ``None`` when no image is left. The ends are the smallest and the largest distance; with
    50 images or more, the 2nd and the 98th percentile. An end needs no label when a label lies beyond it or
    within 5 % of the range from it; the middle needs none when a label lies within 10 %. Then follows the
    largest gap between labels that has an image in its middle half, and of that gap the image nearest to the
    middle. If none of the large gaps has one, it is the image farthest from every label, if possible between
    the outermost labels.

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    d, labelled = np.asarray(distances, np.float64), np.asarray(labelled, bool)
    allowed = np.ones_like(labelled) if available is None else np.asarray(available, bool)
    if d.ndim != 1 or not d.shape == labelled.shape == allowed.shape:
        shapes = f"{d.shape}, {labelled.shape} and {allowed.shape}"
        raise ValueError(f"expected distances, labelled and available of one shape (N,), got {shapes}")
    finite = np.isfinite(d)
    free = finite & allowed & ~labelled
    if not free.any():
        return None
    # Images that have a label or may get one make the order, so labelling does not change it.
    counted = finite & (allowed | labelled)
    low, high = _ends(d[counted])
    labels = np.sort(d[finite & labelled])
    near = END_SHARE * (high - low)
    if not (labels <= low + near).any():
        return Suggestion(int(np.argmax(free & (d == low))), "the low end")
    if not (labels >= high - near).any():
        return Suggestion(int(np.argmax(free & (d == high))), "the high end")
    center = (low + high) / 2
    if not (np.abs(labels - center) <= MIDDLE_SHARE * (high - low)).any():
        middle = int(np.argmin(_away(d, center, counted)))
        if free[middle]:
            return Suggestion(middle, "the middle")
    return Suggestion(_in_a_gap(d, free, labels), "the largest gap")


def _ends(order: NDArray[np.float64]) -> tuple[float, float]:
    """Smallest and largest distance; of 50 or more, the distances nearest in rank to the percentiles."""
    last = len(order) - 1
    skipped = round(last * OUTER_PERCENT / 100) if len(order) >= MANY else 0
    order.partition((skipped, last - skipped))
    return float(order[skipped]), float(order[last - skipped])


def _away(d: NDArray[np.float64], target: float, among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Distance of each image from the target; infinite for images that ``among`` leaves out."""
    away = d - target
    np.abs(away, out=away)  # fresh memory for 100,000 images costs more than the sums
    away[~among] = np.inf
    return away


def _in_a_gap(d: NDArray[np.float64], free: NDArray[np.bool_], labels: NDArray[np.float64]) -> int:
    """Index of a free image far from the sorted labels, chosen as `suggest` describes."""
    widths = np.diff(labels)
    widest = np.argpartition(-widths, GAPS)[:GAPS] if len(widths) > GAPS else np.arange(len(widths))
    for gap in widest[np.argsort(-widths[widest], kind="stable")]:
        away = _away(d, (labels[gap] + labels[gap + 1]) / 2, free)
        nearest = int(np.argmin(away))
        if away[nearest] <= widths[gap] / 4 and widths[gap] > 0:
            return nearest
    index = np.flatnonzero(free)
    at = d[index]
    above = np.searchsorted(labels, at)
    lower, upper = labels[np.maximum(above - 1, 0)], labels[np.minimum(above, len(labels) - 1)]
    reach = np.minimum(np.abs(at - lower), np.abs(at - upper))
    within = (at > labels[0]) & (at < labels[-1]) & (reach > 0)
    return int(index[np.argmax(np.where(within, reach, -1) if within.any() else reach)])
