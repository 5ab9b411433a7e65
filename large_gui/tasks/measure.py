"""Measure images along directions: a folder along one direction, or the window's images along several."""

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
from large_gui.engine.engine import ENGINES, check_engine, embed, run
from large_gui.engine.recall import recall
from large_gui.engine.stages import Embedded, chunks
from large_gui.models.model import Model
from large_gui.models.spaces import measured_along, what_decides, why_not_measured
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure, Manifest

_FIRST = 2_000  # of these, which come first, so that a person sees some soon
_MANY = 50_000  # images that are reported together when their codes come from the cache
_PIECE = 8  # images that are reported together while codes are computed


@dataclass(frozen=True, slots=True)
class MeasuredImage:
    """An image and its distance along one direction; the label is NaN if it has none."""

    path: str
    sha256: str
    distance: float
    inversion_error: float
    flags: tuple[str, ...] = ()
    label: float = float("nan")
    excluded: bool = False


@dataclass(frozen=True)
class MeasuredFolder:
    """Every image of a folder: those that have a distance, in order, and those that have none."""

    images: list[MeasuredImage]
    failures: list[Failure]


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
    if (why := why_not_measured(model, direction)) is not None:
        raise why
    images: dict[str, MeasuredImage] = {}
    failures = list(manifest.failures)
    for batch in run(manifest, model, cache, reporter, engine=engine, device=device):
        embedded = [item for item in batch if isinstance(item, Embedded)]
        for failure in (item for item in batch if isinstance(item, Failure)):
            failures.append(failure)
            reporter.warn(f"{failure.path}: {failure.why}")
        if embedded:
            codes = np.stack([item.inverted.code for item in embedded])
            for item, (distance,) in zip(embedded, measured_along(model, codes, [direction])):
                found = item.inverted
                images[item.path] = MeasuredImage(
                    item.path, item.sha256, float(distance), found.inversion_error, found.flags
                )
    ordered = [images[path] for path in manifest.paths if path in images]
    return MeasuredFolder(ordered, sorted(failures, key=lambda failure: failure.path))


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
    recalled = recall(found, cache, model.key)
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        reporter.progress(done, images, "Measuring", unit=Unit.IMAGES)
        reporter.check_cancelled()

    count = len(recalled.paths)
    ends = [*range(_FIRST, count, _MANY), count] if count else []
    for part in itertools.starmap(slice, itertools.pairwise([0, *ends])):
        yield Measured(
            recalled.paths[part],
            recalled.sha256[part],
            _distances(recalled.sha256[part], model, measurable, cache, tick),
            recalled.known.inversion_error[part].tolist(),
            recalled.known.flags[part],
            directions=[direction.name for direction in measurable],
        )
        reporter.check_cancelled()

    def count_all(progress: Progress) -> None:
        known = images - progress.total  # images from the cache count as done
        reporter.tell(replace(progress, done=known + progress.done, total=images))

    rest, relay = Manifest(found.folder, recalled.todo), _Recounted(reporter, count_all)
    for batch in embed(rest, model, cache, relay, engine=engine, device=device, wanted=wanted):
        for piece in chunks(batch, _PIECE):
            yield measured_pieces(piece, model, measurable)


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
