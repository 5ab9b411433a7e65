"""Images that are nearly the same are told from others by their codes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.models.kinds.gan import GanModel
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.tasks.duplicates import near
from large_gui.tasks.duplicates.near import DuplicateOptions, near_duplicates
from large_gui.tasks.duplicates.report import Duplicate, Twins, twins, write_duplicates


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CodeCache]:
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        yield cache


def keep(cache: CodeCache, pack: GanModel, codes: dict[str, np.ndarray]) -> None:
    shape = pack.shape
    cache.put_many(pack.key, {n: Inverted(c.reshape(shape).astype(np.float32)) for n, c in codes.items()})


def drawn(pack: GanModel, count: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    return {f"image {i}": random.standard_normal(int(np.prod(pack.shape))) for i in range(count)}


def test_copies_are_found_among_many_and_nothing_else(
    cache: CodeCache, pack: GanModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "_BLOCK", 32)  # several blocks
    codes = drawn(pack, 100)
    random = np.random.default_rng(1)
    for i in (3, 40):
        for copy, far in (("a", 0.2), ("b", 0.35)):
            noise = random.standard_normal(codes[f"image {i}"].shape)
            codes[f"image {i}{copy}"] = codes[f"image {i}"] + far * noise
    keep(cache, pack, codes)
    groups = near_duplicates([*codes, "not measured"], pack, cache, SilentReporter())
    assert [set(group.sha256) for group in groups] == [
        {f"image {i}", f"image {i}a", f"image {i}b"} for i in (3, 40)
    ]
    assert all(0.1 < group.nearest < 0.2 for group in groups)
    closer = near_duplicates([*codes], pack, cache, SilentReporter(), DuplicateOptions(0.2))
    assert [len(group.sha256) for group in closer] == [2, 2]
    assert not near_duplicates([*codes], pack, cache, SilentReporter(), DuplicateOptions(0.05))


def test_a_brute_search_finds_the_same(cache: CodeCache, pack: GanModel) -> None:
    codes = drawn(pack, 60)
    random = np.random.default_rng(2)
    for i in range(0, 60, 3):
        far = random.uniform(0.1, 1.2)
        codes[f"copy {i}"] = codes[f"image {i}"] + far * random.standard_normal(codes["image 0"].shape)
    keep(cache, pack, codes)
    groups = near_duplicates([*codes], pack, cache, SilentReporter())
    points = np.stack([*codes.values()])
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    usual = np.median(np.sort(distances, axis=1)[:, 16])
    names = [*codes]
    brute = {
        (a, b)
        for a in range(len(names))
        for b in range(a)
        if distances[a, b] < 0.5 * usual and not 0.45 * usual < distances[a, b] < 0.55 * usual
    }
    found = {frozenset(group.sha256) for group in groups}
    assert brute and all(any({names[a], names[b]} <= group for group in found) for a, b in brute)


def test_a_folder_in_which_everything_is_the_same_is_one_group(cache: CodeCache, pack: GanModel) -> None:
    code = drawn(pack, 1)["image 0"]
    same = {f"same {i}": code for i in range(150)}
    others = {f"other {i}": 5 + code * (2 + i) for i in range(3)}
    keep(cache, pack, same | others)
    (group,) = near_duplicates([*same, *others], pack, cache, SilentReporter())
    assert set(group.sha256) == set(same) and group.nearest == 0


def test_too_few_images_say_so(cache: CodeCache, pack: GanModel) -> None:
    keep(cache, pack, drawn(pack, 2))
    with pytest.raises(InputError, match="Fewer than three images"):
        near_duplicates(["image 0", "image 1", "image 1"], pack, cache, SilentReporter())


def test_the_table_tells_copies_from_images_that_are_nearly_the_same(tmp_path: Path) -> None:
    paths, sha = ["b.jpg", "a.jpg", "c.jpg", "d.jpg", "e.jpg"], ["1", "1", "2", "3", ""]
    groups = twins(paths, sha, [("1", "2")])
    assert groups == [Twins(("a.jpg", "b.jpg", "c.jpg"), ("1", "1", "2"))]
    assert [groups[0].kind(i) for i in range(3)] == [Duplicate.SAME, Duplicate.SAME, Duplicate.NEAR]
    write_duplicates(groups, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows[2] == {"group": "1", "path": "c.jpg", "duplicate": "nearly the same", "sha256": "2"}


@settings(max_examples=50)
@given(st.lists(st.sampled_from("abc"), max_size=8))
def test_every_image_with_a_copy_is_in_exactly_one_group(contents: list[str]) -> None:
    paths = [f"{i}.jpg" for i in range(len(contents))]
    groups = twins(paths, contents)
    inside = [path for group in groups for path in group.paths]
    assert sorted(inside) == [p for p, c in zip(paths, contents) if contents.count(c) > 1]
