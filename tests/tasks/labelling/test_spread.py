"""Images to label while there is no direction: they differ, and few of them are held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from large_gui.core.choices import Flag
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.tasks.labelling import spread
from large_gui.tasks.labelling.spread import spread_out

KEY, SHAPE = "model", (3, 40)
MODEL: Any = SimpleNamespace(key=KEY, shape=SHAPE)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CodeCache]:
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        yield cache


def heaps(cache: CodeCache, count: int = 6, each: int = 50) -> list[str]:
    """Images in heaps far from each other; the name of an image begins with its heap."""
    rng = np.random.default_rng(0)
    codes = {}
    for heap in range(count):
        centre = 10 * rng.normal(size=SHAPE)
        for i in range(each):
            code = (centre + rng.normal(size=SHAPE)).astype(np.float32)
            codes[f"{heap}-{i:02}"] = Inverted(code, 1.0, ())
    cache.put_many(KEY, codes)
    return list(codes)


def choose(names: list[str], labelled: list[str], count: int, cache: CodeCache) -> list[str]:
    return spread_out(names, labelled, count, MODEL, cache, SilentReporter())


def test_every_kind_of_image_comes_before_any_comes_twice(cache: CodeCache) -> None:
    names = heaps(cache)
    found = choose(names, [], 6, cache)
    assert {name[0] for name in found} == set("012345")
    assert found == choose(names[::-1], [], 6, cache), "the order of the folder does not matter"


def test_what_is_labelled_need_not_be_labelled_again(cache: CodeCache) -> None:
    names = heaps(cache)
    found = choose(names, ["2-07", "4-01"], 4, cache)
    assert {name[0] for name in found} == set("0135")


def test_images_without_a_code_or_a_face_are_left_out(cache: CodeCache) -> None:
    names = heaps(cache, 2, 3)
    odd = Inverted(np.full(SHAPE, 99, np.float32), 1.0, (Flag.UNALIGNED,))
    cache.put_many(KEY, {"odd": odd})
    found = choose([*names, "odd", "unknown", "", names[0]], [], 20, cache)
    assert set(found) <= set(names) and len(found) == len(set(found)) >= 5
    with pytest.raises(InputError, match="measured"):
        choose(["unknown", ""], [], 5, cache)


def test_of_very_many_images_some_are_looked_at(cache: CodeCache, monkeypatch: pytest.MonkeyPatch) -> None:
    names = heaps(cache)
    monkeypatch.setattr(spread, "_MOST", 60)
    assert {name[0] for name in choose(names, [], 6, cache)} == set("012345")
