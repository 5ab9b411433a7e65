"""Boxes round faces: ``(N, 4)`` with left, top, right and bottom in pixels of the image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def moved(boxes: Points, offsets: Points) -> Points:
    """Boxes ``(N, 4)`` after a network's correction, given as shares of their width and height."""
    size = np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    return boxes + offsets * size


def square(boxes: Points) -> Points:
    """Boxes ``(N, 4)`` grown to squares about their centres, at whole pixels."""
    side = np.maximum(1, np.round((boxes[:, 2:] - boxes[:, :2]).max(1, keepdims=True, initial=0)))
    corner = np.round((boxes[:, :2] + boxes[:, 2:] - side) / 2)
    return np.hstack([corner, corner + side])


def suppress(
    boxes: Points, scores: Points, overlap: float, *,
    of_smaller: bool = False,
) -> NDArray[np.intp]:  # fmt: skip
    """Non-maximum suppression: indices of the boxes to keep, highest score first.

    Parameters
    ----------
    boxes, scores
        ``(N, 4)`` and ``(N,)``.
    overlap
        Boxes that overlap a better one by more than this are dropped.
    of_smaller
        Measure the overlap as a share of the smaller box, not of the union.
    """
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)

    def drops(better: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.bool_]:
        a, b = boxes[better, None], boxes[others]
        low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
        shared = np.clip(high - low, 0, None).prod(-1)
        of_both = area[better, None], area[others]
        whole = np.minimum(*of_both) if of_smaller else of_both[0] + of_both[1] - shared
        return np.asarray(shared > overlap * whole)

    order = np.argsort(-scores)
    kept = []
    while len(order):
        best, order = order[:64], order[64:]  # many at once, and few enough for little memory
        good = np.ones(len(best), bool)
        for i, dropped in enumerate(drops(best, best)):
            if good[i]:
                good[i + 1 :] &= ~dropped[i + 1 :]
        kept.append(best[good])
        if len(order):
            order = order[~drops(best[good], order).any(0)]
    return np.concatenate(kept) if kept else np.zeros(0, np.intp)
