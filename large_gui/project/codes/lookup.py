"""Where in the shards of a model the code of an image lies, found by a number made of its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from large_gui.project.codes.shard import LEAVING, LIVE, Shard

Digests = NDArray[np.uint64]  # (N, 4): the 32 bytes of SHA-256
_SMALL = 4096  # rows that are sorted again with each change
_ODD = np.array([1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)  # any odd ones


def digests(shas: Sequence[str]) -> Digests:
    """The 32 bytes of each SHA-256, ``(N, 4)``; of other names the SHA-256."""
    whole = _bytes_of(shas) if all(len(sha) == 64 for sha in shas) else b""
    if len(whole) != 32 * len(shas):  # some are no hashes: the names that tests and other programs use
        whole = b"".join(
            _bytes_of([sha]) or hashlib.sha256(sha.encode("utf-8", "surrogatepass")).digest() for sha in shas
        )
    return np.frombuffer(whole, "<u8").reshape(-1, 4)


def _bytes_of(shas: Sequence[str]) -> bytes:
    """What the hexadecimal digits stand for; empty if they are none, or are not those of hashes."""
    try:
        found = bytes.fromhex("".join(shas))
    except ValueError:
        return b""
    return found if len(found) == 32 * len(shas) else b""


def keys_of(wanted: Digests) -> NDArray[np.uint64]:
    """A number of each hash; it differs where one of the four parts does, and by chance nearly always."""
    return np.asarray((wanted * _ODD).sum(1, dtype=np.uint64))


class Lookup:
    """The rows of all shards of one model.

    It keeps 16 bytes a row in memory. What it finds is a place to look at: whoever reads there must compare
    the whole hash, because another process may have overwritten the row meanwhile.

    Attributes
    ----------
    shards
        The shards, in the order of their numbers.
    """

    def __init__(self) -> None:
        self.shards: list[Shard] = []
        self._seen: list[int] = []  # rows of each shard that were looked at
        self._base, self._recent = _Sorted(), _Sorted()

    def refresh(self, listed: Sequence[tuple[Shard, int]]) -> None:
        """Take in what has come since; ``listed`` are all shards, with the number of rows that count."""
        if [shard for shard, _ in listed[: len(self.shards)]] != self.shards:  # one has gone
            self.shards, self._seen = [], []
            self._base, self._recent = _Sorted(), _Sorted()
        keys, places = [], []
        for number, (shard, rows) in enumerate(listed):
            if number == len(self.shards):
                self.shards.append(shard)
                self._seen.append(0)
            start = self._seen[number]
            if rows > start:
                records = shard.records(start, min(rows, shard.whole()))
                _finish(shard, start + np.flatnonzero(records["state"] == LEAVING))
                live = np.flatnonzero(records["state"] == LIVE)
                keys.append(keys_of(records["sha"][live]))
                places.append((number << 40) + start + live)
                self._seen[number] = rows
        if places:
            self._recent = self._recent.joined(_Sorted(np.concatenate(keys), np.concatenate(places)))
        if len(self._recent) > max(_SMALL, len(self._base) // 4):
            self._base, self._recent = self._base.joined(self._recent), _Sorted()

    def find(self, wanted: Digests) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of the shards ``(N,)``, -1 where there is no code, and rows in them ``(N,)``."""
        places = self._base.find(keys_of(wanted))
        recent = self._recent.find(keys_of(wanted))
        places = np.where(recent >= 0, recent, places)
        return np.where(places >= 0, places >> 40, -1), places & ((1 << 40) - 1)


class _Sorted:
    """Numbers made of hashes in order, with the place of each; of equal ones the last is found."""

    def __init__(
        self, keys: NDArray[np.uint64] | None = None, places: NDArray[np.int64] | None = None
    ) -> None:
        self._keys = np.empty(0, np.uint64) if keys is None else keys
        self._places = np.empty(0, np.int64) if places is None else places
        order = np.argsort(self._keys, kind="stable")
        self._keys, self._places = self._keys[order], self._places[order]

    def __len__(self) -> int:
        return len(self._places)

    def joined(self, later: _Sorted) -> _Sorted:
        return _Sorted(
            np.concatenate([self._keys, later._keys]), np.concatenate([self._places, later._places])
        )

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        if not len(self):
            return np.full(len(keys), -1, np.int64)
        at = np.maximum(np.searchsorted(self._keys, keys, side="right") - 1, 0)
        return np.where(self._keys[at] == keys, self._places[at], -1)


def _finish(shard: Shard, rows: NDArray[np.int64]) -> None:
    """Overwrite what a process that was killed had begun to overwrite."""
    if len(rows):
        with suppress(OSError):  # it counts for nothing anyhow
            shard.erase(rows)
