"""Which way to use with how many labels, as far as the scores of a comparison can tell them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from large_gui.metrics.compare import Scores

_DEVIATIONS = 3.0  # standard errors that a difference must have to count: many are looked at together


class Advice(NamedTuple):
    """What to use with some numbers of labels, which follow each other.

    Attributes
    ----------
    shots
        The numbers of labels.
    way
        The name of the way; empty where none predicts, or is better than the baseline.
    """

    shots: tuple[int, ...]
    way: str


def standard_error(scores: Scores) -> float:
    """Standard error of a way's mean error, from its spread over draws and over images."""
    by_image = scores.by_image[np.isfinite(scores.by_image)]
    return float(np.sqrt(_variance_of_mean(scores.mae) + _variance_of_mean(by_image)))


def is_better(one: Scores, other: Scores) -> bool:
    """Whether one way errs less than another, beyond the chance of the draws and of the images.

    Both were scored on the same draws, so their errors are compared draw by draw and image by image. The
    variances of the mean difference from the two are added.
    """
    by_draw, by_image = other.mae - one.mae, other.by_image - one.by_image
    by_image = by_image[np.isfinite(by_image)]
    spread = _variance_of_mean(by_draw) + _variance_of_mean(by_image)
    return float(by_draw.mean()) > _DEVIATIONS * float(np.sqrt(spread))


def as_good_as_the_best(scores: Mapping[str, Scores], baseline: str) -> list[str]:
    """The ways that predict, are better than the baseline, and that the best way is not better than."""
    best = min(scores.values(), key=lambda one: float(one.mae.mean()))
    return [
        way
        for way, its in scores.items()
        if way != baseline and its.predicts and is_better(its, scores[baseline]) and not is_better(best, its)
    ]


def advise(table: Mapping[str, Mapping[int, Scores]], shots: Sequence[int], baseline: str) -> list[Advice]:
    """Choose ways so that each is as good as the best, and that one stays with a way as long as can be.

    Parameters
    ----------
    table
        Scores by way, then by number of labels.
    baseline
        The way that the others must be better than.
    """
    good = {k: as_good_as_the_best({way: its[k] for way, its in table.items()}, baseline) for k in shots}
    found: list[Advice] = []
    left = sorted(shots)
    while left:
        ways = good[left[0]]
        runs = [Advice(_run(left, [way in good[k] for k in left]), way) for way in ways]
        if runs:
            found.append(min(runs, key=lambda run: (-len(run.shots), _error(table[run.way], run.shots))))
        else:
            found.append(Advice(_run(left, [not good[k] for k in left]), ""))
        left = left[len(found[-1].shots) :]
    return found


def _run(shots: Sequence[int], holds: Sequence[bool]) -> tuple[int, ...]:
    """The first numbers of labels for which something holds."""
    end = holds.index(False) if False in holds else len(holds)
    return tuple(shots[:end])


def _error(scores: Mapping[int, Scores], shots: Sequence[int]) -> float:
    """The mean error over some numbers of labels."""
    return float(np.mean([scores[k].mae.mean() for k in shots]))


def _variance_of_mean(differences: NDArray[np.float64]) -> float:
    """The variance of the mean of independent differences; infinite for one, whose spread is not known."""
    n = len(differences)
    return float(differences.var(ddof=1)) / n if n > 1 else float("inf")
