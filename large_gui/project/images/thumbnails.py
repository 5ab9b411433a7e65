"""A cache of thumbnails in one SQLite file of bounded size."""

from __future__ import annotations

import io
import logging
import math
import os
import sqlite3
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.errors import InputError
from large_gui.project.database import Kind, connect, is_damage, transaction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOG = logging.getLogger(__name__)
_QUALITY = 88  # quality of the JPEGs
_ROOM = 0.8  # share of the bound that thumbnails still take after some were dropped
_LATEST = 1 << 62  # the largest clock; SQLite has no number above 2 ** 63 - 1
_BATCH = 256  # uses that are written at once; the last ones are lost if the process is killed
# With the index, SQLite finds the number of bytes and the oldest thumbnails without reading the JPEGs.
_SCHEMA = """
CREATE TABLE thumbnails (
    path BLOB NOT NULL, side INTEGER NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    used INTEGER NOT NULL, bytes INTEGER NOT NULL, jpeg BLOB NOT NULL, PRIMARY KEY (path, side)
);
CREATE INDEX by_use ON thumbnails (used, bytes)
"""
_KIND = Kind(
    "cache of thumbnails", (_SCHEMA,), "OFF", when_damaged="", when_newer="", application_id=0x4C475454,
    private=True,
)  # fmt: skip
_DROP = """
DELETE FROM thumbnails WHERE rowid IN (
    SELECT rowid FROM (
        SELECT rowid, sum(bytes) OVER (ORDER BY used DESC, rowid DESC) AS kept FROM thumbnails
    ) WHERE kept > ?
)
"""

_Key = tuple[bytes, int]
_Version = tuple[int, int]


class ThumbnailStore:
    """Small versions of images, by path, size and time; any number of threads may use it.

    It is only a cache: if something is wrong with its file, that is logged and the images are read instead.
    One connection behind a lock serves all threads, because pools start new threads, each of which would open
    another connection. Images are read and decoded outside the lock.

    Parameters
    ----------
    path
        The file; it and its folder are made if they are missing.
    max_bytes
        Bound on the stored JPEGs; beyond it the least recently used are dropped. ``None`` drops nothing:
        whoever has the file open for longer does.
    """

    def __init__(self, path: Path, max_bytes: int | None = None) -> None:
        self.path = path
        self._max_bytes = math.inf if max_bytes is None else max_bytes
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._opened = False
        self._bytes = 0  # never less than what is stored; it is counted again when it passes the bound
        self._clock = 0
        self._used: dict[_Key, int] = {}

    def thumbnail(self, path: Path, side: int) -> NDArray[np.uint8]:
        """The image ``(H, W, 3)``, shrunk so that its longest side is at most ``side``.

        Raises
        ------
        ImageError
            When the file can't be read, even if its thumbnail is in the cache.
        """
        import numpy as np
        from PIL import Image

        from large_gui.project.images.read import read_image

        try:
            status = path.stat()
        except OSError:
            return read_image(path, side)  # raises an error that says what is wrong
        key = (os.fsencode(path.absolute()), side)
        version = (status.st_size, status.st_mtime_ns)
        known = self._get(key, version)
        if known is not None:
            try:
                with Image.open(io.BytesIO(known), formats=("JPEG",)) as image:
                    return np.array(image.convert("RGB"))
            except (OSError, ValueError, SyntaxError, LookupError, TypeError, struct.error) as error:
                _LOG.warning("the thumbnail of %s in %s is damaged: %r", path, self.path, error)
        pixels = read_image(path, side)
        packed = io.BytesIO()
        Image.fromarray(pixels).save(packed, "JPEG", quality=_QUALITY)
        self._put(key, version, packed.getvalue())
        return pixels

    def keep_at_most(self, max_bytes: int) -> None:
        """Set another bound; what is beyond it is dropped now."""
        with self._lock:
            self._max_bytes = max_bytes
            try:
                if self._db is not None and self._bytes > max_bytes:
                    self._drop(self._db)
            except sqlite3.Error as error:
                self._give_up(error)

    def clear(self) -> None:
        """Delete every thumbnail, and give the room on the disk back."""
        with self._lock:
            try:
                db = self._connection()
                if db is None:
                    return
                self._used = {}
                with transaction(db):
                    db.execute("DELETE FROM thumbnails")
                self._bytes = 0
                db.execute("VACUUM")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                self._give_up(error)

    def close(self) -> None:
        """Close the file; images are read without it from then on. A second call does nothing."""
        with self._lock:
            try:
                if self._db is not None:
                    self._write_uses(self._db)
            except sqlite3.Error as error:
                _LOG.warning("the thumbnails %s can't be written: %r", self.path, error)
            finally:
                self._forget()
                self._opened = True

    def _get(self, key: _Key, version: _Version) -> bytes | None:
        query = "SELECT jpeg FROM thumbnails WHERE path = ? AND side = ? AND size = ? AND mtime_ns = ?"
        with self._lock:
            try:
                db = self._connection()
                row = None if db is None else db.execute(query, (*key, *version)).fetchone()
                if db is None or row is None:
                    return None
                self._clock += 1
                self._used[key] = self._clock
                if len(self._used) >= _BATCH:
                    self._write_uses(db)
            except sqlite3.Error as error:
                self._give_up(error)
                return None
        jpeg: bytes = row[0]
        return jpeg

    def _put(self, key: _Key, version: _Version, jpeg: bytes) -> None:
        insert = "INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?, ?, ?, ?, ?)"
        with self._lock:
            try:
                db = self._connection()
                if db is None:
                    return
                self._clock += 1
                self._used.pop(key, None)
                db.execute(insert, (*key, *version, self._clock, len(jpeg), jpeg))
                self._bytes += len(jpeg)
                if self._bytes > self._max_bytes:
                    self._drop(db)
            except sqlite3.Error as error:
                self._give_up(error)

    def _drop(self, db: sqlite3.Connection) -> None:
        self._write_uses(db)
        with transaction(db):
            self._bytes = _total(db)
            if self._bytes > self._max_bytes:
                db.execute(_DROP, (int(_ROOM * self._max_bytes),))
                self._bytes = _total(db)

    def _write_uses(self, db: sqlite3.Connection) -> None:
        rows = [(used, *key) for key, used in self._used.items()]
        self._used = {}
        if rows:
            with transaction(db):
                db.executemany("UPDATE thumbnails SET used = ? WHERE path = ? AND side = ?", rows)

    def _connection(self) -> sqlite3.Connection | None:
        """The open file; ``None`` if it can't be used. Opening it is tried once."""
        if not self._opened:
            self._opened = True
            try:
                self._open()
            except (sqlite3.Error, OSError, InputError) as error:
                self._give_up(error)
        return self._db

    def _open(self) -> None:
        self._db = connect(self.path, _KIND, shared=True)
        self._bytes = _total(self._db)
        newest = self._db.execute("SELECT CAST(max(used) AS INTEGER) FROM thumbnails").fetchone()[0] or 0
        self._clock = min(newest, _LATEST)  # SQLite holds anything in a column of numbers

    def _give_up(self, error: Exception) -> None:
        """Go on without the file, or with a new one if the old one is damaged."""
        self._forget()
        if not is_damage(error):
            _LOG.warning("the thumbnails %s are not used any more: %r", self.path, error)
            return
        _LOG.warning("the thumbnails %s are damaged and begun anew: %r", self.path, error)
        try:
            for ending in ("-wal", "-shm", ""):  # SQLite would take an old log for the new file's
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
            self._open()
        except (sqlite3.Error, OSError, InputError) as again:
            self._forget()
            _LOG.warning("the thumbnails %s are not used any more: %r", self.path, again)

    def _forget(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db, self._used = None, {}


def _total(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(sum(bytes), 0) FROM thumbnails").fetchone()[0])
