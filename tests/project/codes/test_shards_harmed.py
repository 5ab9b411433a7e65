"""Shards changed underneath, killed processes, full disks: a code that comes out is the right one."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from large_gui.errors import InputError
from large_gui.project.codes import shard as shard_file
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.codes.shard import Shard
from tests.project.codes.acting import SHAPE, endings, items, killed, needs_kill, same, sha

Harm = Callable[[Path], object]


def cut(ending: str, count: int) -> Harm:
    def harm(path: Path) -> None:
        (file,) = endings(path, ending)
        os.truncate(file, max(0, file.stat().st_size - count))

    return harm


def foreign(ending: str) -> Harm:
    def harm(path: Path) -> None:
        (file,) = endings(path, ending)
        file.write_bytes(bytes(file.stat().st_size))

    return harm


def swapped(path: Path) -> None:
    """The shard of another cache under the name of this one's, as when folders are merged by hand."""
    with CodeCache(path.with_name("other.sqlite")) as cache:
        cache.put_many("e", items(100, 120))
    for ending in (".codes", ".records"):
        (file,), (theirs,) = endings(path, ending), endings(path.with_name("other.sqlite"), ending)
        file.write_bytes(theirs.read_bytes())


@pytest.mark.parametrize(
    ("harm", "left"),
    [
        (lambda path: endings(path, ".codes")[0].unlink(), 0),
        (lambda path: endings(path, ".records")[0].unlink(), 0),
        (cut(".codes", 1), 9),
        (cut(".codes", 3 * 48), 7),
        (cut(".records", 1), 9),
        (cut(".records", 10**9), 0),
        (foreign(".codes"), 0),
        (foreign(".records"), 0),
        (swapped, 0),
    ],
)
@pytest.mark.parametrize("opened", [False, True], ids=["before", "while it is open"])
def test_a_shard_that_is_changed_underneath_gives_no_wrong_code(
    path: Path, harm: Harm, left: int, opened: bool
) -> None:
    with CodeCache(path) as before:
        before.put_many("e", items(0, 10))
        if opened:
            same(before, items(0, 10))
        harm(path)
        with CodeCache(path) as after:
            cache = before if opened else after
            found = cache.get_many([sha(i) for i in range(10)], "e")
            assert set(found) <= {sha(i) for i in range(left)}
            same(cache, {one: item for one, item in items(0, 10).items() if one in found})
            cache.put_many("e", items(0, 10))  # as the engine does with what is not found
            same(cache, items(0, 10))
            with CodeCache(path) as third:
                same(third, items(0, 10))


@needs_kill
@pytest.mark.parametrize("when", ["_write", "_sync"])
@pytest.mark.parametrize("first", [0, 5])
def test_what_was_written_and_not_counted_is_overwritten(path: Path, when: str, first: int) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, first))
    before = "whole(*arguments, **options); " if when == "_write" else "pass"
    killed(path, "shard", when, "cache.put_many('e', items(5, 9))", before)
    with CodeCache(path) as cache:
        assert cache.get_many([sha(i) for i in range(5, 9)], "e") == {}
        same(cache, items(0, first))
        cache.put_many("e", items(20, 24))
        same(cache, items(0, first) | items(20, 24))
    assert len(endings(path, ".codes")) == 1, "what the killed process made is removed or used"


@needs_kill
def test_written_whole_but_not_counted(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 3))
    act = (
        "cache._db.set_trace_callback(lambda q: q == 'COMMIT' and os.kill(os.getpid(), 9))\n"
        "    cache.put_many('e', items(3, 6))"
    )
    killed(path, "shard", "erase_file", act)
    with CodeCache(path) as cache:
        same(cache, items(0, 3))
        assert cache.get_many([sha(4)], "e") == {}
        cache.put_many("e", items(10, 15))
        same(cache, items(0, 3) | items(10, 15))


@needs_kill
def test_a_killed_erasing_is_gone_on_with(path: Path) -> None:
    face = np.frombuffer(b"face" * 12, "<f2").reshape(SHAPE).astype(np.float32)
    with CodeCache(path) as cache:
        cache.put_many("e", {sha(0): Inverted(face)} | items(1, 3))
        cache.remember_shas([("/photos/a.jpg", 1, 2, sha(0))])
    killed(path, "shard", "_write_zeros", "cache.clear(Path('/photos'))")
    with CodeCache(path) as cache:
        assert cache.get_many([sha(0)], "e") == {}
        same(cache, items(1, 3))
    assert b"faceface" not in endings(path, ".codes")[0].read_bytes()


@pytest.mark.parametrize("failing", ["_write", "_sync"])
def test_a_full_disk_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 5))
        with monkeypatch.context() as patch:
            patch.setattr(shard_file, failing, full)
            with pytest.raises(InputError, match="No space left") as caught:
                cache.put_many("e", items(5, 9))
            assert "room" in caught.value.hint
        same(cache, items(0, 5))
        assert cache.get_many([sha(6)], "e") == {}
        cache.put_many("e", items(5, 9))
        same(cache, items(0, 9))


def test_a_row_that_is_overwritten_while_it_is_read_is_no_code(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CodeCache(path) as cache, CodeCache(path) as other:
        cache.put_many("e", items(0, 3))
        cache.remember_shas([("/photos/a.jpg", 1, 2, sha(1))])
        read = Shard.read

        def clears_first(*arguments: Any) -> int:
            monkeypatch.setattr(Shard, "read", read)
            other.clear(Path("/photos"))
            return read(*arguments)

        monkeypatch.setattr(Shard, "read", clears_first)
        assert cache.get_many([sha(i) for i in range(3)], "e").keys() == {sha(0), sha(2)}
