"""Open the SQLite files of the program, with their schema, transactions, and errors for a person."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from large_gui.errors import InputError, Refused
from large_gui.project.file_system import is_local
from large_gui.project.versions.kept import keep_as_it_was

_BETWEEN = 0.01  # seconds between two tries
BUSY_SECONDS = 30.0  # how long to wait for another process that is writing
MOST_STEPS = 200_000_000  # steps of SQLite's virtual machine per query; a million labels take 10 million
# https://www.sqlite.org/fileformat.html: fixed bytes at 0 and 21, the user version at 60, the
# application id at 68.
_MAGIC, _FRACTIONS, _HEADER = b"SQLite format 3\0", b"\x40\x20\x20", 100
_VERSION, _MARK = slice(60, 64), slice(68, 72)
_STEPS_AT_ONCE = 1_000_000
Step = str | Callable[[sqlite3.Connection], None]


@dataclass(frozen=True)
class Kind:
    """The properties that all files of one purpose share, such as all caches.

    Attributes
    ----------
    what
        The noun for such a file in messages: ``cache``.
    steps
        The steps of the schema, each SQL or a function of the connection. Step i brings a file from version i
        to i + 1; the first step makes the tables. New steps are added at the end, and old ones never change.
        All steps that a file lacks are done in one transaction. Functions are also run on empty tables, to
        find out the schema.
    synchronous
        ``OFF``, ``NORMAL`` (survives the death of the process) or ``FULL`` (also survives a power cut).
    when_damaged, when_newer
        What a person can do about a damaged file, and about a file of a newer version.
    application_id
        The number in the header that marks these files; files of other programs are refused.
    private
        Whether only the user may read a new file.
    once_unmarked
        Whether earlier versions made files without the mark. These are recognised by their tables and marked.
    precious
        Whether they hold what a person did: a copy of an older one is kept before it is brought up to date.
    """

    what: str
    steps: tuple[Step, ...]
    synchronous: str
    when_damaged: str
    when_newer: str
    application_id: int
    private: bool = False
    once_unmarked: bool = False
    precious: bool = False

    def marks(self, header: bytes) -> bool:
        """Whether a header is that of such a file."""
        return header.startswith(_MAGIC) and header[_MARK] == self.application_id.to_bytes(4, "big")

    def is_newer(self, header: bytes) -> bool:
        """Whether a header is that of such a file, of a version that is not known here."""
        return self.marks(header) and int.from_bytes(header[_VERSION], "big") > len(self.steps)


class NewerVersion(InputError):
    """A file was written by a newer version of the program."""


def read_header(path: Path) -> bytes:
    """The bytes by which `Kind.marks` tells a file's purpose; fewer if the file is shorter."""
    with path.open("rb") as file:
        return file.read(_HEADER)


def connect(path: Path, kind: Kind, *, shared: bool = False) -> sqlite3.Connection:
    """Open a file and bring its schema up to date; the file and its folder are made if they are missing.

    On a disk of this machine a write-ahead log (WAL) is used. It needs memory that machines can't share, so
    elsewhere a rollback journal is used. A file of another program is not changed at all, and no file is
    written next to it.

    Parameters
    ----------
    shared
        Whether several threads use the connection, one at a time.

    Raises
    ------
    sqlite3.Error, OSError
        When the file can't be opened or is damaged; `explained` turns these into an `InputError`.
    InputError
        When the file is of a newer version (`NewerVersion`) or of another program, when it holds what this
        program never makes, or when no copy of an older one can be kept (`NotKept`).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind.private and not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))  # SQLite gives its logs the same mode
    refuse_foreign(path, kind)
    # isolation_level=None: transactions begin where the code says so, and sqlite3 begins none by itself.
    db = sqlite3.connect(
        path, BUSY_SECONDS, isolation_level=None, check_same_thread=not shared, factory=BoundedConnection
    )
    try:
        _prepare(db, path, kind)
    except BaseException:
        db.close()
        raise
    return db


class BoundedConnection(sqlite3.Connection):
    """A connection that stops queries which take too many steps, whatever the file holds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._left = 0
        self.set_progress_handler(self._is_too_long, _STEPS_AT_ONCE)

    def execute(self, query: str, values: Any = ()) -> sqlite3.Cursor:
        self._left = MOST_STEPS
        return super().execute(query, values)

    def executemany(self, query: str, rows: Any) -> sqlite3.Cursor:
        self._left = MOST_STEPS
        return super().executemany(query, rows)

    def _is_too_long(self) -> bool:
        self._left -= _STEPS_AT_ONCE
        return self._left < 0


def _prepare(db: sqlite3.Connection, path: Path, kind: Kind) -> None:
    db.execute("BEGIN")  # all at one moment: another process may be bringing it up to date
    try:
        check(db, path, kind)
        compare_schema(db, path, kind)
    finally:
        if db.in_transaction:  # a disk that is full has ended it
            db.execute("ROLLBACK")
    db.execute(f"PRAGMA synchronous = {kind.synchronous}")
    db.execute(f"PRAGMA fullfsync = {int(kind.synchronous == 'FULL')}")  # macOS: past the disk's own cache
    if not _is_current(db, kind):
        _bring_up_to_date(db, path, kind)
    # This comes last: a new file is marked before it has a log, so it is recognised if we are killed now.
    _keep_log(db, "wal" if is_local(path) else "delete")


def _keep_log(db: sqlite3.Connection, mode: str) -> None:
    """Set the kind of log; SQLite itself does not wait for other processes when that is changed."""
    until = time.monotonic() + BUSY_SECONDS
    while db.execute("PRAGMA journal_mode").fetchone()[0] != mode:
        try:
            db.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BETWEEN)
        else:
            return


def _is_current(db: sqlite3.Connection, kind: Kind) -> bool:
    marked = pragma(db, "application_id") == kind.application_id
    return marked and pragma(db, "user_version") == len(kind.steps)


def _bring_up_to_date(db: sqlite3.Connection, path: Path, kind: Kind) -> None:
    unmarked = pragma(db, "application_id") == 0
    with transaction(db):
        check(db, path, kind)  # check again, as another process may have made the tables meanwhile
        compare_schema(db, path, kind)
        version = pragma(db, "user_version")
        if kind.precious and 0 < version < len(kind.steps):
            keep_as_it_was(path, version)  # while nobody else can write
        take_steps(db, kind.steps[version:])
        db.execute(f"PRAGMA application_id = {kind.application_id}")
        db.execute(f"PRAGMA user_version = {len(kind.steps)}")
    # The marks must be in the file itself, where other processes read them, and not only in its log.
    db.execute("PRAGMA wal_checkpoint(FULL)")
    if unmarked and kind.private:
        path.chmod(0o600)  # an earlier version made it readable for others


def refuse_foreign(path: Path, kind: Kind) -> None:
    """Refuse another program's file by its first bytes, because SQLite may write as soon as it opens it."""
    try:
        header = read_header(path)
    except FileNotFoundError:
        return
    if header and (not header.startswith(_MAGIC) or header[21:24] != _FRACTIONS):
        raise sqlite3.DatabaseError("file is not a database")
    if not header or kind.marks(header):
        return
    if header[_MARK] == bytes(4):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            tables = bool(list(schema(db)))
            if tables and kind.once_unmarked:
                compare_schema(db, path, kind)
                return
        if not tables and not path.with_name(f"{path.name}-wal").exists():
            return
    raise _not_ours(path, kind)


def _not_ours(path: Path, kind: Kind) -> InputError:
    return InputError(f"{path} is not a {kind.what} of this program.", hint="Choose another file.")


def check(db: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """Refuse files of other programs and of newer versions, before anything is written."""
    empty = not pragma(db, "schema_version")
    mark = pragma(db, "application_id")
    if not empty and mark != kind.application_id and (mark or not kind.once_unmarked):
        raise _not_ours(path, kind)
    if pragma(db, "user_version") > len(kind.steps):
        raise NewerVersion(
            f"The {kind.what} {path} was written by a newer version of this program.", hint=kind.when_newer
        )


def compare_schema(db: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """Refuse files with anything but the program's own tables, before any table is read.

    A view, trigger or virtual table that somebody put into a file would run whenever its table is used.
    """
    with closing(sqlite3.connect(":memory:")) as own:
        take_steps(own, kind.steps[: pragma(db, "user_version")])
        wanted = set(schema(own))
    for entry in schema(db):
        if entry not in wanted:
            raise strange(path, kind, f"{entry} is not of this program")
        wanted.remove(entry)
    if wanted:
        raise strange(path, kind, f"without {sorted(map(str, wanted))}")


def strange(path: Path, kind: Kind, detail: str) -> InputError:
    """The error for a file that holds what this program never makes."""
    return InputError(
        f"The {kind.what} {path} was not made by this program, or was changed by another; it was not opened.",
        hint="Choose another file.",
        detail=detail[:500],
    )


def schema(db: sqlite3.Connection) -> Iterator[tuple[str, ...]]:
    """Tables, indices, views and triggers, each with the SQL that made it."""
    try:
        for kind, name, table, sql in db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"):
            yield str(kind), str(name), str(table), " ".join(str(sql).split())
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError(f"a schema that is no text: {error!r}") from error


def take_steps(db: sqlite3.Connection, steps: tuple[Step, ...]) -> None:
    """Bring the tables from one version to a later one."""
    for step in steps:
        if not isinstance(step, str):
            step(db)
            continue
        for statement in filter(str.strip, step.split(";")):
            db.execute(statement)


def pragma(db: sqlite3.Connection, name: str) -> int:
    """A number that SQLite keeps about the file, such as its ``user_version``."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Do all of the changes in this context, or none."""
    # IMMEDIATE takes the write lock now, when SQLite can wait for it; a later upgrade would fail instead.
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


@contextmanager
def explained(path: Path, kind: Kind) -> Iterator[None]:
    """Turn the errors of SQLite and the system into an `InputError`."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        if is_damage(error):
            raise _damaged(path, kind, error) from error
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise InputError(
                f"The {kind.what} {path} holds more than any {kind.what} of this program.",
                hint="Choose another file.",
                detail=f"a query of more than {MOST_STEPS} steps",
            ) from error
        folder = isinstance(error, IsADirectoryError)
        why = "it is a folder" if folder else getattr(error, "strerror", None) or error
        raise Refused(
            f"The {kind.what} {path} can't be used: {why}.",
            file=path,
            hint="Choose a file." if folder else "Check that you may write there and that the disk has room.",
            detail=repr(error),
        ) from error
    except sqlite3.ProgrammingError:  # a mistake of the caller, such as a closed file
        raise
    except sqlite3.DatabaseError as error:
        raise _damaged(path, kind, error) from error


def is_damage(error: Exception) -> bool:
    """Whether a file is damaged, so that a new one would help; not if the disk is full, for example."""
    if isinstance(error, sqlite3.OperationalError):
        return not hasattr(error, "sqlite_errorcode")  # Python's own, for text that is no UTF-8
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.ProgrammingError)


def _damaged(path: Path, kind: Kind, error: Exception) -> InputError:
    return InputError(
        f"The {kind.what} {path} is damaged or is not a {kind.what}.",
        hint=kind.when_damaged,
        detail=ascii(error)[:500],
    )
