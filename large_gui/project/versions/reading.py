"""Open a file that can't or must not be changed: its content is taken into memory, and read there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.database import (
    BUSY_SECONDS,
    BoundedConnection,
    Kind,
    NewerVersion,
    check,
    compare_schema,
    connect,
    pragma,
    read_header,
    refuse_foreign,
    schema,
    strange,
    take_steps,
)
from large_gui.project.versions.kept import KEPT, NotKept

# Primary codes of SQLite for a file or a folder that can't be written, or a disk that is full.
_CANT_WRITE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_LOGS = ("-wal", "-journal")  # what holds changes that are not in the file yet, or are to be taken back


def read_only(path: Path, kind: Kind) -> tuple[sqlite3.Connection, InputError | None]:
    """Open a file that is there, only to read it as it is now; no byte of it changes.

    Returns
    -------
    As `open_or_read` does.

    Raises
    ------
    sqlite3.Error, OSError, InputError
        When it can't be read.
    """
    newer = kind.is_newer(read_header(path))
    why = f"This {kind.what} was opened to be read."
    return _read(path, kind), _newer(kind) if newer else InputError(why)


def open_or_read(path: Path, kind: Kind) -> tuple[sqlite3.Connection, InputError | None]:
    """Open a file to change it, as `connect` does, or only to read it where that is not possible.

    A file is only read, and no byte of it and of its folder changes, if it was written by a newer version
    that has kept the tables of this one, lies where nothing can be written, is of an older version and can't
    be kept as it was, or is a copy that was kept so.

    Returns
    -------
    The connection, and the error that says why nothing may be changed (`NewerVersion` for a newer file);
    ``None`` if it may.

    Raises
    ------
    sqlite3.Error, OSError, InputError
        When it can't be opened at all, as `connect` raises them.
    """
    if not path.is_file() or not kind.marks(header := read_header(path)):
        return connect(path, kind), None
    if kind.is_newer(header):
        return _read(path, kind), _newer(kind)
    if path.suffix == KEPT:
        return _read(path, kind), _kept(kind)
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        return _read(path, kind), _not_written(kind, f"{path} or its folder is read-only")
    try:
        return connect(path, kind), None
    except NotKept as error:
        return _read(path, kind), error
    except NewerVersion:  # the mark of its version stands in its log only
        return _read(path, kind), _newer(kind)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _CANT_WRITE:
            raise
        try:
            return _read(path, kind), _not_written(kind, repr(error))
        except (sqlite3.Error, OSError):
            raise error from None


def _newer(kind: Kind) -> NewerVersion:
    return NewerVersion(
        f"This {kind.what} was written by a newer version; it is read only here.",
        hint="Update the program to edit it.",
    )


def _kept(kind: Kind) -> InputError:
    return InputError(
        f"This is a copy of a {kind.what} as it was before a newer version changed it; it is read only.",
        hint="To go on with it, save a copy of it.",
    )


def _not_written(kind: Kind, detail: str) -> InputError:
    return InputError(
        f"Nothing can be written where this {kind.what} lies, so it is read only here.",
        hint="To edit it, save a copy of it in a folder that you may write to, on a disk with room.",
        detail=detail,
    )


def _read(path: Path, kind: Kind) -> sqlite3.Connection:
    """Take a file into memory, bring it up to date there, and let it be read only."""
    refuse_foreign(path, kind)
    db = sqlite3.connect(":memory:", isolation_level=None, factory=BoundedConnection)
    try:
        with _source(path) as source:
            source.backup(db)
        try:
            check(db, path, kind)
        except NewerVersion as error:
            _check_known_tables(db, path, kind, error)
        else:
            compare_schema(db, path, kind)
            take_steps(db, kind.steps[pragma(db, "user_version") :])
            db.execute(f"PRAGMA user_version = {len(kind.steps)}")  # a copy of it says so
        db.execute("PRAGMA query_only = ON")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _source(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that stays as it is, with what its log says."""
    place = path.absolute().as_uri()
    if not any(_has_content(path.with_name(f"{path.name}{ending}")) for ending in _LOGS):
        # Without a log all is in the file. SQLite would write beside a file that once had one.
        with closing(_connected(f"{place}?mode=ro&immutable=1")) as source:
            yield source
    elif path.with_name(f"{path.name}-shm").exists() and os.access(path.parent, os.W_OK):
        with closing(_connected(f"{place}?mode=ro")) as source:  # somebody may be writing: SQLite knows how
            yield source
    else:
        with tempfile.TemporaryDirectory(prefix="large-gui-") as folder:
            for ending in ("", *_LOGS):
                part = path.with_name(f"{path.name}{ending}")
                if part.exists():
                    shutil.copyfile(part, Path(folder) / f"copy{ending}")
            with closing(_connected((Path(folder) / "copy").as_uri())) as source:
                yield source


def _connected(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, BUSY_SECONDS, uri=True)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _check_known_tables(db: sqlite3.Connection, path: Path, kind: Kind, newer: NewerVersion) -> None:
    """Refuse a newer file unless this version's tables and columns are there, and nothing in it runs.

    More tables, columns and indices are let be: nothing here reads them.

    Raises
    ------
    InputError
        When it holds a view, a trigger or a virtual table.
    NewerVersion
        When a table or column is missing, or is of another type.
    """
    for entry in schema(db):
        form, _, _, sql = entry
        if form not in ("table", "index") or sql.upper().startswith("CREATE VIRTUAL"):
            raise strange(path, kind, f"{entry} runs when a table is used")
    with closing(sqlite3.connect(":memory:")) as own:
        take_steps(own, kind.steps)
        for form, name, _, _ in schema(own):
            if form == "table" and not _columns(own, name) <= _columns(db, name):
                raise NewerVersion(newer.sentence, hint=newer.hint, detail=f"the table {name} is another one")


def _columns(db: sqlite3.Connection, table: str) -> set[tuple[str, str]]:
    """The names and types of a table's columns, without those that are computed."""
    return {(str(row[1]), str(row[2]).upper()) for row in db.execute(f'PRAGMA table_info("{table}")')}
