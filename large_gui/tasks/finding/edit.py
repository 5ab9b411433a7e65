"""Make directions of others: weighted sums of them, or one without what it shares with others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.core.layers import check_unlearned
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.tasks.imports.directions import clean

MIXED, CLEARED = "mix", "orthogonalise"  # what `Direction.found_by` says of them
_LEAST = 1e-4  # of the length of a direction that must be left of it
_HINT = "Choose directions that have less in common."


def mix(parts: Sequence[tuple[Direction, float]], name: str, model: Model) -> Direction:
    """A weighted sum of directions: its distances are the weighted sums of theirs, divided by one length.

    Directions in W whose layers count alike give one in W. Otherwise each layer has a normal of its own, and
    an importance that follows from those of the parts.

    Parameters
    ----------
    parts
        Directions of the model and their weights; one that is turned round counts as it is turned.

    Raises
    ------
    InputError
        When nothing is left of the sum, a weight is not finite, the directions are of different spaces, or
        one was learned from images.
    """
    if not parts or not all(np.isfinite(weight) for _, weight in parts):
        raise InputError(
            "A mix takes directions with finite weights.", hint="Write them as age=1 smile=-0.5."
        )
    weights = [weight * direction.sign for direction, weight in parts]
    directions = [direction for direction, _ in parts]
    _check_space(directions, model)
    normals = [np.asarray(direction.normal, np.float64) for direction in directions]
    shares = directions[0].layer_importance
    sizes = directions[0].layer_sizes
    intercept = sum(weight * one.intercept for weight, one in zip(weights, directions))
    largest = max(map(abs, weights))
    same = all(normal.ndim == 1 for normal in normals) and all(map(_counts_like(directions[0]), directions))
    if same:
        total = np.tensordot(weights, np.stack(normals), 1)
        length = float(np.linalg.norm(total))
        _check_left(length, largest)
        normal = total / length
    elif sizes is not None:
        raise InputError(
            "These directions in S weigh their layers differently, so they can't be added.",
            hint="Mix directions that weigh them alike.",
        )
    else:
        rows = np.zeros(model.shape)
        for weight, one, normal in zip(weights, directions, normals):
            rows += weight * _importance(one, model)[:, None] * np.broadcast_to(normal, model.shape)
        lengths = np.linalg.norm(rows, axis=1)
        length = float(lengths.sum())
        _check_left(length, largest)
        shares = lengths / length
        spare = np.broadcast_to(normals[0], model.shape)  # for a layer that does not count
        normal = np.where(lengths[:, None] > 0, rows / np.where(lengths > 0, lengths, 1)[:, None], spare)
    means = {one.intercept_means for one in directions}
    said = " ".join(f"{one.spelled}={weight:g}" for one, weight in parts)
    return Direction(
        clean(name) or MIXED, normal.astype(np.float32), intercept / length, layer_importance=shares,
        intercept_means=directions[0].intercept_means if len(parts) == 1 and len(means) == 1 else "",
        negative="less", positive="more", layer_sizes=sizes,
        provenance=f"sum of directions: {said}", found_by=MIXED,
        record=FindingRecord(model_key=model.key.partition("+")[0], options={"parts": said}),
    )  # fmt: skip


def without(direction: Direction, others: Sequence[Direction], name: str, model: Model) -> Direction:
    """A direction without what it shares with others: along it, their distances stay as they are.

    Each normal is projected onto what is orthogonal to all the others' of its layer.

    Raises
    ------
    InputError
        When nothing is left of it, the directions are of different spaces, or one was learned from images.

    References
    ----------
    Shen et al., "Interpreting the latent space of GANs for semantic face editing", CVPR 2020, section 2.3.
    """
    if not others:
        raise InputError("Nothing is to be taken out of it.", hint="Name other directions with --without.")
    _check_space([direction, *others], model)
    if direction.layer_sizes is not None and any(
        one.layer_importance is not None for one in (direction, *others)
    ):
        raise InputError(
            "Directions in S that weigh their layers can't be taken out of each other.",
            hint="Take ones whose layers count alike.",
        )
    normals = [np.asarray(one.normal, np.float64) for one in others]
    of_layers = max(normal.ndim for normal in (direction.normal, *normals))
    start = np.asarray(direction.normal, np.float64)
    if of_layers == 1:
        left = _projected(start[None], [normal[None] for normal in normals])
    else:
        left = _projected(
            np.broadcast_to(start, model.shape), [np.broadcast_to(n, model.shape) for n in normals]
        )
    lengths = np.linalg.norm(left, axis=1, keepdims=True)
    if not np.allclose(np.linalg.norm(start, axis=-1), 1, atol=1e-3):  # its rows are of unit length together
        lengths = np.full_like(lengths, np.linalg.norm(lengths))
    if (lengths < _LEAST).any():
        raise InputError(
            f"Nothing is left of {direction.name} without {', '.join(one.name for one in others)}.",
            hint=_HINT,
        )
    normal = left / lengths
    said = " ".join(one.name for one in others)
    return replace(
        direction, name=clean(name) or f"{direction.name}_only",
        normal=(normal[0] if of_layers == 1 else normal).astype(np.float32),
        intercept=direction.intercept * float(lengths.mean()), intercept_means="", found_by=CLEARED,
        provenance=f"{direction.name} without what it shares with {', '.join(one.name for one in others)}; "
        f"it was: {direction.provenance or 'unknown'}",
        record=FindingRecord(
            model_key=model.key.partition("+")[0], options={"direction": direction.name, "without": said}
        ),
    )  # fmt: skip


def _projected(start: NDArray[np.float64], others: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Rows ``(R, D)`` without their projections on the span of the others' rows of the same number."""
    left = np.empty_like(start)
    for row, normal in enumerate(start):
        _, sizes, axes = np.linalg.svd(np.stack([other[row] for other in others]), full_matrices=False)
        basis = axes[sizes > 1e-9 * sizes.max()]  # two of the others may be the same
        left[row] = normal - basis.T @ (basis @ normal)
    return left


def _check_space(directions: Sequence[Direction], model: Model) -> None:
    for direction in directions:
        model.check_fits(direction)
        check_unlearned(direction)
    if len({direction.layer_sizes for direction in directions}) > 1:
        names = ", ".join(f"{one.name} ({one.space.upper()})" for one in directions)
        raise InputError(
            f"These directions are of different spaces: {names}.",
            hint="Take directions in W or W+ together, or directions in the same S.",
        )


def _check_left(length: float, largest: float) -> None:
    if not length > _LEAST * largest:
        raise InputError("These directions cancel each other.", hint="Choose other weights.")


def _counts_like(first: Direction) -> Callable[[Direction], bool]:
    """Whether the layers of another direction count as those of the first."""

    def counts(other: Direction) -> bool:
        one, two = first.layer_importance, other.layer_importance
        if one is None or two is None:
            return one is two
        return np.array_equal(one, two)

    return counts


def _importance(direction: Direction, model: Model) -> NDArray[np.float64]:
    """The share of each of the model's layers, ``(L,)``."""
    layers = model.shape[0]
    if direction.layer_importance is None or layers == 1:
        return np.full(layers, 1 / layers)
    return np.asarray(direction.layer_importance, np.float64)
