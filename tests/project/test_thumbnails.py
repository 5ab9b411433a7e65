"""Thumbnails are kept while the file is the same, and never in the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from large_gui.errors import ImageError
from large_gui.project.images import read as images
from large_gui.project.images.thumbnails import ThumbnailStore
from tests.conftest import SAMPLES


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The images that were read, not taken from the store."""
    read, seen = images.read_image, []

    def noted(path: Path, bound: int) -> Any:
        seen.append(path)
        return read(path, bound)

    monkeypatch.setattr(images, "read_image", noted)
    return seen


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return Path(shutil.copy(next(SAMPLES.glob("*.jpg")), tmp_path / "photo.jpg"))


def photos(tmp_path: Path, n: int) -> list[Path]:
    """Noise, so that all thumbnails are about as large."""
    rng = np.random.default_rng(0)
    paths = [tmp_path / f"{i}.png" for i in range(n)]
    for path in paths:
        Image.fromarray(rng.integers(0, 256, (64, 64, 3), np.uint8)).save(path)
    return paths


def query(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as db, db:
        return db.execute(sql).fetchall()


def test_who_draws_a_few_pictures_drops_none_of_the_others(tmp_path: Path) -> None:
    file, many = tmp_path / "thumbs.sqlite", photos(tmp_path, 12)
    store = ThumbnailStore(file, 1 << 30)
    for path in many:
        store.thumbnail(path, 64)
    store.close()
    store = ThumbnailStore(file)
    store.thumbnail(many[0], 32)
    store.close()
    assert query(file, "SELECT COUNT(*) FROM thumbnails") == [(13,)]


def test_a_thumbnail_is_kept_until_the_file_changes(tmp_path: Path, photo: Path, reads: list[Path]) -> None:
    file = tmp_path / "new" / "thumbs.sqlite"
    store = ThumbnailStore(file)
    first = store.thumbnail(photo, 64)
    assert max(first.shape) == 64
    assert first.dtype == np.uint8
    store.close()
    store = ThumbnailStore(file)
    again = store.thumbnail(photo, 64)
    assert len(reads) == 1
    assert again.shape == first.shape
    assert again.flags.writeable
    assert np.abs(again.astype(int) - first).mean() < 8
    store.thumbnail(photo, 32)
    assert len(reads) == 2
    os.utime(photo, ns=(1, 1))
    store.thumbnail(photo, 64)
    assert len(reads) == 3
    Image.new("RGB", (8, 8), "red").save(photo)
    os.utime(photo, ns=(1, 1))
    assert store.thumbnail(photo, 64).shape == (8, 8, 3)
    assert len(reads) == 4
    assert query(file, "SELECT count(*) FROM thumbnails") == [(2,)]
    store.close()


def test_what_cannot_be_read_raises_as_read_image_does(tmp_path: Path, photo: Path) -> None:
    store = ThumbnailStore(tmp_path / "thumbs.sqlite")
    store.thumbnail(photo, 64)
    photo.unlink()
    (tmp_path / "text.jpg").write_text("text")
    for path in (photo, tmp_path / "text.jpg", tmp_path):
        with pytest.raises(ImageError) as wanted:
            images.read_image(path, 64)
        with pytest.raises(ImageError) as caught:
            store.thumbnail(path, 64)
        assert str(caught.value) == str(wanted.value)
    store.close()


def test_the_least_recently_used_are_dropped(tmp_path: Path, reads: list[Path]) -> None:
    paths = photos(tmp_path, 24)
    file = tmp_path / "thumbs.sqlite"
    store = ThumbnailStore(file)
    store.thumbnail(paths[0], 64)
    store.close()
    ((one,),) = query(file, "SELECT bytes FROM thumbnails")
    bound = 11 * one
    for _ in range(2):  # the order of use outlives the store
        store = ThumbnailStore(file, bound)
        for path in paths[:10]:
            store.thumbnail(path, 64)
        store.thumbnail(paths[2], 64)
        store.close()
    store = ThumbnailStore(file, bound)
    store.thumbnail(paths[0], 64)
    for path in paths[10:12]:
        store.thumbnail(path, 64)
    kept = {Path(os.fsdecode(row[0])) for row in query(file, "SELECT path FROM thumbnails")}
    assert kept >= {paths[0], paths[2], paths[11]}
    assert paths[1] not in kept
    ((total,),) = query(file, "SELECT sum(length(jpeg)) FROM thumbnails")
    assert 0.6 * bound < total <= 0.8 * bound
    reads.clear()
    store.thumbnail(paths[2], 64)
    assert not reads
    for path in paths * 2:
        store.thumbnail(path, 64)
        assert query(file, "SELECT sum(bytes) FROM thumbnails")[0][0] <= bound
    store.close()
    assert file.stat().st_size < 3 * bound


def test_an_image_beyond_the_bound(tmp_path: Path, photo: Path) -> None:
    store = ThumbnailStore(tmp_path / "thumbs.sqlite", max_bytes=100)
    for _ in range(2):
        assert max(store.thumbnail(photo, 64).shape) == 64
    store.close()


def test_many_reads_cost_few_writes(tmp_path: Path, photo: Path) -> None:
    file = tmp_path / "thumbs.sqlite"
    store = ThumbnailStore(file)
    store.thumbnail(photo, 32)
    with closing(sqlite3.connect(file)) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        for _ in range(50):
            store.thumbnail(photo, 32)
        assert other.execute("PRAGMA data_version").fetchone() == before
    store.close()


@pytest.mark.parametrize("content", [b"rubbish" * 1000, b"SQLite format 3\0" + b"\x55" * 9000])
def test_a_damaged_file_is_begun_anew(
    tmp_path: Path, photo: Path, content: bytes, reads: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "thumbs.sqlite"
    file.write_bytes(content)
    (tmp_path / "thumbs.sqlite-wal").write_bytes(b"old log")
    store = ThumbnailStore(file)
    for _ in range(2):
        assert store.thumbnail(photo, 32).shape[2] == 3
    assert len(reads) == 1
    assert "damaged" in caplog.text
    store.close()


def test_a_file_that_is_torn_while_in_use(tmp_path: Path, photo: Path, reads: list[Path]) -> None:
    file = tmp_path / "thumbs.sqlite"
    store = ThumbnailStore(file)
    for path in photos(tmp_path, 12):
        store.thumbnail(path, 64)
    store.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\x55" * len(content[4096:])
    file.write_bytes(content)
    store = ThumbnailStore(file)
    reads.clear()
    for _ in range(3):
        assert store.thumbnail(photo, 32).shape[2] == 3
    assert 1 <= len(reads) <= 2
    store.close()


@pytest.mark.parametrize("jpeg", ["x''", "x'ffd8'", "'text'", "substr(jpeg, 1, 600)"])
def test_a_damaged_thumbnail_is_made_again(
    tmp_path: Path, photo: Path, jpeg: str, reads: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "thumbs.sqlite"
    store = ThumbnailStore(file)
    first = store.thumbnail(photo, 64)
    query(file, f"UPDATE thumbnails SET jpeg = {jpeg}")
    np.testing.assert_array_equal(store.thumbnail(photo, 64), first)
    store.thumbnail(photo, 64)
    assert len(reads) == 2
    assert "damaged" in caplog.text
    store.close()


def test_a_place_that_cannot_be_used_is_bypassed(
    tmp_path: Path, photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    query(tmp_path / "foreign", "CREATE TABLE thumbnails (mine)")
    before = (tmp_path / "foreign").read_bytes()
    for file in (tmp_path / "file" / "thumbs.sqlite", tmp_path, tmp_path / "foreign"):
        store = ThumbnailStore(file)
        for _ in range(3):
            assert store.thumbnail(photo, 32).shape[2] == 3
        store.close()
        assert len(caplog.records) == 1
        caplog.clear()
    assert (tmp_path / "foreign").read_bytes() == before


def test_a_full_disk_is_bypassed(tmp_path: Path, photo: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "thumbs.sqlite"
    store = ThumbnailStore(file)
    store.thumbnail(photo, 32)
    assert store._db is not None
    store._db.execute("PRAGMA max_page_count = 1")
    for path in photos(tmp_path, 3):
        assert store.thumbnail(path, 64).shape == (64, 64, 3)
    assert "not used any more" in caplog.text
    store.close()
    assert query(file, "SELECT count(*) FROM thumbnails") == [(1,)]


def test_threads_share_it(tmp_path: Path, reads: list[Path]) -> None:
    paths = photos(tmp_path, 12)
    store = ThumbnailStore(tmp_path / "thumbs.sqlite", max_bytes=20_000)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda path: store.thumbnail(path, 48), paths * 10))
    assert all(pixels.shape == (48, 48, 3) for pixels in found)
    store.close()
    store.close()
    reads.clear()
    assert store.thumbnail(paths[0], 48).shape == (48, 48, 3)
    assert reads == [paths[0]]


def test_closing_while_threads_read(tmp_path: Path) -> None:
    paths = photos(tmp_path, 6)
    store = ThumbnailStore(tmp_path / "thumbs.sqlite")
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(store.thumbnail, path, 48) for path in paths * 5]
        waiting[3].result()
        store.close()
    assert all(future.result().shape == (48, 48, 3) for future in waiting)


def test_two_windows_share_it(tmp_path: Path, reads: list[Path]) -> None:
    paths = photos(tmp_path, 6)
    one, two = (ThumbnailStore(tmp_path / "thumbs.sqlite") for _ in range(2))
    for path in paths:
        one.thumbnail(path, 48)
        two.thumbnail(path, 48)
    assert len(reads) == 6
    one.close()
    two.close()


def test_a_name_that_is_not_utf8(tmp_path: Path, photo: Path, reads: list[Path]) -> None:
    odd = tmp_path / os.fsdecode(b"\xff.jpg")
    try:
        photo.rename(odd)
    except OSError:
        pytest.skip("such names are not allowed here")
    store = ThumbnailStore(tmp_path / "thumbs.sqlite")
    for _ in range(2):
        store.thumbnail(odd, 32)
    assert len(reads) == 1
    store.close()
