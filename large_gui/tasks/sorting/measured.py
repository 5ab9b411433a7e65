"""Measure a folder along one direction, in columns: a million images take no object each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.columns import Flags, Hashes
from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.engine.engine import check_engine, embed
from large_gui.errors import LargeError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure, Manifest
from large_gui.tasks.measure import Measured, measured_pieces, recalled_pieces


@dataclass(frozen=True, eq=False)
class MeasuredFolder:
    """Every image of a folder: those that have a distance, by number, and those that have none.

    Attributes
    ----------
    paths, sha256
        Of the N images that have a distance, in the order of the manifest.
    distances, inversion_error
        ``(N,)``; the error is NaN where the model tells none.
    flags
        Of each image.
    failures
        The other images, by path.
    """

    paths: Sequence[str]
    sha256: Sequence[str]
    distances: NDArray[np.float64]
    inversion_error: NDArray[np.float64]
    flags: Flags
    failures: Sequence[Failure] = ()

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def faceless(self) -> NDArray[np.bool_]:
        """In which images a model that needs a face found none, ``(N,)``."""
        return self.flags.having(Flag.UNALIGNED)


def measure_folder(
    manifest: Manifest, model: Model, direction: Direction, cache: CodeCache, reporter: Reporter, *,
    engine: str = "local", device: str = "auto",
) -> MeasuredFolder:  # fmt: skip
    """Measure all images of a manifest along one direction; only the cache keeps codes.

    Raises
    ------
    ModelFileError
        When the model can't measure along the direction.
    """
    check_engine(engine)
    todo: list[str] = []
    known = recalled_pieces(manifest, model, [direction], cache, reporter, todo)
    rest = replace(manifest, paths=todo)  # which is filled when all of ``known`` is taken
    batches = embed(rest, model, cache, reporter, engine=engine, device=device)
    return gathered(
        manifest, chain(known, (measured_pieces(batch, model, [direction]) for batch in batches)), reporter
    )


def gathered(manifest: Manifest, pieces: Iterable[Measured], reporter: Reporter) -> MeasuredFolder:
    """Put the images of a manifest, measured along one direction in any order, in the manifest's order.

    Every failure among the pieces is reported.

    Parameters
    ----------
    pieces
        Measured images or failures, each of them once, wherever they come from.

    Raises
    ------
    LargeError
        When a piece holds an image that the manifest does not.
    """
    n = len(manifest.paths)
    sha256, distances, errors = Hashes.empty(n), np.empty(n), np.full(n, np.nan)
    flags, there, failures = Flags.filled((), n), np.zeros(n, np.bool_), list(manifest.failures)
    places = _Places(manifest.paths)
    for piece in pieces:
        numbers = np.array([places.find(path) for path in piece.paths], np.intp)
        sha256.put(numbers, piece.sha256)
        flags.put(numbers, piece.flags)
        distances[numbers] = piece.distances.reshape(-1)
        errors[numbers] = piece.inversion_error
        there[numbers] = True
        for failure in piece.failures:
            failures.append(failure)
            reporter.warn(f"{failure.path}: {failure.why}")
    failures.sort(key=lambda failure: failure.path)
    if there.all():
        return MeasuredFolder(manifest.paths, sha256, distances, errors, flags, failures)
    paths = [path for path, is_there in zip(manifest.paths, there.tolist()) if is_there]
    return MeasuredFolder(paths, sha256[there], distances[there], errors[there], flags[there], failures)


class _Places:
    """The numbers of paths in a list, most of which are asked for in its order: only the others are kept."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._rest = enumerate(paths)
        self._passed: dict[str, int] = {}

    def find(self, path: str) -> int:
        if path in self._passed:
            return self._passed.pop(path)
        for number, other in self._rest:
            if other == path:
                return number
            self._passed[other] = number
        raise LargeError("An image was measured that is not in the folder, or twice.", detail=path)
