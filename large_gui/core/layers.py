"""Directions that count other layers, or all as one, than they were found with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.errors import InputError


class Distances(StrEnum):
    """How the layers of a code make one distance: each for itself and then weighed, or all as one vector."""

    PER_LAYER = "per-layer"
    EUCLIDEAN = "euclidean"


def layers_along(direction: Direction, rows: int) -> int:
    """How many layers are measured along a direction of codes with so many rows."""
    return rows if direction.layer_sizes is None else len(direction.layer_sizes)


def check_unlearned(direction: Direction) -> None:
    """Refuse to derive another direction from one that was learned from images.

    Raises
    ------
    InputError
        When it keeps distances of images that were held out, which would no longer be true.
    """
    if direction.record.held_out:
        raise InputError(
            f"{direction.name} was learned from images, and what is made of it would hide how far off it is.",
            hint="Take it as it was learned.",
        )


def weighed_by(direction: Direction, weights: NDArray[np.floating], rows: int) -> Direction:
    """The direction with other weights for its layers.

    Parameters
    ----------
    weights
        ``(L,)``, not negative; only how they compare with each other counts.
    rows
        Rows of the codes to be measured.

    Raises
    ------
    InputError
        When there is but one layer, or not one weight for each.
    """
    layers = layers_along(direction, rows)
    if layers == 1:
        raise InputError(
            f"The codes along {direction.name} have one layer, so there is nothing to weigh.",
            hint="Weights are for codes in W+ or S.",
        )
    if len(weights) != layers:
        raise InputError(
            f"There are {len(weights)} weights for the {layers} layers of {direction.name}.",
            hint="Give one for each, the coarsest first.",
        )
    check_unlearned(direction)
    shares = np.asarray(weights, np.float64)
    return replace(_noted(direction, "its layers weighed by a file"), layer_importance=shares / shares.sum())


def narrowed(direction: Direction, layers: Collection[int], rows: int) -> Direction:
    """The direction with no importance but in some layers, counted from 1; there it sums to 1 again.

    Parameters
    ----------
    rows
        Rows of the codes to be measured.

    Raises
    ------
    InputError
        When there is no such layer, or none of them counts along the direction.
    """
    known = layers_along(direction, rows)
    wrong = [layer for layer in layers if not 1 <= layer <= known]
    if wrong:
        has = f"layers 1 to {known}, from coarse to fine" if known > 1 else "one layer, 1"
        raise InputError(f"{direction.name} has no layer {wrong[0]}.", hint=f"It has {has}.")
    if known > 1:
        check_unlearned(direction)
    importance = direction.layer_importance
    before = np.full(known, 1 / known) if importance is None else np.asarray(importance, np.float64)
    kept = np.zeros(known)
    chosen = np.array(sorted(set(layers))) - 1
    kept[chosen] = before[chosen]
    if not kept.any():
        raise InputError(
            f"None of the chosen layers counts along {direction.name}.",
            hint="`large-gui direction show` tells the importance of each.",
        )
    told = f"{'layer' if len(chosen) == 1 else 'layers'} {_ranges(chosen + 1)} only"
    return replace(_noted(direction, told), layer_importance=kept / kept.sum())


def flattened(direction: Direction, rows: int) -> Direction:
    """The hyperplane of a whole code, all its layers in one vector (LARGE, Eq. 1).

    Its distances are Euclidean ones: the sum over layers, divided by the length of the joined normal. The
    distance 0 stays where it was, and layer importance has no part in it.

    Parameters
    ----------
    rows
        Rows of the codes to be measured.

    Returns
    -------
    A direction of one layer, for codes that are joined as well.
    """
    if layers_along(direction, rows) > 1:
        check_unlearned(direction)
    normal = np.asarray(direction.normal, np.float64)
    joined = np.tile(normal, rows) if normal.ndim == 1 and direction.layer_sizes is None else normal.ravel()
    length = float(np.linalg.norm(joined))
    return replace(
        _noted(direction, "all layers as one vector"), normal=joined / length, layer_sizes=(len(joined),),
        intercept=direction.intercept * layers_along(direction, rows) / length, layer_importance=None,
    )  # fmt: skip


def _noted(direction: Direction, told: str) -> Direction:
    return replace(direction, provenance="; ".join(filter(None, (direction.provenance, told))))


def _ranges(numbers: Iterable[int]) -> str:
    """Rising numbers as a person writes them: ``1-4, 9``."""
    ends: list[list[int]] = []
    for number in numbers:
        if ends and number == ends[-1][1] + 1:
            ends[-1][1] = number
        else:
            ends.append([number, number])
    return ", ".join(f"{first}-{last}" if first < last else f"{first}" for first, last in ends)
