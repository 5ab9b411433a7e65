"""Write the codes of a list of images into a folder, part by part, so that a run can go on where one stopped.

The images are cut into blocks, by their order alone, and a part's name says which images are in it. So a part
that is there is done, whoever computed it: this machine, a shard of an array of jobs, or a cluster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np

from large_gui.core.reporter import Reporter
from large_gui.engine.local import run_on_threads
from large_gui.engine.stages import BATCH, Batch, Stages, chunks
from large_gui.errors import InputError
from large_gui.project.codes.parts.about import AboutCodes
from large_gui.project.codes.parts.folder import PARTS
from large_gui.project.codes.parts.part_file import DamagedPart, Part, Row, write_part
from large_gui.project.images.manifest import Failure

_LARGEST = 1024  # images of a block: at most so many are computed again after a stop
_BLOCKS = 64  # that a list should have, so that many workers have something to do


@dataclass(frozen=True)
class Block:
    """Images that become one part.

    Attributes
    ----------
    name
        Of the part's file; it follows from the block's number and from the paths.
    paths
        In order.
    again
        Those to compute where the others are in the part already; ``None`` for all.
    """

    name: str
    paths: tuple[str, ...]
    again: tuple[str, ...] | None = None

    @property
    def to_do(self) -> tuple[str, ...]:
        """The paths that are to be computed."""
        return self.paths if self.again is None else self.again


@dataclass(frozen=True)
class Shard:
    """The share of the blocks that one of several runs computes, counted from 1."""

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= 1_000_000:
            raise InputError(
                f"There is no shard {self.number}/{self.of}.", hint="Shards are counted from 1: 1/8 to 8/8."
            )


@dataclass(frozen=True)
class Step:
    """A block that is done.

    Attributes
    ----------
    images
        Images of the block.
    there
        How many of them were in the folder already.
    failures
        Path and reason of each image that was computed just now and has no code.
    warnings
        What a person should know beside.
    """

    images: int
    there: int = 0
    failures: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def blocks_of(paths: Sequence[str]) -> list[Block]:
    """The blocks of a list; which there are does not depend on who computes them."""
    batches = -(-len(paths) // (BATCH * _BLOCKS))
    size = min(_LARGEST, BATCH * max(1, batches))
    return [_block(number, part) for number, part in enumerate(chunks(paths, size))]


def planned(folder: Path, about: AboutCodes, paths: Sequence[str], shard: Shard) -> list[Block]:
    """The blocks of a shard; if the list has changed since some parts were written, without what these have.

    Raises
    ------
    InputError
        When a part of an earlier list can't be read, or holds codes of another model.
    """
    blocks = blocks_of(paths)
    there = {file.name for file in folder.glob(PARTS)}
    earlier: set[str] = set()
    for name in sorted(there - {block.name for block in blocks}):
        for rows in Part(folder / name, about).all(codes=False):
            earlier.update(path for path, sha in zip(rows.paths, rows.sha256) if sha)
    found = []
    for number, block in enumerate(blocks):
        if number % shard.of == shard.number - 1:
            if earlier and block.name not in there:
                block = _block(number, [path for path in block.paths if path not in earlier])
            if block.paths:
                found.append(block)
    return found


def finish(
    blocks: Sequence[Block], begin: Callable[[], Stages], folder: Path, about: AboutCodes,
    failures: Mapping[str, str], reporter: Reporter,
) -> Iterator[Step]:  # fmt: skip
    """Look at the parts of blocks that are there, and compute the others on threads of this machine.

    Parameters
    ----------
    begin
        Starts the model; it is called only if there is something to compute.

    Yields
    ------
    A step a block, once its part is on the disk.

    Raises
    ------
    InputError
        When a part holds codes of another model, or can't be written.
    """
    rest = []
    for block in blocks:
        todo = left(folder, about, block, failures, reporter)
        if todo is None:
            yield Step(len(block.paths), len(block.paths))
        else:
            rest.append(todo)
    if rest:
        for block, rows in zip(rest, compute(rest, begin(), folder, about, failures)):
            failed = tuple((row.path, row.why) for row in rows if row.why)
            yield Step(len(block.paths), len(block.paths) - len(rows), failed)


def left(
    folder: Path, about: AboutCodes, block: Block, failures: Mapping[str, str], reporter: Reporter
) -> Block | None:
    """What is to be computed of a block; ``None`` if its part is there and whole.

    A part that is damaged is computed anew. Images whose bytes could not be had are tried again.

    Raises
    ------
    InputError
        When the part holds codes of another model.
    """
    file, again, paths = folder / block.name, [], []
    if not file.exists():
        return block
    try:
        part = Part(file, about)
        for rows in part.all():
            paths += rows.paths
            missing = zip(rows.paths, rows.sha256, rows.why)
            again += [path for path, sha, why in missing if not sha and failures.get(path) != why]
        part.close()
    except DamagedPart as error:
        reporter.warn(f"{error.sentence} It is computed anew.")
        return block
    if tuple(paths) != block.paths:
        reporter.warn(f"The part {file.name} lists other images than its name says. It is computed anew.")
        return block
    return replace(block, again=tuple(again)) if again else None


def compute(
    blocks: Sequence[Block], stages: Stages, folder: Path, about: AboutCodes, failures: Mapping[str, str]
) -> Iterator[list[Row]]:
    """Compute blocks on threads of this machine, and write each as a part.

    Yields
    ------
    The rows that were computed of each block, once its part is written.
    """
    paths = (path for block in blocks for path in block.to_do if path not in failures)
    with closing(run_on_threads(stages, paths)) as batches:
        results = chain.from_iterable(_rows(stages, batch) for batch in batches)
        for block in blocks:
            new = {path: Row(path, why=failures[path]) for path in block.to_do if path in failures}
            new |= {row.path: row for row in islice(results, len(block.to_do) - len(new))}
            kept = {} if block.again is None else _kept(folder / block.name, about)
            write_part(folder / block.name, about, [new.get(path) or kept[path] for path in block.paths])
            yield list(new.values())


def _rows(stages: Stages, batch: Batch) -> Iterator[Row]:
    for read, item in zip(batch.reads, stages.results(batch), strict=True):
        if isinstance(item, Failure):
            yield Row(item.path, read.sha256, why=item.why)
            continue
        found = item.inverted
        if np.isfinite(found.code).all():
            yield Row(item.path, item.sha256, found.code, found.inversion_error, found.flags)
        else:
            yield Row(item.path, item.sha256, why="The model made a code of it that is no numbers.")


def _kept(file: Path, about: AboutCodes) -> dict[str, Row]:
    """The rows of a part that is written anew with some of them computed again."""
    part = Part(file, about)
    rows = {row.path: row for group in part.all() for row in group.as_rows()}
    part.close()
    return rows


def _block(number: int, paths: Sequence[str]) -> Block:
    digest = hashlib.sha256("\0".join(paths).encode("utf-8", "surrogatepass")).hexdigest()
    return Block(f"part-{number:06d}-{digest[:16]}.parquet", tuple(paths))
