"""The stages that every image goes through: read, recall, prepare, embed, keep. An engine runs them.

The cache belongs to one thread, so `Stages.recall` and `Stages.keep` must be called on that thread. The other
stages may be called on any thread.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from large_gui.core.choices import Flag
from large_gui.core.latent import Pixels, rounded_to_half
from large_gui.errors import ImageError, LargeError
from large_gui.models.model import POOR_PERCENTILE, Frame, Model, Picture, Refusal
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.images.manifest import Failure
from large_gui.project.images.read import decoded
from large_gui.project.sources.source import Source

BATCH = 32  # images
READ_BOUND = 1024  # longest side in pixels that an image is read at
T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class Embedded:
    """An image of the manifest with its content hash, its code, and the quality and flags of the code."""

    path: str
    sha256: str
    inverted: Inverted


@dataclass(frozen=True, eq=False, slots=True)
class ReadImage:
    """A file that was read, or why it could not be.

    Attributes
    ----------
    path
        As the manifest has it.
    sha256
        SHA-256 of the file's content; empty if the bytes could not be had.
    pixels
        ``(H, W, 3)``, at most `READ_BOUND` a side; ``None`` if there are none or the model needs none.
    stat
        Size and times of the file, taken before it was read.
    why
        Why the file could not be read; empty if it was read.
    """

    path: str
    sha256: str = ""
    pixels: Pixels | None = None
    stat: os.stat_result | None = None
    why: str = ""


@dataclass(frozen=True, eq=False)
class Batch:
    """Files that go through the stages together.

    Attributes
    ----------
    reads
        The files that were read.
    known
        Codes that were in the cache already, by SHA-256 of the file's content.
    frames
        What `Stages.prepare` made of each new content, by SHA-256.
    codes
        What `Stages.embed` found, by SHA-256.
    """

    reads: Sequence[ReadImage]
    known: Mapping[str, Inverted]
    frames: Mapping[str, Frame | Refusal] = field(default_factory=dict)
    codes: Mapping[str, Inverted] = field(default_factory=dict)


class Stages:
    """The stages of one source of images and one model.

    Parameters
    ----------
    model
        A model that was started.
    cache
        Keeps the codes; it is used on the thread that opened it. Without one, every image is computed, and
        `keep` is not called.
    """

    def __init__(self, source: Source, model: Model, cache: CodeCache | None = None) -> None:
        self._source, self._model, self._cache = source, model, cache

    @property
    def readers(self) -> int | None:
        """How many images may be read at once; ``None`` for one a core."""
        return self._source.at_once

    def side_by_side(self) -> AbstractContextManager[int]:
        """How many batches may be embedded at once while this is open."""
        return self._model.side_by_side()

    @property
    def prepares_side_by_side(self) -> bool:
        """Whether several threads may prepare batches at once."""
        return self._model.prepares_side_by_side

    def read(self, path: str) -> ReadImage:
        """Read one file of the manifest."""
        try:
            content = self._source.content(path)
        except ImageError as error:
            return ReadImage(path, why=error.sentence)
        sha256 = hashlib.sha256(content.data).hexdigest()
        if not self._model.reads_pixels:
            return ReadImage(path, sha256, None, content.stat)
        try:
            pixels = decoded(content.data, path.rpartition("/")[2], READ_BOUND)
        except ImageError as error:
            return ReadImage(path, sha256, why=error.sentence)
        return ReadImage(path, sha256, pixels, content.stat)

    def recall(self, reads: Sequence[ReadImage]) -> Batch:
        """Look up which contents are in the cache, under this file name or another."""
        if self._cache is None:
            return Batch(reads, {})
        return Batch(reads, self._cache.get_many([r.sha256 for r in reads if not r.why], self._model.key))

    def prepare(self, batch: Batch) -> Batch:
        """Make frames of the new contents; one thread at a time, unless `prepares_side_by_side`."""
        new = {r.sha256: r.pixels for r in batch.reads if not r.why and r.sha256 not in batch.known}
        frames = self._model.prepare([Picture(sha, pixels) for sha, pixels in new.items()]) if new else []
        bare = [replace(r, pixels=None) for r in batch.reads]  # the pixels are not needed any more
        return Batch(bare, batch.known, dict(zip(new, frames, strict=True)))

    def embed(self, batch: Batch) -> Batch:
        """Compute the codes of the frames, and judge them.

        Codes are rounded here, once and for all: what the cache gives back later is the same.
        """
        frames = {sha: frame for sha, frame in batch.frames.items() if isinstance(frame, Frame)}
        if not frames:
            return batch
        codes = self._model.embed(list(frames.values()))
        if self._model.in_half:
            codes = np.stack([rounded_to_half(code) for code in codes])
        errors = self._model.quality(list(frames.values()), codes)
        found = {
            sha: Inverted(code, float(error), with_quality(frame.flags, float(error)))
            for (sha, frame), code, error in zip(frames.items(), codes, errors, strict=True)
        }
        return replace(batch, codes=found)

    def results(self, batch: Batch) -> list[Embedded | Failure]:
        """The result of each file of a batch that went through the stages.

        Raises
        ------
        LargeError
            When a code has another shape than the model says.
        """
        for sha256, item in batch.codes.items():
            if item.code.shape != self._model.shape:
                raise LargeError(
                    f"The model {self._model.name!r} made a code of another shape than it says.",
                    hint="Nothing of it was kept. Use another model, or tell whoever wrote this one.",
                    detail=f"{sha256}: {item.code.shape} in place of {self._model.shape}",
                )
        known = {**batch.known, **batch.codes}
        return [self._result(read, batch, known) for read in batch.reads]

    def keep(self, batch: Batch) -> list[Embedded | Failure]:
        """Write the codes to the cache, then return the result of each file.

        Raises
        ------
        LargeError
            As `results`; then none of the batch is written.
        """
        assert self._cache is not None, "there is nowhere to keep them"
        results = self.results(batch)
        self._cache.put_many(self._model.key, batch.codes)
        self._cache.remember_shas(
            (self._source.place(r.path), r.stat.st_size, r.stat.st_mtime_ns, r.sha256)
            for r in batch.reads
            if r.stat is not None
        )
        return results

    def _result(self, read: ReadImage, batch: Batch, known: Mapping[str, Inverted]) -> Embedded | Failure:
        refusal = batch.frames.get(read.sha256)
        if read.why:
            return Failure(read.path, read.why)
        if isinstance(refusal, Refusal):
            return Failure(read.path, refusal.why)
        return Embedded(read.path, read.sha256, known[read.sha256])


def with_quality(flags: Sequence[str], error: float) -> tuple[str, ...]:
    """Flags of a frame, with a warning added if the error of its code is larger than good images have."""
    return (*flags, Flag.POOR_INVERSION) if error > POOR_PERCENTILE else tuple(flags)


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in order, ``size`` at a time; the last ones may be fewer."""
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
