"""Find out which images are shown in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.choices import Filter, Flag
from large_gui.project.store import Label


def by_distance(distances: NDArray[np.float64], faceless: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The numbers of all images by distance; then those without a face, then those without a distance.

    Parameters
    ----------
    distances
        ``(N,)``, NaN for images without one; images of equal distance stay in the order of their numbers.
    faceless
        ``(N,)``, true for images in which a model that needs a face found none.
    """
    order = np.argsort(distances, kind="stable")
    if faceless.any():
        behind = np.where(np.isfinite(distances), faceless, 2)
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
        Labels by number of the image.
    flags
        Flags of all N images.
    failed
        Numbers of the images that can't be read.
    """
    chosen = np.full(len(flags), show == Filter.NOT_LABELLED)
    if show in (Filter.LABELLED, Filter.NOT_LABELLED):
        chosen[list(labels)] = show == Filter.LABELLED
    elif show == Filter.EXCLUDED:
        chosen[[i for i, label in labels.items() if label.excluded]] = True
    elif show == Filter.FLAGGED:
        chosen[[i for i, its in enumerate(flags) if its]] = True
    elif show == Filter.CHANGED:
        chosen[[i for i, its in enumerate(flags) if Flag.CHANGED in its]] = True
    elif show == Filter.FAILED:
        chosen[list(failed)] = True
    return chosen


def negative_residuals(
    distances: NDArray[np.float64], labels: Mapping[int, Label], line: Fitted | None
) -> NDArray[np.float64]:
    """How far each label lies from the line, ``(N,)``, with a minus so that the farthest comes first.

    Images without a label, and all images without a line, have NaN.
    """
    result = np.full(len(distances), np.nan)
    if line is not None and labels:
        numbers = np.array(sorted(labels), np.intp)
        values = np.array([labels[i].value for i in numbers])
        result[numbers] = -np.abs(values - line.line(distances[numbers]))
    return result
