"""Distances are measured once, and forgotten with their codes."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from large_gui.project.codes import shard as shard_file
from large_gui.project.codes.cache import CodeCache, Inverted, shards_folder
from tests.project.codes.acting import SHAPE, items, sha


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


def test_a_row_that_became_another_images_is_measured(path: Path) -> None:
    """The index is put back as it was, as a power cut or a backup does."""
    with CodeCache(path) as cache:
        cache.put_many("e", items(0, 2))
    before = path.read_bytes()
    with CodeCache(path) as cache:
        cache.put_many("e", items(2, 5))
        cache.distances([sha(i) for i in range(5)], "e", ["1" * 64], first)
    path.write_bytes(before)
    with CodeCache(path) as cache:
        cache.put_many("e", items(7, 9))
        table = cache.distances([sha(i) for i in (0, 1, 7, 8, 2)], "e", ["1" * 64], first)
        np.testing.assert_array_equal(table[:4, 0], expected([0, 1, 7, 8]))
        assert np.isnan(table[4, 0])
