"""The direction along which images stand in the order that a person gave: pairwise logistic regression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.core.options import option
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.held_out import by_image, held_out_scores
from large_gui.errors import InputError

MOST_PAIRS = 2_000  # pairs of graded images that are compared
_FEWEST = 5  # decided pairs
_STRENGTHS = np.logspace(-5, 0, 6)  # of the penalty, for one pair
_PARTS = 4  # of the images, between which a strength is chosen


@dataclass(frozen=True)
class Options:
    """How strong the penalty is."""

    strength: float = option(
        0.0, "of the penalty; 0 lets cross-validation over the images choose", low=0, high=1e6
    )


def pairs_of_values(
    values: NDArray[np.floating], most: int = MOST_PAIRS, seed: int = 0
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Pairs of images with different values, and which of the two has more.

    Parameters
    ----------
    values
        ``(N,)``.
    most
        How many pairs are returned; of more, this many are drawn.

    Returns
    -------
    pairs, won
        ``(P, 2)`` indices, and 1 or 0 ``(P,)``, as in `large_gui.core.comparing.pairwise.bradley_terry`.
    """
    first, second = np.triu_indices(len(values), 1)
    different = np.flatnonzero(values[first] != values[second])
    if len(different) > most:
        different = np.sort(np.random.default_rng(seed).choice(different, most, replace=False))
    pairs = np.stack([first[different], second[different]], 1)
    return pairs, (values[pairs[:, 0]] > values[pairs[:, 1]]).astype(np.float64)


def fit_rank(
    codes: NDArray[np.floating], pairs: NDArray[np.intp], won: NDArray[np.float64], strength: float
) -> NDArray[np.float64]:
    """Weights ``(D,)`` of a score ``codes @ weights`` that orders pairs as they were answered.

    The log-odds of an answer are the difference of two scores, as Bradley and Terry have it; the scores are
    linear in the code.

    Parameters
    ----------
    codes
        ``(N, D)``.
    pairs, won
        Indices ``(P, 2)``, and 1 where the first has more, 0 where the second has, 0.5 where both are equal.
    strength
        The penalty is ``strength * P * |weights|^2 / 2``.
    """
    from sklearn.linear_model import LogisticRegression

    differences = codes[pairs[:, 0]] - codes[pairs[:, 1]]
    # A pair and the same pair turned round say the same: with both, no answer is missing its opposite.
    x = np.concatenate([differences, -differences])
    first, second = np.tile(won, 2), np.tile(1 - won, 2)
    has = np.repeat([True, False], len(pairs))
    x, y = np.concatenate([x, x]), np.concatenate([has, ~has])
    weight = np.concatenate([first, second]) / 2
    kept = weight > 0
    model = LogisticRegression(
        C=1 / (strength * len(pairs)), fit_intercept=False, tol=1e-8, max_iter=200, solver="newton-cholesky"
    )
    return np.asarray(model.fit(x[kept], y[kept], weight[kept]).coef_[0], np.float64)


def chosen_strength(
    codes: NDArray[np.floating], pairs: NDArray[np.intp], won: NDArray[np.float64], images: NDArray[np.intp]
) -> float:
    """The strength with which pairs of images that were left out are ordered best.

    Parameters
    ----------
    images
        ``(N,)``: the number of the image that each code is of; copies of one are left out together.
    """
    parts = images % _PARTS
    losses = np.zeros(len(_STRENGTHS))
    for part in range(_PARTS):
        out = (parts[pairs] == part).any(1)
        if out.all() or not out.any():
            continue
        for i, strength in enumerate(_STRENGTHS):
            weights = fit_rank(codes, pairs[~out], won[~out], strength)
            odds = (codes[pairs[out, 0]] - codes[pairs[out, 1]]) @ weights
            losses[i] += (np.logaddexp(0, -odds) * won[out] + np.logaddexp(0, odds) * (1 - won[out])).sum()
    return float(_STRENGTHS[losses.argmin()])


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The direction that orders images as they were compared, in W: rows of W+ codes are averaged first.

    What it says of its quality is of images that were held out: the direction, its strength too, is found
    again without them.

    Raises
    ------
    InputError
        When too few pairs are decided, or the codes say nothing about them.

    References
    ----------
    Bradley and Terry, "Rank analysis of incomplete block designs", Biometrika 1952; Joachims, "Optimizing
    search engines using clickthrough data", KDD 2002, for an order that is linear in features.
    """
    pairs, won = materials.pairs, materials.won
    decided = int((won != 0.5).sum())
    if decided < _FEWEST:
        raise InputError(
            f"{count(decided, 'pair')} of which one image has more {'is' if decided == 1 else 'are'} too few "
            "to find a direction.",
            hint=f"Compare at least {_FEWEST} pairs of images that look different.",
        )
    codes = materials.codes.mean(1, dtype=np.float64)
    centre = codes.mean(0)
    spread = float(np.sqrt(np.square(codes - centre).sum(1).mean())) or 1.0
    # The weights lie in the span of the codes, which has few dimensions where there are few images.
    _, _, basis = np.linalg.svd((codes - centre) / spread, full_matrices=False)
    short = (codes - centre) / spread @ basis.T
    known = list(materials.images)
    numbers = np.unique(known, return_inverse=True)[1] if known else np.arange(len(codes))

    def weights_of(among: NDArray[np.intp]) -> NDArray[np.float64]:
        inside = np.isin(pairs, among).all(1)
        if not inside.any():
            return np.zeros(short.shape[1])
        some, answers = pairs[inside], won[inside]
        strength = options.strength or chosen_strength(short, some, answers, numbers)
        weights = fit_rank(short, some, answers, strength)
        return np.asarray(weights / (np.linalg.norm(weights) or 1.0))

    def fit(rest: NDArray[np.intp]) -> Callable[[NDArray[np.intp]], NDArray[np.float64]]:
        weights = weights_of(rest)
        return lambda part: np.asarray(short[part] @ weights * spread)

    weights = weights_of(np.arange(len(codes)))
    if not weights.any():
        raise InputError("No direction orders these images.", hint="Compare images that look different.")
    normal = basis.T @ weights
    scores = held_out_scores(materials.images, len(codes), fit, reporter)
    sides = np.sign(scores[pairs[:, 0]] - scores[pairs[:, 1]]) == np.sign(won - 0.5)
    right = float(sides[won != 0.5].mean())
    compared = len(np.unique(pairs))
    figures = {"pairs ordered rightly": right, "pairs": float(decided), "images": float(compared)}
    return [
        Direction(
            materials.name, normal, -float(centre @ normal), intercept_means="the average of these images",
            negative="less", positive="more",
            provenance=f"pairwise logistic regression of {count(decided, 'pair')} of "
            f"{count(compared, 'image')}; {right:.0%} of pairs of held-out images ordered rightly",
            record=FindingRecord(figures=figures, held_out=by_image(materials.images, scores)),
        )
    ]  # fmt: skip


FINDER = Finder(
    "rank", "From comparisons",
    "The direction along which images stand in the order that you gave, by comparing pairs or by grades. How "
    "well it orders is measured on images that it was not found from.",
    frozenset({Need.PAIRS}), find, Options, _FEWEST,
)  # fmt: skip
