"""Codes in files of their own: shards beside the index of a cache, and folders of Parquet parts."""

from __future__ import annotations

import uuid
from pathlib import Path
from unittest import mock

import numpy as np

from large_gui.project.codes.cache import CodeCache, Inverted, shards_folder
from large_gui.project.codes.parts.about import ABOUT, AboutCodes, agree
from large_gui.project.codes.parts.folder import CodeFolder
from large_gui.project.codes.parts.part_file import Row, write_part
from tests.fuzzing.targets.target import Target, tried

_KEY, _ID = "0123456789abcdef", uuid.UUID(int=1)
_SHAS = [digit * 64 for digit in "0123"]
_PARTS = (f"codes/{ABOUT}", "codes/part-00000.parquet", "codes/part-00001.parquet")
_SHARDS = (
    "codes.sqlite",
    f"codes.sqlite-codes/{_ID.hex}.codes",
    f"codes.sqlite-codes/{_ID.hex}.records",
)


def _write_parts(folder: Path, _number: int) -> None:
    about = AboutCodes("mine", _KEY, (2, 4), "/photos")
    agree(folder / "codes", about)
    code = np.arange(8, dtype=np.float32).reshape(2, 4)
    rows = [Row(f"{sha[0]}.jpg", sha, code, 0.5, ("unaligned",)) for sha in _SHAS]
    write_part(folder / "codes/part-00000.parquet", about, [*rows, Row("bad.jpg", why="it is empty")])
    write_part(folder / "codes/part-00001.parquet", about, [Row("e.jpg", "e" * 64, code / 3)])


def _read_parts(folder: Path) -> None:
    def look(codes: CodeFolder) -> None:
        for rows in codes.rows(codes=True):
            rows.as_rows()

    codes = tried(CodeFolder, folder / "codes")
    if codes is None:
        return
    try:
        tried(look, codes)
        tried(codes.get_many, [*_SHAS, "e" * 64], _KEY)
        tried(codes.known, _SHAS, _KEY)
        tried(lambda: list(codes.blocks(_SHAS, _KEY)))
    finally:
        codes.close()


def _write_shards(folder: Path, _number: int) -> None:
    path = folder / "codes.sqlite"
    with mock.patch("uuid.uuid4", return_value=_ID), CodeCache(path) as cache:
        codes = {sha: Inverted(np.ones((2, 4), np.float32), 0.5, ("unaligned",)) for sha in _SHAS}
        cache.put_many(_KEY, codes)
        cache.remember_shas([("/a/b.jpg", 10, 20, _SHAS[0])])
    assert shards_folder(path).name == "codes.sqlite-codes"


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


TARGETS = (
    Target("parts", _PARTS, _write_parts, _read_parts),
    Target("shards", _SHARDS, _write_shards, _read_shards),
)
