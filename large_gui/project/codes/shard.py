"""A shard: two files that only grow, one with rows of numbers, one with a record for each of them.

docs/files.md describes the format. The index says how many rows count, after they are on the disk; what lies
behind them was left by a process that was killed, and is overwritten. Files are opened for each reading and
are not mapped: one that is cut short underneath is then a short read, where a mapped one would end the
process, and memory stays small.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

HEADER = 64  # bytes before the first row, and before the first record
RECORD = np.dtype([("sha", "<u8", 4), ("error", "<f8"), ("flags", "<u4"), ("state", "<u4")])  # 48 bytes
GONE, LIVE, LEAVING = range(3)  # states of a record; one that is leaving is about to be overwritten
_BYTES = 256 << 20  # of a shard; one begins a new one after that
_AT_ONCE = 8 << 20  # bytes of zeros that are written together
CODES, RECORDS, ENDINGS = ".codes", ".records", (".codes", ".records")
Records = NDArray[np.void]


@dataclass(frozen=True)
class Shard:
    """The two files of a shard.

    Attributes
    ----------
    id
        32 hexadecimal digits at random. They are the files' name and stand in both, so that files which were
        put in the place of others are not taken for them.
    layers, width
        L and D of its codes.
    half
        Whether its numbers are float16; otherwise they are float32.
    """

    folder: Path
    id: str
    layers: int
    width: int
    half: bool

    @classmethod
    def new(cls, folder: Path, layers: int, width: int, *, half: bool) -> Shard:
        """Make the files of an empty shard, which only the user may read."""
        shard = cls(folder, uuid.uuid4().hex, layers, width, half)
        for ending in ENDINGS:
            descriptor = os.open(shard._file(ending), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(shard._header(ending))
                _sync(file)
        return shard

    @property
    def dtype(self) -> np.dtype[Any]:
        """What its numbers are."""
        return np.dtype("<f2" if self.half else "<f4")

    @property
    def row_bytes(self) -> int:
        """Bytes of one code."""
        return self.layers * self.width * self.dtype.itemsize

    @property
    def room(self) -> int:
        """How many rows it may have."""
        return max(1, _BYTES // self.row_bytes)

    def whole(self) -> int:
        """How many rows lie in both of its files; -1 where one is missing, or is another file."""
        counts = []
        for ending, size in ((CODES, self.row_bytes), (RECORDS, RECORD.itemsize)):
            try:
                with self._file(ending).open("rb", buffering=0) as file:
                    if file.read(HEADER) != self._header(ending):
                        return -1
                    counts.append((os.fstat(file.fileno()).st_size - HEADER) // size)
            except OSError:
                return -1
        return min(counts)

    def append(self, start: int, codes: NDArray[Any], records: Records) -> None:
        """Write codes ``(n, L, D)`` and their records behind ``start`` rows; they are on the disk then.

        Raises
        ------
        OSError
            When they can't be written; what was is cut off again.
        """
        for ending, size, rows in (
            (CODES, self.row_bytes, np.ascontiguousarray(codes, self.dtype)),
            (RECORDS, RECORD.itemsize, records),
        ):
            with self._file(ending).open("rb+", buffering=0) as file:
                begin = HEADER + start * size
                try:
                    file.seek(begin)
                    _write(file, rows)
                    _sync(file)
                except OSError:
                    with suppress(OSError):  # what is left there counts for nothing
                        file.truncate(begin)
                    raise

    def records(self, start: int, stop: int) -> Records:
        """Records of some rows; fewer where the file is shorter."""
        if stop <= start:
            return np.empty(0, RECORD)
        try:
            with self._file(RECORDS).open("rb") as file:
                file.seek(HEADER + start * RECORD.itemsize)
                found = file.read((stop - start) * RECORD.itemsize)
        except OSError:
            return np.empty(0, RECORD)
        return np.frombuffer(found, RECORD, len(found) // RECORD.itemsize)

    def records_of(self, rows: NDArray[np.int64]) -> Records:
        """Records of rows in ascending order; those that can't be read are all zero."""
        found = np.zeros(len(rows), RECORD)
        for begin, end in _runs(rows, most_gap=256):
            start = int(rows[begin])
            there = self.records(start, int(rows[end - 1]) + 1)
            inside = rows[begin:end] - start
            readable = inside < len(there)
            found[begin:end][readable] = there[inside[readable]]
        return found

    @contextmanager
    def opened(self) -> Iterator[IO[bytes] | None]:
        """The file of rows for `read`; ``None`` where it is not there, or is another file."""
        try:
            file = self._file(CODES).open("rb", buffering=0)
        except OSError:
            yield None
            return
        with file:
            yield file if file.read(HEADER) == self._header(CODES) else None

    def read(self, file: IO[bytes], rows: NDArray[np.int64], into: NDArray[Any]) -> int:
        """Read codes of rows in ascending order into an array ``(n, L, D)``; return how many were there."""
        flat = into.reshape(-1).view(np.uint8).data
        for begin, end in _runs(rows):
            file.seek(HEADER + int(rows[begin]) * self.row_bytes)
            wanted = flat[begin * self.row_bytes : end * self.row_bytes]
            while len(wanted):
                count = file.readinto(wanted)  # type: ignore[attr-defined]
                if not count:
                    return end - -(-len(wanted) // self.row_bytes)
                wanted = wanted[count:]
        return len(rows)

    def erase(self, rows: NDArray[np.int64]) -> None:
        """Overwrite codes with zeros, after their records say that they are no codes any more.

        One that is interrupted is gone on with by the next process that reads the records.
        """
        leaving = self.records_of(rows)
        leaving["state"] = LEAVING
        self._put_records(rows, leaving)
        with self._file(CODES).open("rb+", buffering=0) as file:
            for begin, end in _runs(rows):
                file.seek(HEADER + int(rows[begin]) * self.row_bytes)
                _write_zeros(file, (end - begin) * self.row_bytes)
            _sync(file)
        self._put_records(rows, np.zeros(len(rows), RECORD))

    def remove(self) -> None:
        """Overwrite both files, and remove them."""
        for ending in (RECORDS, CODES):  # without its records a code is not found
            erase_file(self._file(ending))

    def _put_records(self, rows: NDArray[np.int64], records: Records) -> None:
        with self._file(RECORDS).open("rb+", buffering=0) as file:
            for begin, end in _runs(rows):
                file.seek(HEADER + int(rows[begin]) * RECORD.itemsize)
                _write(file, records[begin:end])
            _sync(file)

    def _file(self, ending: str) -> Path:
        return self.folder / f"{self.id}{ending}"

    def _header(self, ending: str) -> bytes:
        magic = b"LGCODES1" if ending == CODES else b"LGRECOR1"
        numbers = np.array([self.layers, self.width, self.dtype.itemsize], "<u4").tobytes()
        return (magic + bytes.fromhex(self.id) + numbers).ljust(HEADER, b"\0")


def erase_file(path: Path) -> None:
    """Overwrite a file with zeros and remove it; one that isn't there is no error.

    Raises
    ------
    OSError
        When it can't be written.
    """
    try:
        with path.open("rb+", buffering=0) as file:
            _write_zeros(file, os.fstat(file.fileno()).st_size)
            _sync(file)
        path.unlink()
    except FileNotFoundError:
        return


def _runs(rows: NDArray[np.int64], most_gap: int = 0) -> Iterator[tuple[int, int]]:
    """Where runs of rows in ascending order begin and end.

    Without a gap each row of a run is the one after that before it. With one, fewer than ``most_gap`` rows
    may lie between two, and rows may come twice.
    """
    if len(rows):
        steps = np.diff(rows)
        ends = [*(np.flatnonzero(steps > most_gap if most_gap else steps != 1) + 1), len(rows)]
        yield from zip([0, *ends[:-1]], ends)


def _write(file: IO[bytes], rows: NDArray[Any]) -> None:
    left = np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data
    while len(left):
        left = left[file.write(left) :]


def _write_zeros(file: IO[bytes], count: int) -> None:
    zeros = memoryview(bytes(min(count, _AT_ONCE)))
    while count:
        count -= file.write(zeros[:count])


def _sync(file: IO[bytes]) -> None:
    """Have the content of a file on the disk."""
    getattr(os, "fdatasync", os.fsync)(file.fileno())  # macOS and Windows have only the second
