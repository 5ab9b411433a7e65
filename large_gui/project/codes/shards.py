"""All shards of a cache: they lie in a folder beside its index, which says how many rows of each count.

Whoever writes holds the lock of the index, an IMMEDIATE transaction. Rows are on the disk before the index
counts them, and a row that is overwritten is no code before it is; a reader compares each record after it has
read the row, so it never takes one for a code that another process overwrites at that moment.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.project.codes.inverted import Inverted
from large_gui.project.codes.lookup import Digests, Lookup, digests
from large_gui.project.codes.shard import ENDINGS, LIVE, RECORD, Records, Shard, erase_file
from large_gui.project.codes.source import Block

SCHEMA = """
CREATE TABLE shards (
    id TEXT PRIMARY KEY, encoder TEXT NOT NULL, layers INTEGER NOT NULL, width INTEGER NOT NULL,
    half INTEGER NOT NULL, rows INTEGER NOT NULL
);
CREATE TABLE flags (id INTEGER PRIMARY KEY, flags TEXT NOT NULL UNIQUE);
"""
_AT_ONCE = 4 << 20  # bytes of codes in memory while many are read
_NAME = re.compile(r"([0-9a-f]{32})\.\w+")


@dataclass(frozen=True, eq=False)
class Found:
    """Where the codes of N images lie.

    Attributes
    ----------
    digests
        ``(N, 4)``: the hashes that were looked for.
    numbers, rows
        ``(N,)``: which of the shards, -1 for none, and which of its rows.
    records
        ``(N,)``: the records of the rows.
    """

    shards: list[Shard]
    digests: Digests
    numbers: NDArray[np.int64]
    rows: NDArray[np.int64]
    records: Records


class Shards:
    """The shards in a folder.

    Parameters
    ----------
    db
        The index, with the tables of `SCHEMA`.
    folder
        Where the files are; it is made with the first of them.
    """

    def __init__(self, db: sqlite3.Connection, folder: Path) -> None:
        self._db, self.folder = db, folder
        self._lookups: dict[str, Lookup] = {}
        self._flags: dict[int, tuple[str, ...]] = {}

    def find(self, shas: Sequence[str], model_key: str) -> Found:
        """Where the codes of images lie; what it says was read just now."""
        lookup, wanted = self._lookup(model_key), digests(shas)
        numbers, rows = lookup.find(wanted)
        records = np.zeros(len(shas), RECORD)
        for number in np.unique(numbers[numbers >= 0]).tolist():
            at = np.flatnonzero(numbers == number)
            at = at[np.argsort(rows[at], kind="stable")]
            records[at] = lookup.shards[number].records_of(rows[at])
        numbers[~_is(records, wanted)] = -1
        return Found(lookup.shards, wanted, numbers, rows, records)

    def flags_of(self, found: Found) -> list[tuple[str, ...]]:
        """The flags of each image; none where it has no code."""
        ids = np.where(found.numbers >= 0, found.records["flags"], 0)
        if any(int(i) not in self._flags for i in np.unique(ids)):
            query = "SELECT id, flags FROM flags"
            self._flags = {
                int(i): tuple(_text(t).split(";")) if t else () for i, t in self._db.execute(query)
            }
        return [self._flags.get(i, ()) for i in ids.tolist()]

    def blocks(self, found: Found, at: NDArray[np.intp] | None = None) -> Iterator[Block]:
        """Codes of the images that were found, or only of those at some places, as `CodeSource.blocks`."""
        wanted = np.flatnonzero(found.numbers >= 0) if at is None else at[found.numbers[at] >= 0]
        for number in np.unique(found.numbers[wanted]):
            shard = found.shards[number]
            here = wanted[found.numbers[wanted] == number]
            here = here[np.argsort(found.rows[here], kind="stable")]
            step = max(1, _AT_ONCE // shard.row_bytes)
            room = np.empty((min(step, len(here)), shard.layers, shard.width), shard.dtype)
            with shard.opened() as file:
                for start in range(0, len(here) if file is not None else 0, step):
                    places = here[start : start + step]
                    codes, rows = room[: len(places)], found.rows[places]
                    assert file is not None
                    count = shard.read(file, rows, codes)
                    good = _is(shard.records_of(rows), found.digests[places])
                    good[count:] = False
                    yield (places, codes) if good.all() else (places[good], codes[good])

    def put(self, model_key: str, items: Mapping[str, Inverted]) -> None:
        """Write codes; those of images that are there already are replaced. The index must be locked."""
        known = self.get(list(items), model_key)
        new = {sha: item for sha, item in items.items() if not (sha in known and _same(known[sha], item))}
        self.erase([sha for sha in new if sha in known], model_key)
        groups: dict[tuple[int, int, bool], list[str]] = {}
        for sha, item in new.items():
            groups.setdefault((*item.code.shape, fits_half(item.code)), []).append(sha)
        for (layers, width, half), shas in groups.items():
            records = np.zeros(len(shas), RECORD)
            records["sha"], records["state"] = digests(shas), LIVE
            records["error"] = [new[sha].inversion_error for sha in shas]
            records["flags"] = [self._flag_id(";".join(new[sha].flags)) for sha in shas]
            codes = np.stack([new[sha].code for sha in shas])
            while len(records):
                shard, rows = self._open(model_key, layers, width, half)
                n = min(len(records), shard.room - rows)
                shard.append(rows, codes[:n], records[:n])
                self._db.execute("UPDATE shards SET rows = ? WHERE id = ?", (rows + n, shard.id))
                codes, records = codes[n:], records[n:]

    def get(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        """The codes of some images, as `CodeSource.get_many`."""
        found = self.find(shas, model_key)
        flags, errors = self.flags_of(found), found.records["error"]
        return {
            shas[i]: Inverted(code, float(errors[i]), flags[i])
            for places, codes in self.blocks(found)
            for i, code in zip(places.tolist(), codes.astype(np.float32))
        }

    def erase(self, shas: Sequence[str], model_key: str) -> dict[str, int]:
        """Overwrite the codes of images; return how many in which shard. The index must be locked."""
        found, erased = self.find(shas, model_key), {}
        for number, shard in enumerate(found.shards):
            rows = np.unique(found.rows[found.numbers == number])
            if len(rows):
                shard.erase(rows)
                erased[shard.id] = len(rows)
        return erased

    def remove_empty(self) -> None:
        """Remove the shards in which no code is left. The index must be locked."""
        for key in self.model_keys():
            for shard, rows in self._listed(key):
                if rows and shard.whole() >= rows and not (shard.records(0, rows)["state"] == LIVE).any():
                    shard.remove()
                    self._db.execute("DELETE FROM shards WHERE id = ?", (shard.id,))

    def counts(self) -> dict[str, int]:
        """How many codes there are for each model key."""
        counts = {}
        for key in self.model_keys():
            n = sum(
                int((shard.records(0, min(rows, shard.whole()))["state"] == LIVE).sum())
                for shard, rows in self._listed(key)
            )
            if n:
                counts[key] = n
        return counts

    def model_keys(self) -> list[str]:
        """The keys of the models that have shards."""
        return [key for (key,) in self._db.execute("SELECT DISTINCT encoder FROM shards ORDER BY 1")]

    def remove_all(self) -> None:
        """Overwrite and remove every shard. The index must be locked."""
        self._remove_files(set())
        self._db.execute("DELETE FROM shards")
        self._db.execute("DELETE FROM flags")
        self._lookups, self._flags = {}, {}

    def _lookup(self, model_key: str) -> Lookup:
        lookup = self._lookups.setdefault(model_key, Lookup())
        lookup.refresh(self._listed(model_key))
        return lookup

    def _listed(self, model_key: str) -> list[tuple[Shard, int]]:
        query = "SELECT id, layers, width, half, rows FROM shards WHERE encoder = ? ORDER BY rowid"
        listed = []
        for name, *numbers in self._db.execute(query, (model_key,)):
            good = all(isinstance(number, int) and 0 <= number < 1 << 31 for number in numbers)
            if not good or not all(numbers[:2]) or not _NAME.fullmatch(f"{name}.x"):
                raise sqlite3.DatabaseError(f"unexpected content: {name!r} {numbers}")
            layers, width, half, rows = numbers
            listed.append((Shard(self.folder, name, layers, width, bool(half)), rows))
        return listed

    def _open(self, model_key: str, layers: int, width: int, half: bool) -> tuple[Shard, int]:
        """A shard with room for more, and how many rows it has; one that was changed underneath is left."""
        for shard, rows in reversed(self._listed(model_key)):
            like = (shard.layers, shard.width, shard.half) == (layers, width, half)
            if like and rows < shard.room and shard.whole() >= rows:
                return shard, rows
        self.folder.parent.mkdir(parents=True, exist_ok=True)  # somebody may have deleted it meanwhile
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._remove_files({str(i) for (i,) in self._db.execute("SELECT id FROM shards")})
        shard = Shard.new(self.folder, layers, width, half=half)
        self._db.execute(
            "INSERT INTO shards VALUES (?, ?, ?, ?, ?, 0)", (shard.id, model_key, layers, width, half)
        )
        return shard, 0

    def _remove_files(self, kept: set[str]) -> None:
        """Remove the shards that the index doesn't know: a process was killed while it made them."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            name = _NAME.fullmatch(path.name)
            if name and name[1] not in kept and path.suffix in ENDINGS and path.is_file():
                erase_file(path)

    def _flag_id(self, flags: str) -> int:
        self._db.execute("INSERT OR IGNORE INTO flags (flags) VALUES (?)", (flags,))
        return int(self._db.execute("SELECT id FROM flags WHERE flags = ?", (flags,)).fetchone()[0])


def _text(kept: object) -> str:
    if not isinstance(kept, str):
        raise sqlite3.DatabaseError(f"unexpected content: a {type(kept).__name__} as flags")
    return kept


def fits_half(code: NDArray[np.float32]) -> bool:
    """Whether every number of a code is one of float16, so that nothing of it is lost there."""
    with np.errstate(over="ignore"):
        return bool(np.array_equal(code.astype(np.float16).astype(np.float32), code, equal_nan=True))


def _is(records: Records, wanted: Digests) -> NDArray[np.bool_]:
    """Whether each record is that of a code of the image of this hash."""
    return np.asarray((records["state"] == LIVE) & (records["sha"] == wanted).all(1))


def _same(one: Inverted, other: Inverted) -> bool:
    errors = np.array([one.inversion_error, other.inversion_error])
    return (
        one.flags == other.flags
        and np.array_equal(errors[:1], errors[1:], equal_nan=True)
        and np.array_equal(one.code, other.code, equal_nan=True)
    )
