"""Invert every image of a folder, reusing what is in the code cache."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import ImageError, InputError
from large_gui.folders import user_folder
from large_gui.models.pack import ModelPack
from large_gui.project.code_cache import CodeCache, Inverted
from large_gui.project.images import Problem, Scan, hash_file, read_and_hash, scan
from large_gui.threads import pool

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_CACHED_AT_ONCE = 512  # images
_NAMED = 5  # files of one kind that are passed over
READ_BOUND = 1024  # longest side in pixels that an image is read at
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class ImageCode:
    """An image of the folder, its content hash and its inversion."""

    path: str
    sha256: str
    inverted: Inverted


@dataclass(frozen=True)
class Failure:
    """An image that could not be inverted, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class InvertedFolder:
    """Everything `invert_folder` found; paths are relative to the folder, with slashes."""

    images: list[ImageCode]
    failures: list[Failure] = field(default_factory=list)

    def codes(self) -> NDArray[np.float32]:
        """Codes ``(N, L, D)`` in the order of ``images``."""
        return np.stack([image.inverted.code for image in self.images])


def open_cache(path: Path | None = None) -> CodeCache:
    """The code cache: a file, or the one that all of this user's folders share."""
    return CodeCache(path if path is not None else shared_cache())


def shared_cache() -> Path:
    """The cache of all folders for which no other is named."""
    return user_folder() / "codes.sqlite"


def find_images(folder: Path, reporter: Reporter) -> Scan:
    """The images under ``folder``; what is not among them is counted and named.

    Raises
    ------
    InputError
        When the folder is missing or holds no image.
    """
    found = scan(folder)
    if not found.paths:
        raise no_images(folder, found)
    for words in [*told(found.problems, folder), *told(found.passed, folder)]:
        reporter.warn(f"Passed over: {words}.")
    return found


def no_images(folder: Path, found: Scan) -> InputError:
    """What to say of a folder without images that can be read."""
    left = [*told(found.problems, folder), *told(found.passed, folder)]
    hint = f"Passed over: {'; '.join(left)}." if left else "JPEG, PNG, WebP, TIFF and others are read."
    return InputError(f"There are no images in {folder}.", hint=hint)


def told(problems: Iterable[Problem], folder: Path) -> list[str]:
    """What was left out, a line for each reason: how many there are and the first names."""
    by_why: dict[str, list[str]] = {}
    for problem in problems:
        name = os.fsencode(relative_path(problem.path, folder)).decode("utf-8", "backslashreplace")
        by_why.setdefault(problem.why, []).append(name)
    lines = []
    for why, names in by_why.items():
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        count = f"{len(names):,} {'file' if len(names) == 1 else 'files'}"
        lines.append(f"{count}, {why} ({', '.join(names[:_NAMED])}{more})")
    return lines


def invert_folder(
    folder: Path, pack: ModelPack, cache: CodeCache, reporter: Reporter, *, device: str = "auto",
    reconstruct: bool = False, found: Scan | None = None,
) -> InvertedFolder:  # fmt: skip
    """Invert the images under ``folder`` and keep all their codes in memory.

    Parameters
    ----------
    found
        What `find_images` found there, where it was asked before.

    Raises
    ------
    InputError
        When the folder is missing or holds no image.
    """
    found = found or find_images(folder, reporter)
    failures = [Failure(relative_path(p.path, folder), p.why) for p in found.problems]
    images: dict[str, ImageCode] = {}
    for item in invert_images(
        found.paths, folder, pack, cache, reporter, device=device, reconstruct=reconstruct
    ):
        if isinstance(item, Failure):
            failures.append(item)
            reporter.warn(f"{item.path}: {item.why}")
        else:
            images[item.path] = item
    ordered = [images[p] for p in (relative_path(path, folder) for path in found.paths) if p in images]
    return InvertedFolder(ordered, sorted(failures, key=lambda f: f.path))


def invert_images(
    paths: list[Path], folder: Path, pack: ModelPack, cache: CodeCache, reporter: Reporter, *,
    device: str = "auto", reconstruct: bool = False,
    wanted: Callable[[], Iterable[Path]] = tuple,
) -> Iterator[ImageCode | Failure]:  # fmt: skip
    """Invert images and yield each as it is done: first those in the cache, then batch by batch.

    Reading and aligning run on threads ahead of the encoder. Every batch is kept before it is yielded,
    so a job that was stopped or killed goes on where it was.

    Parameters
    ----------
    wanted
        Asked again for every file: the images that somebody is looking at, which come first.
    """
    key = pack.encoder_key + ("+images" if reconstruct else "")
    todo: list[Path] = []
    for chunk in _chunks(paths, _CACHED_AT_ONCE):
        known = _known(chunk, cache)
        cached = cache.get_many(sorted(set(known.values())), key)
        for path in chunk:
            if known.get(path) in cached:
                yield ImageCode(relative_path(path, folder), known[path], cached[known[path]])
            else:
                todo.append(path)
        reporter.check_cancelled()
    if todo and pack.has_codes:
        yield from _look_up(todo, folder, pack, cache, key, reporter)
    elif todo:
        yield from _invert_missing(todo, folder, pack, cache, key, reporter, device, reconstruct, wanted)


def _look_up(
    todo: list[Path], folder: Path, pack: ModelPack, cache: CodeCache, key: str, reporter: Reporter
) -> Iterator[ImageCode | Failure]:
    """Find the codes that a pack brings along; its other images can't be inverted."""
    for done, path in enumerate(todo, 1):
        name = relative_path(path, folder)
        try:
            sha = hash_file(path)
        except ImageError as error:
            yield Failure(name, str(error))
            continue
        code = pack.codes.get(sha)
        if code is None:
            yield Failure(name, f"no code of this image was imported with {pack.name}")
            continue
        cache.put_many(key, {sha: Inverted(code)})
        yield ImageCode(name, sha, Inverted(code))
        reporter.progress(done, len(todo), "Looking up codes", unit=Unit.IMAGES)
        reporter.check_cancelled()


def _wanted_first(paths: list[Path], wanted: Callable[[], Iterable[Path]]) -> Iterator[Path]:
    """Every path once, those that are wanted at the moment first."""
    waiting, rest = set(paths), iter(paths)
    while waiting:
        path = next((p for p in wanted() if p in waiting), None)
        if path is None:
            path = next(p for p in rest if p in waiting)
        waiting.remove(path)
        yield path


def _known(paths: list[Path], cache: CodeCache) -> dict[Path, str]:
    """Content hashes of the files that have not changed since they were last read."""
    known = {}
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            continue  # reading it says why
        sha = cache.known_sha(str(path.resolve()), stat.st_size, stat.st_mtime_ns)
        if sha is not None:
            known[path] = sha
    return known


@dataclass(frozen=True, eq=False)
class _Read:
    path: Path
    image: NDArray[np.uint8] | None = None
    sha256: str = ""
    stat: os.stat_result | None = None
    why: str = ""


@dataclass(frozen=True)
class _Batch:
    """Files that were read, and the codes of those whose content was inverted before."""

    reads: list[_Read]
    known: dict[str, Inverted]

    @property
    def new(self) -> list[_Read]:
        return [r for r in self.reads if r.image is not None and r.sha256 not in self.known]

    @property
    def pixels(self) -> list[NDArray[np.uint8]]:
        return [r.image for r in self.new if r.image is not None]


def _read(path: Path) -> _Read:
    try:
        stat = path.stat()
        image, sha = read_and_hash(path, READ_BOUND)
    except ImageError as error:
        return _Read(path, why=error.sentence)
    except OSError as error:
        return _Read(path, why=f"This file can't be read: {error.strerror or error}.")
    return _Read(path, image, sha, stat)


def _invert_missing(
    todo: list[Path], folder: Path, pack: ModelPack, cache: CodeCache, key: str, reporter: Reporter,
    device: str, reconstruct: bool, wanted: Callable[[], Iterable[Path]],
) -> Iterator[ImageCode | Failure]:  # fmt: skip
    """Read, align and encode ``todo``."""
    from large_gui.models.encoding import BATCH, Inverter, parallel_batches, pick_device

    inverter = Inverter(pack, pick_device(device), reporter, reconstruct=reconstruct)
    finished = 0
    with (
        parallel_batches(inverter.device) as workers,
        pool("read") as readers,
        pool("align", 1) as aligner,
        pool("encode", workers) as encoders,
    ):
        batches = (
            _Batch(reads, cache.get_many([r.sha256 for r in reads if r.image is not None], key))
            for reads in _chunks(ahead(readers, _read, _wanted_first(todo, wanted), 3 * BATCH), BATCH)
        )
        aligned = ahead(aligner, lambda b: (b, inverter.align(b.pixels)), batches, workers + 1)
        encoded = ahead(encoders, lambda pair: (pair[0], inverter.invert(pair[1])), aligned, workers)
        for batch, inversions in encoded:
            new = {r.sha256: Inverted(i.code, i.error, i.flags) for r, i in zip(batch.new, inversions)}
            cache.put_many(key, new)
            cache.remember_shas(
                (str(r.path.resolve()), r.stat.st_size, r.stat.st_mtime_ns, r.sha256)
                for r in batch.reads
                if r.stat is not None
            )
            items = batch.known | new
            finished += len(batch.reads)
            reporter.progress(finished, len(todo), "Inverting", unit=Unit.IMAGES, device=inverter.device)
            for read in batch.reads:
                path = relative_path(read.path, folder)
                if read.image is None:
                    yield Failure(path, read.why)
                else:
                    yield ImageCode(path, read.sha256, items[read.sha256])
            reporter.check_cancelled()


def ahead(threads: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T], depth: int) -> Iterator[R]:
    """Results of ``work`` in order, up to ``depth`` items ahead of whoever consumes them."""
    pending: deque[Future[R]] = deque()
    try:
        for item in items:
            pending.append(threads.submit(work, item))
            if len(pending) > depth:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def relative_path(path: Path, folder: Path) -> str:
    """How an image is named in tables: relative to the folder, with slashes."""
    return path.relative_to(folder).as_posix()
