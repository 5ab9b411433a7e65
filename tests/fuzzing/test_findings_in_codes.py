"""What the fuzzer found in shards of codes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache, Inverted

KEY, SHA = "0123456789abcdef", "a" * 64


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE shards SET layers = 9223372036854775807", "UPDATE shards SET width = 0",
        "UPDATE shards SET rows = -1", "UPDATE shards SET rows = 'x'", "UPDATE flags SET flags = x'ff'",
    ],
)  # fmt: skip
def test_what_an_index_says_of_its_shards_is_looked_at_first(tmp_path: Path, change: str) -> None:
    path = tmp_path / "codes.sqlite"
    with CodeCache(path) as cache:
        cache.put_many(KEY, {SHA: Inverted(np.ones((2, 4), np.float32), 0.5, ("unaligned",))})
    with closing(sqlite3.connect(path)) as db:
        db.executescript(change)
    with CodeCache(path) as cache, pytest.raises(InputError, match="damaged"):
        cache.get_many([SHA], KEY)
