"""Distances of codes in shards along directions that were used before, so that nothing is multiplied again.

They are derived: a file that is missing, damaged or too short is measured again. A file belongs to one shard
and one direction, and tells of each row whose image it was measured of: after a power cut, or with an index
from a backup, a row may have become another image's. Files of directions used longest ago are removed.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.errors import InputError
from large_gui.files import clear_unfinished, written_whole
from large_gui.project.codes.lookup import keys_of
from large_gui.project.codes.shard import erase_file
from large_gui.project.codes.shards import Found
from large_gui.project.codes.source import Block

Measure = Callable[[NDArray[Any], Sequence[int]], NDArray[np.float64]]
Blocks = Callable[[Found, NDArray[np.intp]], Iterator[Block]]
MOST = 64  # directions that are kept
_MAGIC = b"LGALONG1"
_ROW = np.dtype([("distance", "<f8"), ("image", "<u8")])  # NaN where it was not measured; of `keys_of`
_FOLDER, _FILE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}\.along")


class KeptDistances:
    """The distances in a folder: of each direction a folder in it, and in that a file for each shard."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(
        self, table: NDArray[np.float64], found: Found, marks: Sequence[str], measure: Measure,
        blocks: Blocks, tick: Callable[[int], None],
    ) -> None:  # fmt: skip
        """Write into a table ``(N, K)`` the distances of all images that were found.

        Parameters
        ----------
        marks
            For each direction a hash of all that decides distances along it, the code apart.
        measure
            Measures codes ``(n, L, D)`` along the directions of some numbers.
        blocks
            Reads the codes of images at some places.
        tick
            Called with the number of images that have just been done.
        """
        for number in np.unique(found.numbers[found.numbers >= 0]):
            places = np.flatnonzero(found.numbers == number)
            rows, shard = found.rows[places], found.shards[number].id
            images = keys_of(found.digests[places])
            kept = [self._read(mark, shard) for mark in marks]
            for column, along in enumerate(kept):
                inside = np.flatnonzero(rows < len(along))
                inside = inside[along["image"][rows[inside]] == images[inside]]
                table[places[inside], column] = along["distance"][rows[inside]]
            lacking = np.isnan(table[places])
            columns, missing = np.flatnonzero(lacking.any(0)), places[lacking.any(1)]
            tick(len(places) - len(missing))
            for block, codes in blocks(found, missing):
                table[np.ix_(block, columns)] = measure(codes, columns.tolist())
                tick(len(block))
            for column in columns.tolist():
                along = np.zeros(max(int(rows.max()) + 1, len(kept[column])), _ROW)
                along["distance"] = np.nan
                along[: len(kept[column])] = kept[column]
                along["distance"][rows], along["image"][rows] = table[places, column], images
                self._write(marks[column], shard, along)
        for mark in marks:
            with suppress(OSError):
                os.utime(self._folder / mark)  # used just now

    def forget(self, shard: str) -> None:
        """Overwrite and remove the distances of a shard's codes."""
        for folder in self._folders():
            erase_file(folder / f"{shard}.along")

    def forget_all(self) -> None:
        """Overwrite and remove all distances."""
        for folder in self._folders():
            _remove(folder)
        with suppress(OSError):
            self._folder.rmdir()

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if _FOLDER.fullmatch(path.name)]
        except OSError:
            return []

    def _read(self, mark: str, shard: str) -> NDArray[np.void]:
        try:
            content = (self._folder / mark / f"{shard}.along").read_bytes()
        except OSError:
            return np.empty(0, _ROW)
        numbers = content[_HEADER:]
        if len(numbers) % _ROW.itemsize or content[:_HEADER] != _header(mark, shard, numbers):
            return np.empty(0, _ROW)
        return np.frombuffer(numbers, _ROW)

    def _write(self, mark: str, shard: str, along: NDArray[np.void]) -> None:
        folder, numbers = self._folder / mark, along.tobytes()
        with suppress(OSError, InputError):  # without them they are measured again
            if not folder.is_dir():
                self._folder.mkdir(mode=0o700, exist_ok=True)
                folder.mkdir(mode=0o700)
                self._drop_unused()
            with written_whole(folder / f"{shard}.along") as whole:
                whole.write_bytes(_header(mark, shard, numbers) + numbers)
                whole.chmod(0o600)

    def _drop_unused(self) -> None:
        """Remove the directions that were used longest ago, and keep no more than `MOST`."""
        by_use = sorted(self._folders(), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in by_use[MOST:]:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove the files that are ours, and the folder unless it holds others."""
    clear_unfinished(folder)
    for path in list(folder.iterdir()):
        if _FILE.fullmatch(path.name):
            erase_file(path)
    with suppress(OSError):
        folder.rmdir()


def _header(mark: str, shard: str, numbers: bytes) -> bytes:
    return _MAGIC + bytes.fromhex(mark) + bytes.fromhex(shard) + zlib.crc32(numbers).to_bytes(8, "little")


_HEADER = len(_header("00" * 32, "00" * 16, b""))  # bytes, a multiple of 8
