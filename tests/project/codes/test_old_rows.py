"""Codes that an earlier version kept in the index itself are all there, before, while and after they move."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from large_gui.project.codes import shard as shard_file
from large_gui.project.codes.cache import CodeCache, Inverted
from tests.project.codes.acting import items, killed, needs_kill, same


def old_cache(path: Path, kept: dict[str, Inverted]) -> None:
    """A cache as versions before shards wrote it."""
    with CodeCache(path):
        pass
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TABLE shards")
        db.execute("DROP TABLE flags")
        db.execute("PRAGMA user_version = 1")
        rows = [(one, "e", *item.as_row()) for one, item in kept.items()]
        db.executemany("INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def left(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM codes").fetchone()[0])


def test_codes_of_earlier_versions_move_when_they_are_read(path: Path) -> None:
    kept = items(0, 40) | items(40, 60, half=False)
    old_cache(path, kept)
    with CodeCache(path) as cache:
        assert cache.summary().codes == {"e": 60}
        same(cache, {one: kept[one] for one in list(kept)[:3]})
        assert left(path) == 57
        known = cache.known(list(kept), "e")
        assert known.found.all() and left(path) == 57
        np.testing.assert_array_equal(known.inversion_error, [item.inversion_error for item in kept.values()])
        assert known.flags == [item.flags for item in kept.values()]
        same(cache, kept)
        assert cache.summary().codes == {"e": 60} and left(path) == 0


@needs_kill
def test_a_killed_move_loses_none(path: Path) -> None:
    kept = items(0, 30)
    old_cache(path, kept)
    act = (
        "cache._db.set_trace_callback(lambda q: q == 'COMMIT' and os.kill(os.getpid(), 9))\n"
        "    cache.get_many([sha(i) for i in range(9)], 'e')"
    )
    killed(path, "shard", "erase_file", act)
    with CodeCache(path) as cache:
        same(cache, kept)
    assert left(path) == 0


def test_on_a_full_disk_codes_of_earlier_versions_are_read_where_they_are(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = items(0, 30)
    old_cache(path, kept)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with CodeCache(path) as cache:
        with monkeypatch.context() as patch:
            patch.setattr(shard_file, "_write", full)
            same(cache, kept)
            places = [i for found, _ in cache.blocks(list(kept), "e") for i in found.tolist()]
            assert sorted(places) == list(range(30)) and left(path) == 30
            table = cache.distances(list(kept), "e", ["0" * 64], lambda codes, _: codes[:, 0, :1])
            np.testing.assert_array_equal(table[:, 0], [item.code[0, 0] for item in kept.values()])
        same(cache, kept)
    assert left(path) == 0
