"""Measure images along directions, in pieces, as their codes are computed or looked up."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.latent import Codes
from large_gui.core.reporter import Progress, Relay, Reporter, Unit
from large_gui.engine.engine import ENGINES, check_engine, embed
from large_gui.engine.recall import recall
from large_gui.engine.stages import Embedded, chunks
from large_gui.engine.stored import attach
from large_gui.models.model import Model
from large_gui.models.spaces import measured_along, what_decides, why_not_measured
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure, Manifest

_FIRST = 2_000  # of these, which come first, so that a person sees some soon
_MANY = 50_000  # images that are reported together when their codes come from the cache
_PIECE = 8  # images that are reported together while codes are computed


@dataclass(frozen=True, eq=False)
class Measured:
    """Images that were measured just now.

    Attributes
    ----------
    distances
        ``(n, K)``, one column per direction.
    directions
        Names of the K directions, because the window's directions may have changed meanwhile.
    """

    paths: list[str] = field(default_factory=list)
    sha256: list[str] = field(default_factory=list)
    distances: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    inversion_error: list[float] = field(default_factory=list)
    flags: list[tuple[str, ...]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)


def engine_names() -> list[str]:
    """The engines that can run images, this machine's threads first."""
    return list(ENGINES)


def measure_images(
    found: Manifest, model: Model, directions: Sequence[Direction], cache: CodeCache, reporter: Reporter, *,
    device: str = "auto", engine: str = "local", wanted: Callable[[], Iterable[Path]] = tuple,
) -> Iterator[Measured]:  # fmt: skip
    """Embed the images that are not in the cache, and yield the distances of all images in pieces.

    The images whose codes are known come first, in large pieces of which no code is read if their distances
    are known too. Directions along which the model can't measure are reported and left out.
    """
    check_engine(engine)
    images = len(found.paths)
    measurable = _measurable(model, directions, reporter)
    todo: list[str] = []
    yield from recalled_pieces(found, model, measurable, cache, reporter, todo)

    def count_all(progress: Progress) -> None:
        known = images - progress.total  # images from the cache count as done
        reporter.tell(replace(progress, done=known + progress.done, total=images))

    rest, relay = Manifest(found.folder, todo), _Recounted(reporter, count_all)
    for batch in embed(rest, model, cache, relay, engine=engine, device=device, wanted=wanted):
        for piece in chunks(batch, _PIECE):
            yield measured_pieces(piece, model, measurable)


def recalled_pieces(
    found: Manifest, model: Model, directions: Sequence[Direction], cache: CodeCache, reporter: Reporter,
    todo: list[str],
) -> Iterator[Measured]:  # fmt: skip
    """Measure the images whose codes are known along every direction, in large pieces.

    Parameters
    ----------
    todo
        The paths of the other images are added to it.
    """
    if found.codes is not None:
        attach(found, model, cache)
    images, done = len(found.paths), 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        reporter.progress(done, images, "Measuring", unit=Unit.IMAGES)
        reporter.check_cancelled()

    ends = [*range(_FIRST, images, _MANY), images] if images else []
    for start, end in itertools.pairwise([0, *ends]):
        recalled = recall(replace(found, paths=found.paths[start:end]), cache, model.key)
        todo += recalled.todo
        if not recalled.paths:
            continue
        yield Measured(
            recalled.paths,
            recalled.sha256,
            _distances(recalled.sha256, model, directions, cache, tick),
            recalled.known.inversion_error.tolist(),
            recalled.known.flags,
            directions=[direction.name for direction in directions],
        )
        reporter.check_cancelled()


def measure_known(
    sha256: Sequence[str], model: Model, directions: Sequence[Direction], cache: CodeCache,
    reporter: Reporter,
) -> NDArray[np.float64]:  # fmt: skip
    """Measure images along more directions, ``(N, K)``; NaN for images whose code is not in the cache.

    Directions along which the model can't measure are reported, and NaN.
    """
    result = np.full((len(sha256), len(directions)), np.nan)
    measurable, done = _measurable(model, directions, reporter), 0
    columns = [column for column, direction in enumerate(directions) if direction in measurable]
    places = np.flatnonzero([bool(sha) for sha in sha256])

    def tick(count: int) -> None:
        nonlocal done
        done += count
        reporter.progress(done, len(sha256), "Measuring", unit=Unit.IMAGES)
        reporter.check_cancelled()

    result[np.ix_(places, np.array(columns, np.intp))] = _distances(
        [sha256[i] for i in places.tolist()], model, measurable, cache, tick
    )
    return result


def _distances(
    sha256: Sequence[str], model: Model, directions: Sequence[Direction], cache: CodeCache,
    tick: Callable[[int], None],
) -> NDArray[np.float64]:  # fmt: skip
    """Distances ``(N, K)`` of images whose codes are known; those that were measured before are kept."""

    def measure(codes: Codes, columns: Sequence[int]) -> NDArray[np.float64]:
        return measured_along(model, codes, [directions[column] for column in columns])

    marks = [what_decides(model, direction) for direction in directions]
    return cache.distances(sha256, model.key, marks, measure, tick)


def measured_pieces(
    pieces: Sequence[Embedded | Failure], model: Model, directions: Sequence[Direction]
) -> Measured:
    """Measure embedded images along every direction; failures are passed on."""
    images = [piece for piece in pieces if isinstance(piece, Embedded)]
    table = np.empty((len(images), len(directions)))
    if images:
        codes = np.stack([image.inverted.code for image in images])
        table = measured_along(model, codes, directions)
    return Measured(
        [image.path for image in images],
        [image.sha256 for image in images],
        table,
        [image.inverted.inversion_error for image in images],
        [image.inverted.flags for image in images],
        [piece for piece in pieces if isinstance(piece, Failure)],
        [direction.name for direction in directions],
    )


def _measurable(model: Model, directions: Sequence[Direction], reporter: Reporter) -> list[Direction]:
    """The directions along which the model can measure; the others are reported."""
    found = []
    for direction in directions:
        if (why := why_not_measured(model, direction)) is None:
            found.append(direction)
        else:
            reporter.warn(f"{direction.name} can't be measured: {why.sentence} {why.hint}")
    return found


class _Recounted(Relay):
    """A reporter that passes everything on to another, and progress to a function."""

    def __init__(self, reporter: Reporter, on_progress: Callable[[Progress], None]) -> None:
        super().__init__(reporter)
        self._on_progress = on_progress

    def tell(self, progress: Progress) -> None:
        self._on_progress(progress)
