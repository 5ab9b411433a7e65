"""What every SQLite file of the program has in common: opening, schema, transactions, errors in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from large_gui.errors import InputError

BUSY_SECONDS = 30.0  # how long to wait for another process that is writing


@dataclass(frozen=True)
class Kind:
    """What the files of one purpose have in common.

    Attributes
    ----------
    what
        What such a file is, in a sentence: ``cache``.
    steps
        SQL of the schema; step i brings a file from version i to i + 1, the first makes the tables. New steps
        are added at the end, and the old ones stay as they are.
    synchronous
        ``OFF``, ``NORMAL`` (survives the death of the process) or ``FULL`` (and a power cut).
    when_damaged, when_newer
        What a person can do about a damaged file and one of a newer version.
    application_id
        Marks the files, where it is not 0; files of other programs are then refused.
    """

    what: str
    steps: tuple[str, ...]
    synchronous: str
    when_damaged: str
    when_newer: str
    application_id: int = 0


def connect(path: Path, kind: Kind, *, shared: bool = False) -> sqlite3.Connection:
    """Open a file in WAL mode, with its schema up to date; it and its folder are made when missing.

    Parameters
    ----------
    shared
        Several threads use the connection, one at a time.

    Raises
    ------
    sqlite3.Error, OSError
        When the file can't be opened or is damaged; `explained` says it in words.
    InputError
        When the file belongs to a newer version or to another program.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # isolation_level=None: transactions begin where the code says so, not where sqlite3 guesses.
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=not shared)
    try:
        _prepare(db, path, kind)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path, kind: Kind) -> None:
    _check(db, path, kind)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA synchronous = {kind.synchronous}")
    db.execute(f"PRAGMA fullfsync = {int(kind.synchronous == 'FULL')}")  # macOS: past the disk's own cache
    if _pragma(db, "user_version") == len(kind.steps):
        return
    with transaction(db):
        _check(db, path, kind)  # again: another process may have made the tables meanwhile
        for step in kind.steps[_pragma(db, "user_version") :]:
            for statement in filter(str.strip, step.split(";")):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {kind.application_id}")
        db.execute(f"PRAGMA user_version = {len(kind.steps)}")
    # The marks must stand in the file itself, where others look for them, not only in its log.
    db.execute("PRAGMA wal_checkpoint(FULL)")


def _check(db: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """Refuse files of other programs and of newer versions, before anything is written."""
    empty = not _pragma(db, "schema_version")
    if kind.application_id and not empty and _pragma(db, "application_id") != kind.application_id:
        raise InputError(f"{path} is not a {kind.what} of this program.", hint="Choose another file.")
    if _pragma(db, "user_version") > len(kind.steps):
        raise InputError(
            f"The {kind.what} {path} was written by a newer version of this program.", hint=kind.when_newer
        )


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    # IMMEDIATE takes the write lock at once, where waiting works; a later upgrade would fail instead.
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


@contextmanager
def explained(path: Path, kind: Kind) -> Iterator[None]:
    """Turn SQLite's errors into an InputError."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise InputError(
            f"The {kind.what} {path} can't be used: {error}.",
            hint="Check that you may write there and that the disk has room.",
            detail=repr(error),
        ) from error
    except sqlite3.ProgrammingError:  # a mistake of the caller, such as a closed file
        raise
    except sqlite3.DatabaseError as error:
        raise InputError(
            f"The {kind.what} {path} is damaged or is not a {kind.what}.",
            hint=kind.when_damaged,
            detail=repr(error),
        ) from error
