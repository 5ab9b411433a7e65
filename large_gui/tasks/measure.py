"""Open images for the window: find them, invert them, and measure each along several directions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import Progress, Reporter, Unit
from large_gui.errors import InputError
from large_gui.models.pack import ModelPack
from large_gui.project.code_cache import CodeCache
from large_gui.project.images import NotAnImage, Problem, Scan, check_image, scan
from large_gui.tasks.invert import Failure, ImageCode, invert_images, no_images, relative_path

_CHUNK = 256  # images that are told at once when they come out of the cache


@dataclass(frozen=True)
class Found:
    """The images, by path relative to the folder, and what can't be read."""

    folder: Path
    paths: list[str]
    failures: list[Failure]


@dataclass(frozen=True, eq=False)
class Measured:
    """Images that were measured just now.

    Attributes
    ----------
    distances
        ``(n, K)``, one column a direction.
    directions
        Their names: those of the folder may have changed meanwhile.
    """

    paths: list[str] = field(default_factory=list)
    sha256: list[str] = field(default_factory=list)
    distances: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    inversion_error: list[float] = field(default_factory=list)
    flags: list[tuple[str, ...]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)


def find_images(dropped: Sequence[Path]) -> Found:
    """Images of one folder, or of several files and folders under the folder they share.

    Raises
    ------
    InputError
        When nothing can be read there.
    """
    missing = next((path for path in dropped if not path.exists()), None)
    if missing is not None:
        raise InputError(f"{missing} is not there.", hint="It may have been moved, renamed or unplugged.")
    if len(dropped) == 1 and dropped[0].is_dir():
        folder, found = dropped[0], scan(dropped[0])
    else:
        folder = Path(os.path.commonpath([p.parent for p in dropped]))
        found = _scan_several(dropped)
    if not found.paths:
        raise no_images(folder, found)
    failures = [Failure(relative_path(p.path, folder), p.why) for p in found.problems]
    return Found(folder, [relative_path(p, folder) for p in found.paths], failures)


def _scan_several(dropped: Sequence[Path]) -> Scan:
    paths: list[Path] = []
    problems: list[Problem] = []
    passed: list[Problem] = []
    for path in dropped:
        if path.is_dir():
            part = scan(path)
            paths += part.paths
            problems += part.problems
            passed += part.passed
            continue
        try:
            check_image(path)
            paths.append(path)
        except (NotAnImage, OSError) as error:  # it was chosen by a person: nothing of it is passed over
            problems.append(Problem(path, str(error)))
    return Scan(sorted(set(paths)), problems, passed)


def measure_images(
    found: Found, pack: ModelPack, directions: Sequence[Direction], cache: CodeCache, reporter: Reporter, *,
    device: str = "auto", wanted: Callable[[], Iterable[Path]] = tuple,
) -> Iterator[Measured]:  # fmt: skip
    """Invert what is not in the cache, and tell the distances of all images, piece by piece."""
    paths = [found.folder / path for path in found.paths]
    pieces: list[ImageCode | Failure] = []
    inverting = False

    def told(progress: Progress) -> None:
        nonlocal inverting
        inverting = True
        known = len(paths) - progress.total  # what came out of the cache counts as done
        reporter.tell(replace(progress, done=known + progress.done, total=len(paths)))

    relay = _Relay(reporter, told)
    for item in invert_images(paths, found.folder, pack, cache, relay, device=device, wanted=wanted):
        pieces.append(item)
        if len(pieces) >= (8 if inverting else _CHUNK):
            yield measured_pieces(pieces, directions)
            pieces = []
    if pieces:
        yield measured_pieces(pieces, directions)


def measure_known(
    sha256: Sequence[str], pack: ModelPack, directions: Sequence[Direction], cache: CodeCache,
    reporter: Reporter,
) -> NDArray[np.float64]:  # fmt: skip
    """Distances ``(N, K)`` along more directions of images whose codes are kept; NaN where there is none."""
    result = np.full((len(sha256), len(directions)), np.nan)
    for start in range(0, len(sha256), _CHUNK):
        chunk = sha256[start : start + _CHUNK]
        known = cache.get_many(sorted({s for s in chunk if s}), pack.encoder_key)
        places = [i for i, sha in enumerate(chunk, start) if sha in known]
        if places:
            codes = np.stack([known[sha256[i]].code for i in places])
            result[places] = np.column_stack([distances(codes, direction) for direction in directions])
        reporter.progress(start + len(chunk), len(sha256), "Measuring", unit=Unit.IMAGES)
        reporter.check_cancelled()
    return result


def measured_pieces(pieces: Sequence[ImageCode | Failure], directions: Sequence[Direction]) -> Measured:
    """Distances along every direction of images that were inverted, with those that were not."""
    images = [piece for piece in pieces if isinstance(piece, ImageCode)]
    table = np.empty((len(images), len(directions)))
    if images:
        codes = np.stack([image.inverted.code for image in images])
        for column, direction in enumerate(directions):
            table[:, column] = distances(codes, direction)
    return Measured(
        [image.path for image in images],
        [image.sha256 for image in images],
        table,
        [image.inverted.inversion_error for image in images],
        [image.inverted.flags for image in images],
        [piece for piece in pieces if isinstance(piece, Failure)],
        [direction.name for direction in directions],
    )


class _Relay(Reporter):
    """A reporter that passes everything on, but counts in its own way."""

    def __init__(self, reporter: Reporter, told: Callable[[Progress], None]) -> None:
        self._reporter, self._told = reporter, told

    def tell(self, progress: Progress) -> None:
        self._told(progress)

    def warn(self, sentence: str) -> None:
        self._reporter.warn(sentence)

    def check_cancelled(self) -> None:
        self._reporter.check_cancelled()
