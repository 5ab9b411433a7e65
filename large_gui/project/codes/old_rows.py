"""Codes that an earlier version kept in the index itself; each moves into a shard when it is first read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from large_gui.project.codes.inverted import Inverted
from large_gui.project.codes.shards import Shards
from large_gui.project.database import transaction

_CHUNK = 500  # keys per query; the lowest limit of SQLite is 999
_MOST_FREE = 0.75  # of the index's pages: then the file is made small again


class OldRows:
    """The table of codes of an earlier version.

    A batch of rows is written into shards and deleted here in one transaction, so a process that is killed
    meanwhile loses none. A disk that has no room for them is no error: then they stay, and are read here.
    """

    def __init__(self, db: sqlite3.Connection, shards: Shards) -> None:
        self._db, self._shards = db, shards

    def __bool__(self) -> bool:
        return self._db.execute("SELECT 1 FROM codes LIMIT 1").fetchone() is not None

    def take(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        """The codes of these images that are still here; they are moved."""
        found: dict[str, Inverted] = {}
        for start in range(0, len(shas) if self else 0, _CHUNK):
            part = shas[start : start + _CHUNK]
            if not self._count(part, model_key):
                continue
            try:
                found |= self._move(part, model_key)
            except (OSError, sqlite3.OperationalError):  # such as a full disk
                found |= self._read(part, model_key)
        return found

    def known(self, shas: Sequence[str], model_key: str) -> dict[str, tuple[float, tuple[str, ...]]]:
        """Inversion errors and flags of the codes of these images that are still here; none is moved."""
        found = {}
        for start in range(0, len(shas), _CHUNK):
            part = shas[start : start + _CHUNK]
            query = (
                f"SELECT sha, inversion_error, flags FROM codes WHERE encoder = ? AND sha IN ({_marks(part)})"
            )
            for sha, error, flags in self._db.execute(query, [model_key, *part]):
                with _as_damage():
                    item = Inverted.from_row(0, 0, b"", error, flags)
                found[sha] = item.inversion_error, item.flags
        return found

    def forget(self, shas: Sequence[str], model_key: str) -> int:
        """Delete the codes of these images; return how many. The index must be locked."""
        query = "DELETE FROM codes WHERE encoder = ? AND sha = ?"
        return sum(self._db.execute(query, (model_key, sha)).rowcount for sha in (shas if self else ()))

    def forget_all(self) -> int:
        """Delete all; return how many. The index must be locked."""
        return self._db.execute("DELETE FROM codes").rowcount

    def counts(self) -> dict[str, int]:
        """How many codes are still here, for each model key."""
        return dict(self._db.execute("SELECT encoder, count(*) FROM codes GROUP BY encoder"))

    def _count(self, shas: Sequence[str], model_key: str) -> int:
        query = f"SELECT count(*) FROM codes WHERE encoder = ? AND sha IN ({_marks(shas)})"
        return int(self._db.execute(query, [model_key, *shas]).fetchone()[0])

    def _read(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        query = (
            "SELECT sha, layers, width, code, inversion_error, flags FROM codes "
            f"WHERE encoder = ? AND sha IN ({_marks(shas)})"
        )
        found = {}
        for sha, *row in self._db.execute(query, [model_key, *shas]):
            with _as_damage():
                found[sha] = Inverted.from_row(*row)
        return found

    def _move(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        with transaction(self._db):
            items = self._read(shas, model_key)  # not before it is locked: they may just be cleared
            self._shards.put(model_key, items)
            self.forget(list(items), model_key)
        free, pages = (
            int(self._db.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("freelist_count", "page_count")
        )
        if free > _MOST_FREE * pages:
            with suppress(sqlite3.OperationalError):  # another process reads: the next time, then
                self._db.execute("VACUUM")
        return items


@contextmanager
def _as_damage() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, AttributeError) as error:
        raise sqlite3.DatabaseError(f"unexpected content: {error!r}") from error


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
