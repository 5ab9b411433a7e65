"""The file of a project: opened, claimed by one process, read, changed in transactions, copied, closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.project.database import NewerVersion, explained, transaction
from large_gui.project.lock import Lock
from large_gui.project.schema import KIND
from large_gui.project.versions.reading import open_or_read, read_only


class ProjectFile:
    """One SQLite file, whose every change is on the disk once a method has returned.

    A change survives a killed process and a power cut. A process calls `claim` before it changes the file. If
    another process has claimed it, the file can only be read, and every change is refused. So it is with a
    file of a newer version, and with one that lies where nothing can be written: see `open_or_read`.

    Parameters
    ----------
    path
        The file; it and its folder are made if they are missing.
    only_read
        Whether it is taken as it is now, only to be read, and never changed; it must be there.

    Raises
    ------
    InputError
        When the file can't be used. Every method may raise it.

    Attributes
    ----------
    when_written
        Called after every change that is on the disk, if there is such a function.
    """

    def __init__(self, path: Path, *, only_read: bool = False) -> None:
        self.path = path
        self._lock = Lock(path.with_name(f"{path.name}.lock"))
        with self._explained():
            opened = read_only if only_read else open_or_read
            self._db, self._only_read = opened(path, KIND)
        self.read_only = self._only_read is not None
        self.when_written: Callable[[], None] | None = None

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of the program wrote it."""
        return isinstance(self._only_read, NewerVersion)

    def claim(self) -> bool:
        """Claim the file until it is closed; if another process has it, it is read only and this is false."""
        if self._only_read is not None:
            return False
        with self._explained():
            self.read_only = not self._lock.take()
        return not self.read_only

    def why_read_only(self) -> InputError:
        """Return the error for a change that is refused."""
        if self._only_read is not None:
            return self._only_read
        holder = self._lock.holder()
        return InputError(
            "This folder is open in another window, so it is read only here; looking and exporting work.",
            hint="To label here, close the other window, then open the folder again.",
            detail=f"{self.path} is held by process {holder or 'unknown'}",
        )

    def copy_to(self, path: Path) -> None:
        """Write a copy, whole or not at all; nothing is done if the path is the file itself.

        Raises
        ------
        InputError
            When it can't be written, or an earlier file there is in use; the earlier file is then unchanged.
        """
        with explained(path, KIND):
            if path.exists() and path.samefile(self.path):
                return
            _settle(path)
            with written_whole(path) as unfinished, closing(sqlite3.connect(unfinished)) as copy:
                self._db.backup(copy)

    def compact(self) -> None:
        """Write the file anew without what was deleted from it, which SQLite leaves in free places."""
        if self.read_only:
            raise self.why_read_only()
        with self._explained():
            self._db.execute("VACUUM")

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._db.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._explained():
            return self._db.execute(query, values).fetchall()

    def change(self, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
        """Do statements with their values, all in one transaction."""
        with self.together():
            for statement, values in statements:
                self._db.execute(statement, values)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one transaction of all changes inside: if one of them fails, none is kept."""
        if self.read_only:
            raise self.why_read_only()
        within = self._db.in_transaction
        with self._explained(), nullcontext() if within else transaction(self._db):
            yield
        if not within and self.when_written is not None:
            self.when_written()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(self.path, KIND):
            yield

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Turn errors about content that this class can't have written into the error of a damaged file."""
        with self._explained():
            try:
                yield
            except (
                ValueError,
                TypeError,
                LookupError,
                AttributeError,
                ArithmeticError,
                RecursionError,
            ) as error:
                if self.is_newer:
                    raise InputError(
                        "This project was written by a newer version, and holds what this one can't read.",
                        hint=KIND.when_newer,
                        detail=repr(error),
                    ) from error
                raise sqlite3.DatabaseError(f"unexpected content: {error!r}") from error


def _settle(path: Path) -> None:
    """Empty the log of an earlier file, because SQLite would take it for the log of the new file."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as earlier:
            # The log is removed when the last connection closes.
            earlier.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if log.exists():
            raise InputError(f"The project {path} is in use.", hint="Close it, or choose another file.")
