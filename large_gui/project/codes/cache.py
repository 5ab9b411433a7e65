"""A cache of codes in one SQLite file, by the content of the image and the key of the model.

The column that holds the model's key is called ``encoder``, because at first every model had one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from large_gui.project.codes.inverted import Inverted
from large_gui.project.codes.parts.folder import CodeFolder
from large_gui.project.database import Kind, connect, explained, transaction

__all__ = ["CodeCache", "Inverted", "Summary"]
_CHUNK = 500  # keys per query; the lowest limit of SQLite is 999
_SCHEMA = """
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
    (_SCHEMA,),
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

    def get_many(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        """The codes of a model that are in the cache, by SHA-256 of the image."""
        found: dict[str, Inverted] = {}
        with self._explained():
            for start in range(0, len(shas), _CHUNK):
                chunk = list(shas[start : start + _CHUNK])
                marks = ",".join("?" * len(chunk))
                query = (
                    "SELECT sha, layers, width, code, inversion_error, flags FROM codes "
                    f"WHERE encoder = ? AND sha IN ({marks})"
                )
                for sha, *row in self._db.execute(query, [model_key, *chunk]):
                    try:
                        found[sha] = Inverted.from_row(*row)
                    except (ValueError, TypeError, AttributeError) as error:
                        raise sqlite3.DatabaseError(f"unexpected content: {error!r}") from error
        for folder in self.beside.values():
            lacking = [sha for sha in shas if sha not in found]
            found.update(folder.get_many(lacking, model_key) if lacking else {})
        found.update({sha: self.instead[model_key, sha] for sha in shas if (model_key, sha) in self.instead})
        return found

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
        rows = [(sha, model_key, *item.as_row()) for sha, item in items.items()]
        with self._explained(), transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO codes VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def known_sha(self, path: str, size: int, mtime_ns: int) -> str | None:
        """SHA-256 of a file as last remembered; ``None`` if it is unknown or its size or time has changed."""
        with self._explained():
            row = self._db.execute(
                "SELECT sha FROM files WHERE path = ? AND size = ? AND mtime_ns = ?", (path, size, mtime_ns)
            ).fetchone()
        return str(row[0]) if row else None

    def remember_shas(self, files: Iterable[tuple[str, int, int, str]]) -> None:
        """Write ``(path, size, mtime_ns, sha256)`` of files in one transaction; each path has one row."""
        with self._explained(), transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", files)

    def summary(self) -> Summary:
        """Count the codes for each model key, and the images in each folder."""
        folders: Counter[str] = Counter()
        with self._explained():
            codes = dict(self._db.execute("SELECT encoder, count(*) FROM codes GROUP BY encoder ORDER BY 1"))
            for (path,) in self._db.execute("SELECT path FROM files ORDER BY path"):
                folders[str(Path(path).parent)] += 1
        return Summary(codes, dict(folders))

    def clear(self, folder: Path | None = None) -> int:
        """Delete all codes, or those of images that were read in a folder and below it; return how many.

        The codes of an image are deleted even if copies of it lie elsewhere. Deleted content is overwritten
        in the file.

        Raises
        ------
        InputError
            When the file can't be written; then nothing is deleted.
        """
        with self._explained():
            self._db.execute("PRAGMA secure_delete = ON")
            gone = 0
            with transaction(self._db):
                if folder is None:
                    gone = self._db.execute("DELETE FROM codes").rowcount
                    self._db.execute("DELETE FROM files")
                else:
                    rows = self._db.execute("SELECT path, sha FROM files").fetchall()
                    inside = [(path, sha) for path, sha in rows if Path(path).is_relative_to(folder)]
                    for _, sha in inside:
                        gone += self._db.execute("DELETE FROM codes WHERE sha = ?", (sha,)).rowcount
                    for path, _ in inside:
                        self._db.execute("DELETE FROM files WHERE path = ?", (path,))
            if folder is None:
                self._db.execute("VACUUM")  # so that the empty file is small
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log holds the codes too
        return gone

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
