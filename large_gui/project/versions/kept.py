"""Keep a copy of a file of an older version beside it, before it is brought up to date."""

from __future__ import annotations

import filecmp
import sqlite3
from contextlib import closing
from pathlib import Path

from large_gui.errors import InputError
from large_gui.files import written_whole

KEPT = ".backup"  # how the names of such copies end
_MOST = 9  # copies of one file in one version; they differ, so none of them may be replaced


class NotKept(InputError):
    """No copy of a file could be written, so the file must stay as it is."""


class _IsThere(Exception):
    """A copy that is equal byte by byte is there already; the text is its path."""


def keep_as_it_was(path: Path, version: int) -> None:
    """Keep a copy of a file of an older version, as `keep_copy` does: ``NAME.v4.backup`` for version 4.

    Raises
    ------
    NotKept
        When it can't be written, or nine others of this version are there.
    """
    try:
        keep_copy(path, f"v{version}")
    except (InputError, sqlite3.Error, OSError) as error:
        raise NotKept(
            f"The project {path.name} is of an older version, and no copy of it can be kept beside it. It "
            "stays as it is, and is read only here.",
            hint="See that the folder can be written to and the disk has room, then open it again.",
            detail=repr(error),
        ) from error


def keep_copy(path: Path, word: str) -> Path:
    """Write a copy of a SQLite file beside it, with what its log holds; an earlier copy is never replaced.

    The first is called ``NAME.WORD.backup``, others ``NAME.WORD.2.backup`` and so on. Nothing is written if
    one of them is equal to the file, as after a process that was killed before it went on.

    Returns
    -------
    The copy.

    Raises
    ------
    sqlite3.Error, OSError, InputError
        When it can't be written, or nine others are there.
    """
    names = [f"{path.name}.{word}{'' if i == 1 else f'.{i}'}{KEPT}" for i in range(1, _MOST + 1)]
    places = [path.with_name(name) for name in names]
    free = next((place for place in places if not place.exists()), None)
    try:
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with closing(source), written_whole(free or places[-1]) as unfinished:
            with closing(sqlite3.connect(unfinished)) as copy:
                source.backup(copy)
            for place in places:
                if place.exists() and filecmp.cmp(unfinished, place, shallow=False):
                    raise _IsThere(place)
            if free is None:
                raise InputError(
                    f"{_MOST} copies of {path.name} are kept beside it already.",
                    hint="Move them to another folder.",
                )
            unfinished.chmod(path.stat().st_mode & 0o777)  # what others may not read stays so
            return free
    except _IsThere as equal:
        return Path(str(equal))
