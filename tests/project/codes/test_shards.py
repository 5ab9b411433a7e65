"""Shards beside the index: what is put in them comes out, and nothing else is touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from large_gui.cli.main import main
from large_gui.errors import InputError
from large_gui.project.codes import shard as shard_file
from large_gui.project.codes.cache import CodeCache, Inverted, shards_folder
from large_gui.project.codes.shard import HEADER, RECORD
from tests.project.codes.acting import SHAPE, endings, items, same, sha

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


def test_records_are_of_the_size_that_is_documented() -> None:
    assert (RECORD.itemsize, HEADER) == (48, 64)


def test_a_shard_without_codes_is_removed(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 3))
        cache.put_many("e", items(3, 5, half=False))
        cache.remember_shas([(f"/photos/{i}.jpg", 1, 2, sha(i)) for i in range(3)])
        assert cache.clear(Path("/photos")) == 3
        assert len(endings(path, ".codes")) == 1
        same(cache, items(3, 5, half=False))


@pytest.mark.parametrize(
    "change",
    [
        *("width = 'x'", "layers = 0", "rows = -1", "rows = 1e99", "id = '../x'", "id = 7"),
        *("width = 1 << 40", "half = x'00'"),
    ],
)
def test_an_index_with_anything_else_in_it_is_damaged(path: Path, change: str) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 3))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE shards SET {change}")
    with CodeCache(path) as cache, pytest.raises(InputError, match="damaged"):
        cache.get_many([sha(0)], "e")


def test_codes_without_their_index_are_cleared(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 3))
    for file in path.parent.glob("codes.sqlite*"):
        if file.is_file():
            file.unlink()
    assert main(["cache", "clear", "--cache", str(path)]) == 0
    assert not shards_folder(path).exists()


def test_file_names_that_are_no_text_are_not_known(path: Path) -> None:
    with CodeCache(path) as cache:
        cache.remember_shas([("/a.jpg", 1, 2, sha(0))])
        assert cache.known_shas([("/\udc80.jpg", 1, 2), ("/a.jpg", 1, 2), ("/a.jpg", 1, 3)]) == [
            "",
            sha(0),
            "",
        ]
