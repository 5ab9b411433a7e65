"""Shards beside the index: what is in them comes out, or nothing, whatever happens to their files."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from large_gui.errors import InputError
from large_gui.project.codes import shard as shard_file
from large_gui.project.codes.cache import CodeCache, Inverted, shards_folder
from large_gui.project.codes.shard import HEADER, RECORD, Shard

ROOT = Path(__file__).resolve().parents[3]
SHAPE = (3, 8)


def sha(number: int) -> str:
    return f"{number:064x}"


def items(start: int, stop: int, *, half: bool = True) -> dict[str, Inverted]:
    found = {}
    for number in range(start, stop):
        code = np.random.default_rng(number).standard_normal(SHAPE).astype(np.float16 if half else np.float32)
        found[sha(number)] = Inverted(code.astype(np.float32), number / 7, ("whole image",) * (number % 2))
    return found


def same(cache: CodeCache, expected: dict[str, Inverted], key: str = "e") -> None:
    found = cache.get_many(list(expected), key)
    assert found.keys() == expected.keys()
    for one, item in expected.items():
        np.testing.assert_array_equal(found[one].code, item.code)
        assert (found[one].inversion_error, found[one].flags) == (item.inversion_error, item.flags)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "codes.sqlite"


def endings(path: Path, ending: str) -> list[Path]:
    return sorted(shards_folder(path).glob(f"*{ending}"))


CODES = hnp.arrays(
    np.float32, SHAPE, elements=st.floats(width=32, allow_nan=True, allow_infinity=True) | st.integers(-9, 9)
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    codes=st.lists(CODES, min_size=1, max_size=12),
    error=st.floats(allow_nan=False),
    flags=st.lists(st.text(st.characters(codec="utf-8", exclude_characters=";"), min_size=1), max_size=3),
)
def test_every_number_comes_back(
    tmp_path_factory: pytest.TempPathFactory, codes: list[Any], error: float, flags: list[str]
) -> None:
    kept = {sha(i): Inverted(code, error, tuple(flags)) for i, code in enumerate(codes)}
    with CodeCache(tmp_path_factory.mktemp("kept") / "codes.sqlite") as cache:
        cache.put_many("e", kept)
        same(cache, kept)
        blocks = [(int(i), np.array(c)) for places, block in cache.blocks(list(kept), "e")
                  for i, c in zip(places, block)]  # fmt: skip
        assert sorted(i for i, _ in blocks) == list(range(len(codes)))
        for i, code in blocks:
            np.testing.assert_array_equal(code.astype(np.float32), codes[i])


def test_codes_that_half_precision_holds_take_half_the_room(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 5))
        cache.put_many("e", items(5, 10, half=False))
        cache.put_many("e", {sha(10): Inverted(np.full(SHAPE, 1e5, np.float32))})
        same(cache, items(0, 5) | items(5, 10, half=False))
    sizes = sorted(file.stat().st_size - HEADER for file in endings(path, ".codes"))
    assert sizes == [5 * 24 * 2, 6 * 24 * 4]


def test_a_code_is_stored_once(path: Path) -> None:
    with CodeCache(path) as cache:
        for _ in range(3):
            cache.put_many("e", items(0, 5))
    (file,) = endings(path, ".codes")
    assert file.stat().st_size == HEADER + 5 * 24 * 2


def test_a_code_that_is_replaced_is_overwritten(path: Path) -> None:
    face = np.frombuffer(b"face" * 12, "<f2").reshape(SHAPE).astype(np.float32)
    with CodeCache(path) as cache:
        cache.put_many("e", {sha(0): Inverted(face)})
        (file,) = endings(path, ".codes")
        assert b"faceface" in file.read_bytes()
        cache.put_many("e", items(0, 2))
        same(cache, items(0, 2))
        assert cache.summary().codes == {"e": 2}
        assert b"faceface" not in file.read_bytes()


def test_full_shards_are_followed_by_others(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard_file, "_BYTES", 4 * 48)
    with CodeCache(path) as cache:
        for start in (0, 3, 10):
            cache.put_many("e", items(start, start + 7))
        assert len(endings(path, ".codes")) == 5
        same(cache, items(0, 17))
        with CodeCache(path) as other:  # which finds all of them at once
            same(other, items(0, 17))


def test_what_another_process_adds_is_found(path: Path) -> None:
    with CodeCache(path) as one, CodeCache(path) as other:
        for start in range(0, 30, 10):
            one.put_many("e", items(start, start + 5))
            same(other, items(start, start + 5))
            other.put_many("e", items(start + 5, start + 10))
            same(one, items(0, start + 10))
        assert one.clear() == 30
        assert other.get_many([sha(1)], "e") == {}
        other.put_many("e", items(0, 3))
        same(one, items(0, 3))


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


_DIES = """
import os, signal, sys
from pathlib import Path
from large_gui.project.codes import {module}
from tests.project.codes.test_shards import *
whole = {module}.{name}
def die(*arguments, **options):
    {before}
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = die
with CodeCache(Path(sys.argv[1])) as cache:
    {act}
"""


def killed(path: Path, module: str, name: str, act: str, before: str = "pass") -> None:
    code = _DIES.format(module=module, name=name, act=act, before=before)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code, str(path)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL


needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


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


def test_files_of_others_in_the_folder_stay(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 2))
        folder = shards_folder(path)
        odd = [folder / "notes.txt", folder / f"{'a' * 32}.jpg", folder / "distances" / "mine.along"]
        odd[2].parent.mkdir()
        for file in odd:
            file.write_text("mine")
        (folder / f"{'b' * 32}.codes").mkdir()
        cache.put_many("e", items(2, 4))
        same(cache, items(0, 4))
        assert cache.clear() == 4
        assert [file.read_text() for file in odd] == ["mine"] * 3
        assert not any(file.is_file() for ending in (".codes", ".records") for file in endings(path, ending))


def test_a_file_in_place_of_the_folder_is_told(path: Path) -> None:
    shards_folder(path).write_text("mine")
    with CodeCache(path) as cache:
        with pytest.raises(InputError, match="can't be used"):
            cache.put_many("e", items(0, 2))
        assert cache.get_many([sha(0)], "e") == {}
    assert shards_folder(path).read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_nobody_else_may_read_codes_or_distances(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 2))
        cache.distances([sha(0)], "e", ["f" * 64], lambda codes, columns: np.ones((len(codes), 1)))
    folder = shards_folder(path)
    made = [folder, *folder.rglob("*")]
    assert len(made) == 6
    for one in made:
        assert stat.S_IMODE(one.stat().st_mode) == (0o700 if one.is_dir() else 0o600), one


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
        assert known.found.all() and left(path) == 0
        np.testing.assert_array_equal(known.inversion_error, [item.inversion_error for item in kept.values()])
        assert known.flags == [item.flags for item in kept.values()]
        same(cache, kept)
        assert cache.summary().codes == {"e": 60}


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
            table = cache.distances(list(kept), "e", ["0" * 64], first)
            np.testing.assert_array_equal(table[:, 0], [item.code[0, 0] for item in kept.values()])
        same(cache, kept)
    assert left(path) == 0


def first(codes: Any, columns: Sequence[int]) -> Any:
    """The first number of each code, as if it were the distance along every direction."""
    return np.repeat(codes[:, 0, :1].astype(np.float64), len(columns), axis=1)


class Counted:
    """Measures as `first`, and counts the codes."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, codes: Any, columns: Sequence[int]) -> Any:
        self.count += len(codes)
        return first(codes, columns)


def expected(numbers: Sequence[int]) -> list[float]:
    kept = items(min(numbers), max(numbers) + 1)
    return [float(kept[sha(i)].code[0, 0]) for i in numbers]


def test_distances_are_measured_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard_file, "_BYTES", 7 * 48)
    one, other, counted = "1" * 64, "2" * 64, Counted()
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 20))
        wanted = [19, 3, 3, 7]
        table = cache.distances([sha(i) for i in wanted], "e", [one], counted)
        np.testing.assert_array_equal(table[:, 0], expected(wanted))
        assert counted.count <= 4
    with CodeCache(path) as cache:
        counted = Counted()
        np.testing.assert_array_equal(
            cache.distances([sha(i) for i in wanted], "e", [one], counted), np.array([expected(wanted)]).T
        )
        assert counted.count == 0
        cache.put_many("e", items(20, 25))
        table = cache.distances([sha(i) for i in range(26)], "e", [one, other], counted)
        np.testing.assert_array_equal(table[:25, 1], expected(range(25)))
        np.testing.assert_array_equal(table[:25, 0], expected(range(25)))
        assert np.isnan(table[25]).all()
        counted = Counted()
        cache.distances([sha(i) for i in range(25)], "e", [other, one], counted)
        assert counted.count == 0


@pytest.mark.parametrize("harm", [b"", b"x" * 300, None])
def test_damaged_distances_are_measured_again(path: Path, harm: bytes | None) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 5))
        cache.distances([sha(i) for i in range(5)], "e", ["1" * 64], first)
        (file,) = shards_folder(path).rglob("*.along")
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if harm is None else harm)
        table = cache.distances([sha(i) for i in range(5)], "e", ["1" * 64], first)
        np.testing.assert_array_equal(table[:, 0], expected(range(5)))
        assert file.read_bytes() == content


def test_few_directions_are_kept_and_those_that_were_used_last(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from large_gui.project.codes import kept_distances

    monkeypatch.setattr(kept_distances, "MOST", 3)
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 2))
        for number, mark in enumerate("123142"):
            cache.distances([sha(0)], "e", [mark * 64], first)
            for age, folder in enumerate((shards_folder(path) / "distances").iterdir()):
                if folder.name == mark * 64:
                    os.utime(folder, (number, number))
                assert age < 4
    kept = {folder.name[0] for folder in (shards_folder(path) / "distances").iterdir()}
    assert kept <= set("1423") and {"1", "4", "2"} <= kept | {"3"} and len(kept) == 3


def test_clearing_a_folder_forgets_its_distances(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 4))
        cache.remember_shas([("/photos/a.jpg", 1, 2, sha(0)), ("/other/b.jpg", 1, 2, sha(1))])
        cache.distances([sha(i) for i in range(4)], "e", ["1" * 64], first)
        assert cache.clear(Path("/photos")) == 1
        assert not list(shards_folder(path).rglob("*.along"))
        table = cache.distances([sha(i) for i in range(4)], "e", ["1" * 64], first)
        assert np.isnan(table[0, 0])
        np.testing.assert_array_equal(table[1:, 0], expected(range(1, 4)))
        assert cache.clear() == 3
    assert not shards_folder(path).exists()


def test_codes_to_use_instead_are_used(path: Path) -> None:
    refined = Inverted(np.full(SHAPE, 7, np.float32), 1.0, ("refined",))
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 4))
        cache.distances([sha(i) for i in range(4)], "e", ["1" * 64], first)
        cache.instead = {("e", sha(1)): refined, ("e", sha(9)): refined}
        shas = [sha(i) for i in (0, 1, 9, 8)]
        table = cache.distances(shas, "e", ["1" * 64], first)[:, 0]
        assert table[1] == table[2] == 7 and np.isnan(table[3])
        known = cache.known(shas, "e")
        assert known.found.tolist() == [True, True, True, False]
        assert known.flags[1] == known.flags[2] == ("refined",)
        cache.instead = {}
        np.testing.assert_array_equal(cache.distances([sha(1)], "e", ["1" * 64], first)[:, 0], expected([1]))


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


def test_records_are_of_the_size_that_is_documented() -> None:
    assert (RECORD.itemsize, HEADER) == (48, 64)
