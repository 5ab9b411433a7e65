"""Find images that show the same, such as smaller or recompressed copies, by how near their codes lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.options import option
from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache

_PIECE = 256  # codes that are in memory at a time
_WIDTH = 96  # numbers that are kept of a code
_SLACK = 1.35  # by how much such a shortened code may be farther away than the code itself
_ASKED = 2000  # images whose neighbours say how far apart images usually are
_NEIGHBOURS = 16
_BLOCK = 1024  # images that are compared with all others at once
_MOST = 64  # neighbours of one image that are looked at closely


@dataclass(frozen=True)
class DuplicateOptions:
    """How near duplicates must lie."""

    within: float = option(
        0.5, "how near duplicates lie, as a share of the usual distance between images that are alike",
        low=0.05, high=2.0,
    )  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Images that show the same: their contents by SHA-256, and how near the nearest two lie, as a share."""

    sha256: tuple[str, ...]
    nearest: float


def near_duplicates(
    sha256: Sequence[str], model: Model, cache: CodeCache, reporter: Reporter,
    options: DuplicateOptions | None = None,
) -> list[Group]:  # fmt: skip
    """Find groups of different contents whose codes lie much nearer than those of other images do.

    Two images are taken for the same if their codes are nearer than ``within`` times the usual distance of
    an image to its 16th neighbour. What is found depends on the model and the images: docs/limits.md shows
    it, as ``tests/benchmarks/watching/test_duplicates.py`` prints it.

    Parameters
    ----------
    sha256
        The images; those without a code in the cache, or without the face that the model needs, are left
        out, and so are further copies of the same content.

    Returns
    -------
    Groups of at least two, in the order in which they occur. Each code is kept as its products with 96
    random vectors, which is 384 bytes; pairs that are near by these are compared by their codes. Time grows
    with the square of the number of images.

    Raises
    ------
    InputError
        When fewer than three images have a code.

    References
    ----------
    Johnson and Lindenstrauss 1984: such products keep distances.
    """
    within = (options or DuplicateOptions()).within
    names, points = _shortened(list(dict.fromkeys(filter(None, sha256))), model, cache, reporter)
    if len(names) < 3:
        raise InputError(
            "Fewer than three images have a code, so nobody knows what is near.",
            hint="Copies of the same content are found all the same.",
        )
    usual = _usual_distance(points)
    bound = within * usual
    pairs = np.array([*_near_pairs(points, _SLACK * bound, reporter)], np.intp).reshape(-1, 2)
    distances = _distances(pairs, names, model, cache, reporter)
    near = distances <= bound  # where most images are the same, the usual distance is 0
    return _groups(pairs[near], distances[near] / (usual or 1), names)


def _shortened(
    sha256: Sequence[str], model: Model, cache: CodeCache, reporter: Reporter
) -> tuple[list[str], NDArray[np.float32]]:
    """The images that have a code, and their codes ``(n, 96)`` with about the same distances."""
    size = int(np.prod(model.shape))
    mixing = None
    if size > _WIDTH:
        mixing = np.random.default_rng(0).standard_normal((size, _WIDTH), np.float32) / np.sqrt(_WIDTH)
    names: list[str] = []
    points: list[NDArray[np.float32]] = []
    for start in range(0, len(sha256), _PIECE):
        piece = sha256[start : start + _PIECE]
        known = cache.get_many(piece, model.key)
        there = [sha for sha in piece if sha in known and Flag.UNALIGNED not in known[sha].flags]
        if there:
            codes = np.stack([known[sha].code.reshape(-1) for sha in there])
            points.append(np.asarray(codes if mixing is None else codes @ mixing, np.float32))
            names += there
        reporter.progress(start + len(piece), len(sha256), "Reading codes", unit=Unit.IMAGES)
        reporter.check_cancelled()
    return names, np.concatenate(points) if points else np.empty((0, 1), np.float32)


def _usual_distance(points: NDArray[np.float32]) -> float:
    """The median distance of an image to its 16th neighbour, beyond the copies that it may have."""
    n = len(points)
    some = np.unique(np.linspace(0, n - 1, min(n, _ASKED)).astype(np.intp))
    k = min(_NEIGHBOURS, n - 1)
    found = []
    for start in range(0, len(some), _BLOCK):
        own = some[start : start + _BLOCK]
        squared = _squared(points[own], points)
        squared[np.arange(len(own)), own] = np.inf
        found.append(np.partition(squared, k - 1, axis=1)[:, k - 1])
    usual = float(np.median(np.concatenate(found)))
    return 0.0 if usual <= _rounding(points) else float(np.sqrt(usual))


def _rounding(points: NDArray[np.float32]) -> float:
    """By how much the squared distance of equal points may differ from 0."""
    return 8 * float(np.finfo(np.float32).eps) * float(np.einsum("ij,ij->i", points, points).max())


def _near_pairs(points: NDArray[np.float32], bound: float, reporter: Reporter) -> Iterator[tuple[int, int]]:
    """Pairs of images that lie within a bound, the first number the lower one."""
    n = len(points)
    largest = max(bound * bound, _rounding(points))
    for start in range(0, n, _BLOCK):
        block = points[start : start + _BLOCK]
        squared = _squared(block, points[start:])
        for row, line in enumerate(squared):
            near = np.flatnonzero(line[row + 1 :] <= largest) + row + 1
            if len(near) > _MOST:
                near = near[np.argsort(line[near], kind="stable")[:_MOST]]
            yield from ((start + row, start + int(other)) for other in near)
        reporter.progress(min(n, start + _BLOCK), n, "Comparing the images", unit=Unit.IMAGES)
        reporter.check_cancelled()


def _squared(some: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared distances ``(n, m)``."""
    squared = -2 * (some @ others.T)
    squared += np.einsum("ij,ij->i", some, some)[:, None]
    squared += np.einsum("ij,ij->i", others, others)
    return np.asarray(np.maximum(squared, 0, out=squared), np.float32)


def _distances(
    pairs: NDArray[np.intp], names: Sequence[str], model: Model, cache: CodeCache, reporter: Reporter
) -> NDArray[np.float64]:
    """Distances of pairs of images by their codes."""
    found = np.full(len(pairs), np.inf)
    for start in range(0, len(pairs), _PIECE):
        piece = pairs[start : start + _PIECE]
        known = cache.get_many(sorted({names[i] for i in piece.ravel().tolist()}), model.key)
        for n, (first, second) in enumerate(piece.tolist(), start):
            if names[first] in known and names[second] in known:
                found[n] = np.linalg.norm(
                    known[names[first]].code.astype(np.float64) - known[names[second]].code
                )
        reporter.check_cancelled()
    return found


def _groups(pairs: NDArray[np.intp], shares: NDArray[np.float64], names: Sequence[str]) -> list[Group]:
    """Images that are connected by pairs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(names)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, component = connected_components(links, directed=False)
    nearest: dict[int, float] = {}
    for (first, _), share in zip(pairs, shares):
        nearest[component[first]] = min(share, nearest.get(component[first], np.inf))
    members: dict[int, list[str]] = {}
    for number, its in enumerate(component):
        if its in nearest:
            members.setdefault(its, []).append(names[number])
    return [Group(tuple(group), float(nearest[its])) for its, group in members.items()]
