"""A cache of codes, by the content of the image and the key of the model.

An index in SQLite says which shards there are, and remembers the hashes of files. The codes lie in shards
beside it. The column that holds the model's key is called ``encoder``, because at first every model had one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from large_gui.project.codes.inverted import Inverted
from large_gui.project.codes.kept_distances import KeptDistances, Measure
from large_gui.project.codes.old_rows import OldRows
from large_gui.project.codes.parts.folder import CodeFolder
from large_gui.project.codes.shards import SCHEMA, Found, Shards
from large_gui.project.codes.source import Block, Known
from large_gui.project.database import Kind, connect, explained, transaction

__all__ = ["CodeCache", "Inverted", "Summary"]
_CHUNK = 500  # keys per query; the lowest limit of SQLite is 999
_FIRST = """
CREATE TABLE codes (
    sha TEXT NOT NULL, encoder TEXT NOT NULL, layers INTEGER NOT NULL, width INTEGER NOT NULL,
    code BLOB NOT NULL, inversion_error REAL, flags TEXT NOT NULL, PRIMARY KEY (sha, encoder)
);
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha TEXT NOT NULL
) WITHOUT ROWID;
"""
_KIND = Kind(
    "cache",
    (_FIRST, SCHEMA),
    synchronous="NORMAL",  # a power cut may cost the last batches; they are computed again
    when_damaged=(
        "Choose another file with --cache, or let `large-gui cache clear` begin the program's own anew."
    ),
    when_newer="Update the program, or choose another cache file.",
    application_id=0x4C474343,  # "LGCC"
    private=True,  # codes show what the people in photographs look like
    once_unmarked=True,
)


@dataclass(frozen=True)
class Summary:
    """The numbers of codes and images in a cache.

    Attributes
    ----------
    codes
        How many codes there are for each model key.
    folders
        How many images were read in each folder.
    """

    codes: dict[str, int]
    folders: dict[str, int]


def shards_folder(path: Path) -> Path:
    """The folder beside a cache's index in which its codes lie."""
    return path.with_name(f"{path.name}-codes")


class CodeCache:
    """Codes and file hashes in a SQLite file; several processes may use one file, each with its own instance.

    An instance belongs to the thread that opened it. Once `put_many` or `remember_shas` has returned, what it
    wrote is not lost if the process is killed.

    Parameters
    ----------
    path
        The file; it and its folder are made if they are missing.

    Attributes
    ----------
    beside
        Read-only folders of codes that are looked into for what the file lacks, by their path.
    instead
        Codes by model key and SHA-256, such as those of a project, that `get_many` returns instead of those
        in the file.

    Raises
    ------
    InputError
        When the file can't be opened, is damaged, or was written by a newer version. Every method may raise
        it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside: dict[Path, CodeFolder] = {}
        self.instead: Mapping[tuple[str, str], Inverted] = {}
        with self._explained():
            self._db = connect(path, _KIND)
            self._db.execute("PRAGMA secure_delete = ON")
        self._shards = Shards(self._db, shards_folder(path))
        self._old = OldRows(self._db, self._shards)
        self._kept = KeptDistances(self._shards.folder / "distances")

    def get_many(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        """The codes of a model that are in the cache, by SHA-256 of the image."""
        with self._explained():
            found = self._shards.get(list(dict.fromkeys(shas)), model_key)
            found |= self._old.take([sha for sha in shas if sha not in found], model_key)
        for folder in self.beside.values():
            found |= folder.get_many([sha for sha in shas if sha not in found], model_key)
        found.update({sha: self.instead[model_key, sha] for sha in shas if (model_key, sha) in self.instead})
        return found

    def known(self, shas: Sequence[str], model_key: str) -> Known:
        """Which of N images it has codes of, and what it knows of those beside the numbers."""
        with self._explained():
            found = self._shards.find(shas, model_key)
            there, flags = found.numbers >= 0, self._shards.flags_of(found)
            errors = np.where(there, found.records["error"], np.nan)
            lacking = np.flatnonzero(~there).tolist() if self._old else []
            old = self._old.known([shas[i] for i in lacking], model_key)
            for i in (i for i in lacking if shas[i] in old):
                there[i], (errors[i], flags[i]) = True, old[shas[i]]
        for folder in self.beside.values():
            places = np.flatnonzero(~there).tolist()
            its = folder.known([shas[i] for i in places], model_key)
            for j in np.flatnonzero(its.found).tolist():
                i = places[j]
                there[i], errors[i], flags[i] = True, its.inversion_error[j], its.flags[j]
        for i, item in self._replaced(shas, model_key):
            there[i], errors[i], flags[i] = True, item.inversion_error, item.flags
        return Known(there, errors, flags)

    def blocks(self, shas: Sequence[str], model_key: str) -> Iterator[Block]:
        """The codes of many images, some at a time, as `CodeSource.blocks`."""
        with self._explained():
            found = self._find(shas, model_key)
            yield from self._shards.blocks(found)
            yield from self._others(found, shas, model_key)

    def distances(
        self, shas: Sequence[str], model_key: str, marks: Sequence[str], measure: Measure,
        tick: Callable[[int], None] = lambda _: None,
    ) -> NDArray[np.float64]:  # fmt: skip
        """Distances ``(N, K)`` of images along K directions; NaN for an image whose code is not here.

        Distances that were measured before are kept, and only the others are measured.

        Parameters
        ----------
        marks
            For each direction a hash of all that decides distances along it, the code apart.
        measure
            Measures codes ``(n, L, D)`` along the directions of some numbers.
        tick
            Called with the number of images that have just been done.
        """
        table = np.full((len(shas), len(marks)), np.nan)
        with self._explained():
            found = self._find(shas, model_key)
            self._kept.fill(table, found, marks, measure, self._shards.blocks, tick)
            for places, codes in self._others(found, shas, model_key):
                table[places] = measure(codes, range(len(marks)))
                tick(len(places))
        return table

    def attach(self, folder: CodeFolder) -> None:
        """Look into a folder of codes, too, from now on."""
        self.beside[folder.path] = folder

    def put_many(self, model_key: str, items: Mapping[str, Inverted]) -> None:
        """Write codes of a model, by SHA-256 of the image, in one transaction; earlier ones are replaced.

        Raises
        ------
        InputError
            When they can't be written; then none of them is.
        ValueError
            When a code is not ``(L, D)`` or a flag has a ``;``.
        """
        for item in items.values():
            item.check()
        with self._explained(), transaction(self._db):
            self._shards.put(model_key, items)
            self._old.forget(list(items), model_key)

    def known_sha(self, path: str, size: int, mtime_ns: int) -> str | None:
        """SHA-256 of a file as last remembered; ``None`` if it is unknown or its size or time has changed."""
        return self.known_shas([(path, size, mtime_ns)])[0] or None

    def known_shas(self, files: Sequence[tuple[str, int, int]]) -> list[str]:
        """What `known_sha` says of each file ``(path, size, mtime_ns)``; empty where it is ``None``."""
        shas: list[str] = []
        with self._explained():
            for start in range(0, len(files), _CHUNK):
                part = files[start : start + _CHUNK]
                texts = [path for path, _, _ in part if _is_text(path)]
                marks = ",".join("?" * len(texts))
                query = f"SELECT path, size, mtime_ns, sha FROM files WHERE path IN ({marks})"
                known = {(path, size, time): sha for path, size, time, sha in self._db.execute(query, texts)}
                shas += (known.get(file, "") for file in part)
        return shas

    def remember_shas(self, files: Iterable[tuple[str, int, int, str]]) -> None:
        """Write ``(path, size, mtime_ns, sha256)`` of files in one transaction; each path has one row.

        Files whose path is not valid text are not remembered: a link may lead to one.
        """
        kept = (file for file in files if _is_text(file[0]))
        with self._explained(), transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", kept)

    def summary(self) -> Summary:
        """Count the codes for each model key, and the images in each folder."""
        folders: Counter[str] = Counter()
        with self._explained():
            codes = Counter(self._shards.counts()) + Counter(self._old.counts())
            for (path,) in self._db.execute("SELECT path FROM files ORDER BY path"):
                folders[str(_path(path).parent)] += 1
        return Summary(dict(sorted(codes.items())), dict(folders))

    def clear(self, folder: Path | None = None) -> int:
        """Delete all codes, or those of images that were read in a folder and below it; return how many.

        The codes of an image are deleted even if copies of it lie elsewhere. Deleted content is overwritten
        on the disk, and so are the distances that were measured of it.

        Raises
        ------
        InputError
            When a file can't be written. What was not deleted is still there, and can be deleted again.
        """
        with self._explained():
            with transaction(self._db):
                gone = self._clear_all() if folder is None else self._clear_below(folder)
            if folder is None:
                self._db.execute("VACUUM")  # so that the empty file is small
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log holds what was deleted too
        return gone

    def _clear_all(self) -> int:
        gone = sum(self._shards.counts().values()) + self._old.forget_all()
        self._shards.remove_all()
        self._kept.forget_all()
        self._db.execute("DELETE FROM files")
        with suppress(OSError):  # it isn't there, or holds files that are not ours
            self._shards.folder.rmdir()
        return gone

    def _clear_below(self, folder: Path) -> int:
        rows = self._db.execute("SELECT path, sha FROM files").fetchall()
        inside = {path: str(sha) for path, sha in rows if _path(path).is_relative_to(folder)}
        shas, gone = list(dict.fromkeys(inside.values())), 0
        for key in self._shards.model_keys():
            erased = self._shards.erase(shas, key)
            gone += sum(erased.values())
            for shard in erased:
                self._kept.forget(shard)
        for key in self._old.counts():
            gone += self._old.forget(shas, key)
        self._shards.remove_empty()
        self._db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in inside])
        return gone

    def _find(self, shas: Sequence[str], model_key: str) -> Found:
        """Where codes of images lie in shards, those left out that others are used for."""
        found = self._shards.find(shas, model_key)
        found.numbers[[i for i, _ in self._replaced(shas, model_key)]] = -1
        return found

    def _others(self, found: Found, shas: Sequence[str], model_key: str) -> Iterator[Block]:
        """The codes that were not found in shards: those to use instead, of an earlier version, or beside."""
        replaced = dict(self._replaced(shas, model_key))
        lacking = [i for i in np.flatnonzero(found.numbers < 0).tolist() if i not in replaced]
        yield from ((np.array([i], np.intp), item.code[None]) for i, item in replaced.items())
        for places in _chunks(lacking if self._old else []):
            old = self._old.take([shas[i] for i in places], model_key)
            there = [i for i in places if shas[i] in old]
            for shape in {old[shas[i]].code.shape for i in there}:
                alike = [i for i in there if old[shas[i]].code.shape == shape]
                yield np.array(alike, np.intp), np.stack([old[shas[i]].code for i in alike])
            lacking = [i for i in lacking if shas[i] not in old]
        for folder in self.beside.values():
            spots, seen = np.array(lacking, np.intp), np.zeros(len(lacking), np.bool_)
            for at, codes in folder.blocks([shas[i] for i in lacking], model_key):
                seen[at] = True
                yield spots[at], codes
            lacking = spots[~seen].tolist()

    def _replaced(self, shas: Sequence[str], model_key: str) -> list[tuple[int, Inverted]]:
        """The images for which another code is used, by their places."""
        if not self.instead:
            return []
        pairs = ((i, self.instead.get((model_key, sha))) for i, sha in enumerate(shas))
        return [(i, item) for i, item in pairs if item is not None]

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(self.path, _KIND):
            yield


def _chunks(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """Places of images, as many at a time as one query takes."""
    return (places[start : start + _CHUNK] for start in range(0, len(places), _CHUNK))


def _is_text(path: str) -> bool:
    """Whether a file's name is valid; a name of other bytes can't be in the cache, and not be asked for."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _path(kept: object) -> Path:
    """The path of an image as the table of files has it, which SQLite may hold as anything."""
    if not isinstance(kept, str):
        raise sqlite3.DatabaseError(f"unexpected content: a {type(kept).__name__} as a path")
    return Path(kept)
