"""The codes of a cache: shards beside its index."""

from __future__ import annotations

import uuid
from pathlib import Path
from unittest import mock

import numpy as np

from large_gui.project.codes.cache import CodeCache, Inverted
from tests.fuzzing.targets.target import Target, tried

_KEY, _ID = "0123456789abcdef", uuid.UUID(int=1)
_SHAS = [digit * 64 for digit in "0123"]
_SHARDS = (
    "codes.sqlite",
    f"codes.sqlite-codes/{_ID.hex}.codes",
    f"codes.sqlite-codes/{_ID.hex}.records",
)


def _write_shards(folder: Path, _number: int) -> None:
    path = folder / "codes.sqlite"
    with mock.patch("uuid.uuid4", return_value=_ID), CodeCache(path) as cache:
        codes = {sha: Inverted(np.ones((2, 4), np.float32), 0.5, ("unaligned",)) for sha in _SHAS}
        cache.put_many(_KEY, codes)
        cache.remember_shas([("/a/b.jpg", 10, 20, _SHAS[0])])


def _read_shards(folder: Path) -> None:
    cache = tried(CodeCache, folder / "codes.sqlite")
    if cache is None:
        return
    try:
        tried(cache.get_many, [*_SHAS, "f" * 64], _KEY)
        tried(cache.known, _SHAS, _KEY)
        tried(lambda: list(cache.blocks(_SHAS, _KEY)))
        tried(cache.summary)
        tried(cache.put_many, _KEY, {"f" * 64: Inverted(np.ones((2, 4), np.float32))})
        tried(cache.clear, Path("/a"))
        tried(cache.clear)
    finally:
        cache.close()


TARGETS = (Target("shards", _SHARDS, _write_shards, _read_shards),)
