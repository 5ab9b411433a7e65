"""Invert every image of a folder, reusing what is in the code cache."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from large_gui.core.reporter import Reporter
from large_gui.errors import ImageError, InputError
from large_gui.nets.pack import ModelPack, user_folder
from large_gui.project.code_cache import CodeCache, Inverted
from large_gui.project.images import read_and_hash, scan

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


def open_cache(project: Path | None = None) -> CodeCache:
    """The code cache: of a project file, or the one this user's folders share."""
    path = project if project is not None else user_folder() / "codes.sqlite"
    return CodeCache(path)


def invert_folder(
    folder: Path, pack: ModelPack, cache: CodeCache, reporter: Reporter, *, device: str = "auto",
    reconstruct: bool = False,
) -> InvertedFolder:  # fmt: skip
    """Invert the images under ``folder``.

    Reading and aligning run on threads ahead of the encoder. Every batch is kept as soon as it is
    done, so a job that was stopped or killed goes on where it was.

    Raises
    ------
    InputError
        When the folder is missing or holds no image.
    """
    found = scan(folder)
    failures = [Failure(_relative(p.path, folder), p.why) for p in found.problems]
    for failure in failures:
        reporter.warn(f"{failure.path}: {failure.why}")
    if not found.paths:
        raise InputError(
            f"There are no images in {folder}.", hint="JPEG, PNG, WebP, TIFF and others are read."
        )

    key = pack.encoder_key + ("+images" if reconstruct else "")
    known = _known(found.paths, cache)
    cached = cache.get_many(sorted(set(known.values())), key)
    todo = [path for path in found.paths if known.get(path) not in cached]
    done: dict[Path, ImageCode] = {
        path: ImageCode(_relative(path, folder), known[path], cached[known[path]])
        for path in found.paths
        if known.get(path) in cached
    }
    if todo:
        failed = _invert_missing(todo, folder, pack, cache, key, reporter, device, reconstruct, done)
        failures += failed
    images = [done[path] for path in found.paths if path in done]
    return InvertedFolder(images, sorted(failures, key=lambda f: f.path))


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


@dataclass(frozen=True)
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
    device: str, reconstruct: bool, done: dict[Path, ImageCode],
) -> list[Failure]:  # fmt: skip
    """Read, align and encode ``todo``, adding to ``done``; returns what failed."""
    from large_gui.inversion.encode import BATCH, Inverter, parallel_batches, pick_device

    inverter = Inverter(pack, pick_device(device), reporter, reconstruct=reconstruct)
    failures: list[Failure] = []
    finished = 0
    with (
        parallel_batches(inverter.device) as workers,
        ThreadPoolExecutor(os.cpu_count() or 1) as readers,
        ThreadPoolExecutor(1) as aligner,
        ThreadPoolExecutor(workers) as encoders,
    ):
        batches = (
            _Batch(reads, cache.get_many([r.sha256 for r in reads if r.image is not None], key))
            for reads in _chunks(ahead(readers, _read, todo, 3 * BATCH), BATCH)
        )
        aligned = ahead(aligner, lambda b: (b, inverter.align(b.pixels)), batches, workers + 1)
        encoded = ahead(encoders, lambda pair: (pair[0], inverter.invert(pair[1])), aligned, workers)
        for batch, inversions in encoded:
            new = {r.sha256: Inverted(i.code, i.error, i.flags) for r, i in zip(batch.new, inversions)}
            cache.put_many(key, new)
            items = batch.known | new
            good = [read for read in batch.reads if read.image is not None]
            cache.remember_shas(
                [
                    (str(r.path.resolve()), r.stat.st_size, r.stat.st_mtime_ns, r.sha256)
                    for r in good
                    if r.stat is not None
                ]
            )
            for read in batch.reads:
                relative = _relative(read.path, folder)
                if read.image is None:
                    failures.append(Failure(relative, read.why))
                    reporter.warn(f"{relative}: {read.why}")
                else:
                    done[read.path] = ImageCode(relative, read.sha256, items[read.sha256])
            finished += len(batch.reads)
            reporter.progress(finished, len(todo), f"Inverting on {inverter.device.upper()}")
            reporter.check_cancelled()
    return failures


def ahead(pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T], depth: int) -> Iterator[R]:
    """Results of ``work`` in order, up to ``depth`` items ahead of whoever consumes them."""
    pending: deque[Future[R]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(work, item))
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


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
