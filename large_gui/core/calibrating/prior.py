"""What is known of the spread about a line before its labels speak: a few pseudo-observations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core import forms

TYPICAL = 0.7  # correlation of distance and value that is expected of a direction of which nothing is known
WEAK, STATED = 2.0, 4.0  # pseudo-observations: of a prior that the labels scale, and of a stated spread
_SURE = 2.326  # standard errors below what the labels show: the lower limit that holds at 99 %
_ROUNDED = 0.5  # least spread that is expected, in units of the last place that the labels are given to
_UNLIKELY = 0.01  # a known spread that is this unlikely beside the labels' own is of something else
_PLACES = 6  # labels with more decimals than these count as not rounded


@dataclass(frozen=True)
class Prior:
    """Scaled inverse chi-square prior of the variance of the residuals.

    Attributes
    ----------
    std
        The spread that is expected, in the labels' unit.
    strength
        How many observations it counts for; 0 for no prior.
    source
        Where it comes from, in words that follow "from".
    """

    std: float
    strength: float
    source: str

    def as_json(self) -> dict[str, Any]:
        """Its part of a fit's JSON object."""
        return {
            "prior_std": float(self.std), "prior_strength": float(self.strength), "prior_source": self.source,
        }  # fmt: skip

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Prior:
        """Read it from a fit's JSON object; a ``ValueError`` says what is wrong."""
        return cls(
            forms.number(values, "prior_std", least=0.0, most=float(np.finfo(np.float64).max)),
            forms.number(values, "prior_strength", least=0.0),
            forms.text(values, "prior_source"),
        )


NO_PRIOR = Prior(0.0, 0.0, "")


def stated_prior(std: float) -> Prior:
    """A spread that a person knows from elsewhere, such as from an earlier fit, in the labels' unit."""
    return Prior(std, STATED, "the spread that was stated")


def prior_of_direction(figures: Mapping[str, float], labels: int) -> Prior:
    """The spread that was left on held-out images when a direction was learned from values.

    Parameters
    ----------
    figures
        Those of the direction's `FindingRecord`; the finder that learns from values gives ``"spread"`` and
        the number of ``"images"``.
    labels
        Number of labels of the line. They may be those that the direction was learned from, and no label is
        to count twice: only what was learned from more images than these counts.

    Returns
    -------
    `NO_PRIOR` for a direction that has no such figures, or was learned from no more images.
    """
    spread, others = figures.get("spread", 0.0), figures.get("images", 0.0) - labels
    if not (spread > 0 and others > 0):
        return NO_PRIOR
    return Prior(spread, min(STATED, others), "the held-out images that the direction was learned from")


def agrees(prior: Prior, residual_std: float, n: int) -> bool:
    """Whether n labels leave a spread that a prior can expect; it may be of a value in another unit.

    Two labels leave none that could be compared. More agree unless the variances are farther apart than
    those of one value are in 99 of 100 cases (F-test).
    """
    from scipy.special import fdtr

    if n < 3 or not prior.strength:
        return False
    below = float(fdtr(n - 2, prior.strength, (residual_std / prior.std) ** 2))
    return _UNLIKELY / 2 <= below <= 1 - _UNLIKELY / 2


def typical_prior(distances: NDArray[np.float64], values: NDArray[np.float64], order: ArrayLike) -> Prior:
    """The spread that a direction of typical quality would leave, on the scale that the labels show.

    Nothing but labels says in which unit a value is measured, so their scale has to come from the labels:
    the line's slope and the distances of all images say how much the value varies over the folder,
    ``a²·var(order) + residual²``, of which a direction whose distances correlate with the value by r leaves
    the share ``1 - r²``. That r is `TYPICAL`, or more where the labels leave no doubt: the lower 99 % limit
    of their own correlation, else a line as good as a ruler would have the intervals of a poor one. The
    spread is at least half of the last place that labels are given to, because equal grades don't show that
    there is no error.

    Parameters
    ----------
    distances, values
        ``(n,)`` distances and values of the labels.
    order
        ``(N,)`` distances of all images that have a rank.

    Returns
    -------
    A prior of the strength `WEAK`; `NO_PRIOR` with 2 labels, which the line passes through: they show no
    scale of errors.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, 3rd edition, 2.6 and 14.2: the conjugate prior of the variance.
    Fisher, On the "probable error" of a coefficient of correlation, 1921: ``atanh(r)`` has the standard
    error ``1/sqrt(n - 3)``.
    """
    n = len(distances)
    if n < 3:
        return NO_PRIOR
    center, rise = distances - distances.mean(), values - values.mean()
    slope = float(center @ rise) / float(center @ center)
    left = rise - slope * center
    told = slope * slope * float(np.var(np.asarray(order, np.float64)))  # of the value's variance there
    varies = told + float(left @ left) / (n - 1)
    if not np.isfinite(varies):  # of values whose squares are no numbers
        return NO_PRIOR
    source, correlation = f"a direction that correlates with the value by {TYPICAL:g}", TYPICAL
    shown = _surely(np.sqrt(told / varies), n) if varies > 0 else 0.0
    if shown > TYPICAL:
        correlation = shown
        source = f"a direction that correlates with the value by {shown:.3f}, the least that the labels show"
    std = float(np.sqrt(varies * (1 - correlation**2)))
    return Prior(max(std, _ROUNDED * _last_place(values)), WEAK, source)


def _surely(correlation: float, n: int) -> float:
    """Lower 99 % limit of a correlation that n labels show; 0 where they are too few to say."""
    if n < 4:
        return 0.0
    return float(np.tanh(np.arctanh(min(correlation, 1 - 1e-12)) - _SURE / np.sqrt(n - 3)))


def _last_place(values: NDArray[np.float64]) -> float:
    """The unit of the last decimal place that the values are given to, at most 1; 0 if they have too many."""
    for places in range(_PLACES + 1):
        if np.array_equal(np.round(values, places), values):
            return float(10.0**-places)
    return 0.0
