"""Signed distances of latent codes to a direction's hyperplane (LARGE, Eqs. 1 and 3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.latent import Codes, from_half

_TILE = 1 << 18  # numbers that are multiplied at once


def layer_distances(codes: Codes, direction: Direction) -> NDArray[np.float64]:
    """Distance of every layer's code to the hyperplane: ``d_i = w_i·n_i + b`` (Eq. 1).

    If the direction is turned round, every distance has the other sign.

    Parameters
    ----------
    codes
        W ``(N, D)``, W+ ``(N, L, D)``, or S with all layers joined ``(N, D)`` or ``(N, 1, D)``.
    direction
        A direction in W (its normal serves every layer), in W+ with as many layers as the codes, or in S.

    Returns
    -------
    ``(N, L)``, with L = 1 for W codes.

    Raises
    ------
    ValueError
        When code and direction have different widths or numbers of layers.
    """
    rows = codes[:, None] if codes.ndim == 2 else codes
    normal = np.asarray(direction.normal, np.float64)
    _check(rows.shape[1:], direction)
    if direction.layer_sizes is not None:
        starts = np.cumsum((0, *direction.layer_sizes[:-1]))
        sums = np.add.reduceat(rows[:, 0] * normal, starts, axis=1)
        return np.asarray(direction.sign * (sums + direction.intercept), np.float64)
    products = np.einsum("nld,ld->nl" if normal.ndim == 2 else "nld,d->nl", rows, normal)
    return np.asarray(direction.sign * (products + direction.intercept), np.float64)


def _check(shape: tuple[int, ...], direction: Direction) -> None:
    """Refuse a direction of codes of another shape than ``(L, D)``."""
    normal, (layers, width) = direction.normal, shape
    if normal.ndim == 2 and normal.shape[0] != layers:
        raise ValueError(f"direction has {normal.shape[0]} layers, codes have {layers}")
    if normal.shape[-1] != width:
        raise ValueError(f"direction has width {normal.shape[-1]}, codes have {width}")
    if direction.layer_sizes is not None and layers != 1:
        raise ValueError(f"direction is in S, codes have {layers} rows")


def distances(codes: Codes, direction: Direction, *, weighted: bool = True) -> NDArray[np.float64]:
    """One distance per image: layers weighed by importance (Eq. 3), or their plain mean.

    Parameters
    ----------
    codes
        W ``(N, D)``, W+ ``(N, L, D)``, or S as for `layer_distances`.
    weighted
        Whether to use the direction's layer importance, if it has one and the codes have layers.

    Returns
    -------
    ``(N,)``.

    Raises
    ------
    ValueError
        When code and direction have different widths or numbers of layers.
    """
    return _along(codes, [_plane(codes, direction, weighted=weighted)])[:, 0]


def distances_along(codes: Codes, directions: Sequence[Direction]) -> NDArray[np.float64]:
    """Distances ``(N, K)`` along K directions, as `distances` measures each.

    The distance of a code depends on no other code, to the last bit: it is the same in every batch.
    """
    return _along(codes, [_plane(codes, direction, weighted=True) for direction in directions])


def _plane(codes: Codes, direction: Direction, *, weighted: bool) -> tuple[NDArray[np.float64], float]:
    """What to multiply all numbers of a code by, and to add, for its distance (Eq. 3 of Eq. 1)."""
    shape = (1, *codes.shape[1:]) if codes.ndim == 2 else codes.shape[1:]
    _check(shape, direction)
    normal = np.asarray(direction.normal, np.float64)
    layers = shape[0] if direction.layer_sizes is None else len(direction.layer_sizes)
    importance = direction.layer_importance
    if not weighted or importance is None or layers == 1:
        shares = np.full(layers, 1 / layers)
    elif len(importance) != layers:
        raise ValueError(f"importance of {len(importance)} layers, codes have {layers}")
    else:
        shares = np.asarray(importance, np.float64)
    if direction.layer_sizes is None:
        factors = (shares[:, None] * normal).ravel()
    else:
        factors = np.repeat(shares, direction.layer_sizes) * normal
    return direction.sign * factors, float(direction.sign * direction.intercept * shares.sum())


def _along(codes: Codes, planes: Sequence[tuple[NDArray[np.float64], float]]) -> NDArray[np.float64]:
    """Multiply codes in double precision, as many at once as the processor keeps near itself."""
    rows = codes.reshape(len(codes), -1)
    found = np.empty((len(rows), len(planes)))
    step = max(2, _TILE // max(1, rows.shape[1]))
    # Two rows at least: NumPy adds up the numbers of a single one in another order.
    tile = np.zeros((min(step, max(2, len(rows))), rows.shape[1]))
    single = np.empty(tile.shape, np.float32)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        count = len(part)
        if part.dtype == np.float16:
            from_half(part, single[:count])
            part = single[:count]
        np.copyto(tile[:count], part)
        for column, (factors, constant) in enumerate(planes):
            products = np.einsum("nd,d->n", tile[: max(2, count)], factors)
            found[start : start + count, column] = products[:count] + constant
    return found


def unit_step(direction: Direction) -> NDArray[np.float64]:
    """The change along the normals of W+ or S that makes `distances` grow by 1, of the normal's shape.

    It goes along the direction as it was found, so a direction that is turned round needs its `sign`.
    """
    normal = np.asarray(direction.normal, np.float64)
    if direction.layer_sizes is not None:
        starts = np.cumsum((0, *direction.layer_sizes[:-1]))
        squares = np.add.reduceat(np.square(normal), starts)
    else:
        squares = np.square(np.atleast_2d(normal)).sum(axis=1)
    shares = direction.layer_importance
    known = shares is not None and len(shares) == len(squares) and squares @ shares > 0
    return np.asarray(normal / (squares @ shares if known else squares.mean()))


def judged_distances(
    direction: Direction, sha256: Sequence[str], along: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The distances to fit a line to, and to measure an error by.

    An image that the direction was learned from lies where the direction wants it, so its own distance says
    nothing about other images. In its place stands the distance along the direction that was found without
    it, which `FindingRecord.held_out` keeps.

    Parameters
    ----------
    sha256
        SHA-256 of each image, N of them.
    along
        ``(N,)`` distances of these images along the direction; one that is not known stays so.

    Returns
    -------
    ``(N,)``, all of them ``along`` if the direction was not learned from images that are here.
    """
    held_out, sign = direction.record.held_out, direction.sign
    if not held_out:
        return along
    judged = [
        sign * held_out[sha] if sha in held_out and d == d else d
        for sha, d in zip(sha256, along, strict=True)
    ]
    return np.array(judged, np.float64)
