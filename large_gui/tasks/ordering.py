"""Which images are shown in which order: plain functions of what is known of each image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Filter
from large_gui.project.store import Label


def by_distance(distances: NDArray[np.float64], faceless: NDArray[np.bool_]) -> NDArray[np.intp]:
    """All numbers in the order of distance; then those without a face, then those without a distance.

    Parameters
    ----------
    distances
        ``(N,)``, NaN where there is none; equal ones stay in the order of their numbers.
    faceless
        ``(N,)``, true for images without a face where the model looks for one.
    """
    order = np.argsort(distances, kind="stable")
    if faceless.any():
        behind = faceless + 2 * ~np.isfinite(distances)
        order = order[np.argsort(behind[order], kind="stable")]
    return np.asarray(order, np.intp)


def chosen_by(
    show: str, labels: Mapping[int, Label], flags: Sequence[tuple[str, ...]], failed: Iterable[int]
) -> NDArray[np.bool_]:
    """Whether each image passes a filter, ``(N,)``.

    Parameters
    ----------
    show
        One of `Filter`.
    labels
        By number.
    flags
        Of all N images.
    failed
        Numbers of those that can't be read.
    """
    everything = show in (Filter.ALL, Filter.NOT_LABELLED)
    chosen = np.full(len(flags), everything)
    if show in (Filter.LABELLED, Filter.NOT_LABELLED):
        chosen[list(labels)] = not everything
    elif show == Filter.EXCLUDED:
        chosen[[i for i, label in labels.items() if label.excluded]] = True
    elif show == Filter.FLAGGED:
        chosen[[i for i, its in enumerate(flags) if its]] = True
    elif show == Filter.FAILED:
        chosen[list(failed)] = True
    return chosen
