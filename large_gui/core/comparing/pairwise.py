"""An order out of answers to "which of these two has more?", and how far distances agree with the answers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

PRIOR = 2.0  # standard deviation of a score before any answer; two of them apart, 98 % of answers agree
_STEPS, _HALVINGS, _NEAR = 100, 40, 1e-10
_Z = 1.959963984540054  # of a 95 % interval


@dataclass(frozen=True, eq=False)
class Scores:
    """How much each of some images has of what was asked for, on a scale of log-odds.

    Attributes
    ----------
    values
        ``(m,)``; they add up to 0. An image with a score higher by s has more in ``1 / (1 + exp(-s))`` of the
        answers.
    covariance
        ``(m, m)``, of the scores given the answers, by Laplace's approximation.
    """

    values: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def chances(self) -> NDArray[np.float64]:
        """How likely each image is to have more than each other one, ``(m, m)``."""
        return _logistic(self.values[:, None] - self.values[None, :])

    def variances(self) -> NDArray[np.float64]:
        """Variance of the difference of every two scores, ``(m, m)``."""
        own = np.diag(self.covariance)
        return np.asarray(own[:, None] + own[None, :] - 2 * self.covariance, np.float64)


def bradley_terry(images: int, pairs: ArrayLike, won: ArrayLike, prior: float = PRIOR) -> Scores:
    """Fit the model of Bradley and Terry: the log-odds of an answer are the difference of two scores.

    A normal distribution around 0 stands for what is known of a score before any answer. It keeps the
    scores finite where an image wins every comparison, and defined where groups of images were never
    compared with each other; the log-posterior is strictly concave, so it has one maximum, which Newton's
    method finds.

    Parameters
    ----------
    images
        How many there are, m.
    pairs
        ``(n, 2)`` indices of the images that were compared.
    won
        ``(n,)``: 1 where the first of the two has more, 0 where the second has, and 0.5 for an equal answer,
        which so counts as half an answer for each.
    prior
        Standard deviation of a score before any answer.

    Raises
    ------
    ValueError
        When the shapes do not fit, an index is not of an image or stands in a pair with itself, or ``won`` is
        not between 0 and 1.

    References
    ----------
    Bradley and Terry, Rank analysis of incomplete block designs: the method of paired comparisons,
    Biometrika 39, 1952. Caron and Doucet, Efficient Bayesian inference for generalized Bradley-Terry models,
    JCGS 21, 2012, for priors. Davidson, On extending the Bradley-Terry model to accommodate ties in paired
    comparison experiments, JASA 65, 1970, for a model in which equal answers have a chance of their own.
    """
    pairs, won = _checked(images, pairs, won)
    first, second = pairs.T
    scores = np.zeros(images)
    precision = np.eye(images) / prior**2

    def cost(of: NDArray[np.float64]) -> float:
        s = of[first] - of[second]
        return float(np.sum(np.logaddexp(0.0, s) - won * s) + of @ of / (2 * prior**2))

    def curvature(of: NDArray[np.float64]) -> NDArray[np.float64]:
        p = _logistic(of[first] - of[second])
        weight, h = p * (1 - p), precision.copy()
        for rows, columns, sign in ((first, first, 1), (second, second, 1), (first, second, -1)):
            np.add.at(h, (rows, columns), sign * weight)
        np.add.at(h, (second, first), -weight)
        return h

    for _ in range(_STEPS):
        surplus = _logistic(scores[first] - scores[second]) - won
        slope = scores / prior**2
        np.add.at(slope, first, surplus)
        np.add.at(slope, second, -surplus)
        if np.abs(slope).max(initial=0.0) < _NEAR:
            break
        step, size, before = np.linalg.solve(curvature(scores), slope), 1.0, cost(scores)
        for _ in range(_HALVINGS):  # from far away a whole step can lead beyond the maximum
            if cost(scores - size * step) <= before:
                break
            size /= 2
        scores = scores - size * step
    return Scores(scores, np.asarray(np.linalg.inv(curvature(scores)), np.float64))


@dataclass(frozen=True)
class Agreement:
    """With how many decided answers an order agrees, and the 95 % interval of that share.

    Attributes
    ----------
    agreeing, decided
        Numbers of answers. An equal answer is not a decided one.
    low, high
        The ends of the interval, between 0 and 1. Without a decided answer it is all of that.
    """

    agreeing: int
    decided: int
    low: float
    high: float

    @property
    def opposed(self) -> bool:
        """Whether the order surely runs the other way: more than half of all answers would be against it."""
        return self.high < 0.5


def agreement(distances: ArrayLike, pairs: ArrayLike, won: ArrayLike) -> Agreement:
    """Count the decided answers whose order the distances have as well.

    Parameters
    ----------
    distances
        ``(m,)``; two equal distances have no order, and agree with no decided answer.
    pairs, won
        As in `bradley_terry`.

    References
    ----------
    Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927: the interval.
    It stays within 0 and 1 and is right for few answers too.
    """
    d = np.asarray(distances, np.float64)
    pairs, won = _checked(len(d), pairs, won)
    more = np.sign(won - 0.5)
    decided = int(np.count_nonzero(more))
    agreeing = int(np.sum((more != 0) & (np.sign(d[pairs[:, 0]] - d[pairs[:, 1]]) == more)))
    if not decided:
        return Agreement(0, 0, 0.0, 1.0)
    share, z = agreeing / decided, _Z**2 / decided
    centre = (share + z / 2) / (1 + z)
    half = math.sqrt(share * (1 - share) * z + z**2 / 4) / (1 + z)
    return Agreement(agreeing, decided, max(0.0, centre - half), min(1.0, centre + half))


def _logistic(s: NDArray[np.float64]) -> NDArray[np.float64]:
    """``1 / (1 + exp(-s))``, without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -s)), np.float64)


def _checked(images: int, pairs: ArrayLike, won: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    p, w = np.asarray(pairs, np.intp).reshape(-1, 2), np.asarray(won, np.float64)
    if w.shape != (len(p),):
        raise ValueError(f"expected {len(p)} answers to {len(p)} pairs, got {w.shape}")
    if len(p) and (p.min() < 0 or p.max() >= images or (p[:, 0] == p[:, 1]).any()):
        raise ValueError(f"pairs are of two different images of {images}")
    if not ((w >= 0) & (w <= 1)).all():
        raise ValueError("answers lie between 0 and 1")
    return p, w
