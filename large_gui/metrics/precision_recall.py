"""Improved precision and recall: Kynkäänniemi et al. 2019 (arXiv:1904.06991), Eqs. 1 and 2."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from large_gui.metrics.feature_network import Features
from large_gui.metrics.halves import error_by_halves

NEIGHBOUR = 3  # the paper's k
MEMORY = 64  # MiB of distances at once


def precision_recall(real: Features, generated: Features) -> NDArray[np.float64]:
    """Precision and recall ``(2,)`` of features ``(N, D)``; the paper has as many of each kind.

    Precision is the share of generated images that lie within the real ones, recall the share of real images
    that lie within the generated ones. An image lies within a set if it is no farther from one of its members
    than that member's third neighbour in the set.
    """
    return np.array([_share_within(generated, real), _share_within(real, generated)])


def precision_recall_errors(real: Features, generated: Features, seed: int) -> NDArray[np.float64]:
    """Their standard errors ``(2,)``, by `error_by_halves`."""
    return error_by_halves(precision_recall, real, generated, seed)


def _share_within(rows: Features, members: Features) -> float:
    from sklearn.metrics import pairwise_distances_chunked

    radii = neighbour_distances(members)
    inside = pairwise_distances_chunked(
        rows.astype(np.float64), members.astype(np.float64), working_memory=MEMORY,
        reduce_func=lambda distances, _: (distances <= radii).any(1),
    )  # fmt: skip
    return float(np.concatenate(list(inside)).mean())


def neighbour_distances(members: Features) -> NDArray[np.float64]:
    """The distance ``(N,)`` of each row of ``(N, D)`` to its third neighbour among the others."""
    from sklearn.neighbors import NearestNeighbors

    nearest = NearestNeighbors(n_neighbors=min(NEIGHBOUR, len(members) - 1), algorithm="brute")
    distances, _ = nearest.fit(members.astype(np.float64)).kneighbors()
    return np.asarray(distances[:, -1])
