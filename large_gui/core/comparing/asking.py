"""Which two images to ask about next."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.comparing.pairwise import Scores

PLAYERS = 20  # images that are compared: 190 pairs, of which a few dozen put them into an order
_ALIKE = 1e-6  # gains that differ by less than this share are the same

Pair = tuple[int, int]


def players(distances: ArrayLike, compared: Collection[int], count: int = PLAYERS) -> NDArray[np.intp]:
    """Choose a few images, spread evenly over the order, to be compared with each other.

    Parameters
    ----------
    distances
        ``(N,)``; images without a finite distance are not chosen.
    compared
        Indices of images that were compared before. They are chosen in any case, so that answers are
        never lost when more images are measured.
    count
        Into how many parts of equally many images the order is cut. Each part without a compared image gives
        the one in its middle.

    Returns
    -------
    Their indices, in the order of the distances.
    """
    d = np.asarray(distances, np.float64)
    order = np.argsort(d, kind="stable")[: int(np.isfinite(d).sum())]
    chosen = np.isin(order, list(compared))
    for part in np.array_split(np.arange(len(order)), min(count, max(len(order), 1))):
        if len(part) and not chosen[part].any():
            chosen[part[len(part) // 2]] = True
    return np.asarray(order[chosen], np.intp)


def next_pair(scores: Scores, asked: Sequence[Pair], random: np.random.Generator) -> Pair | None:
    """Choose the pair whose answer tells most: ``p (1 - p)`` times the variance of the difference.

    By one more than that the answer divides the determinant of the covariance of all scores. It is little if
    the answer is known beforehand, or if the difference is known well already.

    Parameters
    ----------
    scores
        Of the images, in the order that they are thought to have. Pairs that tell equally much, such
        as all of them before the first answer, are asked far apart first: half the order.
    asked
        Pairs that were asked about, oldest first, either image first. A pair is asked about again
        only when all others were, and never twice in a row.
    random
        Decides between equals, and which of the two comes first, so that no side is the better one.

    Returns
    -------
    Indices of the two; ``None`` if there is no pair but the one that was asked about last.

    References
    ----------
    Glickman and Jensen, Adaptive paired comparison design, Journal of Statistical Planning and Inference 127,
    2005; Chen, Bennett, Collins-Thompson and Horvitz, Pairwise ranking aggregation in a crowdsourced setting,
    WSDM 2013.
    """
    m = len(scores.values)
    i, j = np.triu_indices(m, 1)
    times = np.zeros((m, m), np.intp)
    for a, b in asked:
        times[min(a, b), max(a, b)] += 1
    free = np.ones(len(i), bool)
    if asked:
        free = (i != min(asked[-1])) | (j != max(asked[-1]))
    if not free.any():
        return None
    free &= times[i, j] == times[i, j][free].min()
    chance = scores.chances()
    gain = np.where(free, (chance * (1 - chance) * scores.variances())[i, j], -1.0)
    best = np.flatnonzero(gain >= gain.max() * (1 - _ALIKE))
    apart = np.abs(j[best] - i[best] - m / 2)
    pick = random.choice(best[apart == apart.min()])
    pair = int(i[pick]), int(j[pick])
    return pair if random.random() < 0.5 else pair[::-1]
