"""The Attribute Linearity Score: how far scores along a path stray from a straight line (HSR, section 4.3).

Karmali et al., "Hierarchical Semantic Regularization of Latent Spaces in StyleGANs", ECCV 2022.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def interpolation_points(steps: int) -> Floats:
    """The equally spaced t in ``{0, 1/N, 2/N, ..., 1}``: ``(N + 1,)``."""
    return np.linspace(0.0, 1.0, steps + 1)


def ideal_line(scores: ArrayLike) -> Floats:
    """The straight line between the scores of both ends, which a linear space would show (HSR, Eq. 4).

    Parameters
    ----------
    scores
        ``(..., N + 1, M)``: scores of M attributes at the equally spaced t.

    Returns
    -------
    Of the same shape.
    """
    s = np.asarray(scores, np.float64)
    t = interpolation_points(s.shape[-2] - 1)[:, None]
    return np.asarray(s[..., :1, :] + t * (s[..., -1:, :] - s[..., :1, :]))


def squared_deviations(scores: ArrayLike) -> Floats:
    """Squared deviations ``Delta_tj`` from the line between the ends (HSR, Eq. 5).

    Parameters
    ----------
    scores
        ``(..., N + 1, M)``.

    Returns
    -------
    Of the same shape; 0 at both ends.
    """
    deviations = np.square(np.asarray(scores, np.float64) - ideal_line(scores))
    deviations[..., [0, -1], :] = 0.0  # which rounding may miss
    return np.asarray(deviations)


@dataclass(frozen=True, eq=False)
class AttributeLinearity:
    """The Attribute Linearity Score of a generator, and what it is made of.

    A raw score is in the square of the attribute's unit, so it can be compared only between generators that
    were scored by the same scorer, and attributes of different units should not be averaged. The relative
    score is free of the unit: the raw one over the variance of the attribute's scores at the ends of all
    paths. Where both ends are random images, that is the variance of the attribute in what is generated.

    Attributes
    ----------
    pairs, steps
        The number P of paths, and N of steps on each.
    als, als_error
        ``Delta_T``: the mean of ``Delta_tj`` over the N steps, the M attributes and the paths; and its
        standard error over the paths, NaN with a single path.
    relative, relative_error
        The same, each attribute relative to its variance; NaN where no attribute varies.
    by_attribute, by_attribute_error
        The score of each attribute, ``(M,)``.
    relative_by_attribute, relative_by_attribute_error
        The relative score of each attribute, ``(M,)``.
    by_point
        The mean of ``Delta_tj`` over attributes and paths at each t, ``(N + 1,)`` (HSR, Fig. 8, right).
    relative_by_point
        The same, each attribute relative to its variance.
    """

    pairs: int
    steps: int
    als: float
    als_error: float
    relative: float
    relative_error: float
    by_attribute: Floats
    by_attribute_error: Floats
    relative_by_attribute: Floats
    relative_by_attribute_error: Floats
    by_point: Floats
    relative_by_point: Floats


def attribute_linearity(scores: ArrayLike) -> AttributeLinearity:
    """The Attribute Linearity Score of scores along paths (HSR, section 4.3).

    As in the paper the sum over t goes from 1 to N and is divided by N, so that it holds one of the two ends,
    whose deviation is 0.

    Parameters
    ----------
    scores
        ``(P, N + 1, M)``: scores of M attributes at equally spaced points of P paths.

    Raises
    ------
    ValueError
        When there are fewer than three points on a path, no path, no attribute, or a score that is not
        finite.
    """
    s = np.asarray(scores, np.float64)
    if s.ndim != 3 or s.shape[0] < 1 or s.shape[1] < 3 or s.shape[2] < 1:
        raise ValueError(f"expected scores (P, N + 1, M) with N >= 2, got {s.shape}")
    if not np.isfinite(s).all():
        raise ValueError("a score is not a finite number")
    deltas, steps = squared_deviations(s), s.shape[1] - 1
    variances = s[:, [0, -1]].reshape(-1, s.shape[2]).var(0)  # one pair has two ends, which tell little
    rounding = np.square(np.finfo(np.float64).eps * np.abs(s).max((0, 1)))  # a variance that it can make
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = deltas / np.where(variances > rounding, variances, np.nan)
    raw, relative = deltas.sum(1) / steps, shares.sum(1) / steps  # (P, M)
    varying = np.isfinite(relative).all(0)
    kept = relative[:, varying]
    means = kept.mean(1) if varying.any() else np.full(len(s), np.nan)
    by_point = shares[..., varying].mean((0, 2)) if varying.any() else np.full(steps + 1, np.nan)
    return AttributeLinearity(
        pairs=len(s),
        steps=steps,
        als=float(raw.mean()),
        als_error=float(standard_error(raw.mean(1))),
        relative=float(means.mean()),
        relative_error=float(standard_error(means)),
        by_attribute=raw.mean(0),
        by_attribute_error=standard_error(raw),
        relative_by_attribute=relative.mean(0),
        relative_by_attribute_error=standard_error(relative),
        by_point=deltas.mean((0, 2)),
        relative_by_point=np.asarray(by_point, np.float64),
    )


def standard_error(samples: ArrayLike) -> Floats:
    """Standard error of the mean over the first axis of ``(P, ...)``; NaN with a single sample."""
    x = np.asarray(samples, np.float64)
    if len(x) < 2:
        return np.full(x.shape[1:], np.nan)
    return np.asarray(x.std(0, ddof=1) / np.sqrt(len(x)))
