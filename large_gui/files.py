"""Write files and folders whole or not at all; the program replaces them in no other way."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from large_gui.errors import InputError

_UNFINISHED, _EARLIER = ".importing-", ".old"  # a folder being written, and in it what it replaces
_TEMPORARY = re.compile(r"\.[0-9a-f]{32}(\.\w+)?")  # names of what `written_whole` writes first
_MINUTE, _DAY = 60.0, 86400.0  # seconds


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary file next to ``path``, with its suffix, that replaces it when all went well.

    Raises
    ------
    InputError
        When the file can't be written; an earlier file is then unchanged.
    """
    temporary = path.parent / f".{uuid.uuid4().hex}{path.suffix}"
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())  # the content must be on the disk before the name is
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            f"The file {path} can't be written.",
            hint="Choose a folder that exists and that you may write to, with room on the disk.",
            detail=str(error),
        ) from error
    finally:
        with suppress(OSError):  # it was moved, or could not even be opened
            temporary.unlink()


def write_unless_there(path: Path, text: str) -> None:
    """Write a text file whole, unless it is there; of several processes that do so at once, one does it.

    Raises
    ------
    OSError
        When it can't be written.
    """
    temporary = path.parent / f".{uuid.uuid4().hex}{path.suffix}"
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # unlike a rename, it never replaces another process's file
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Remove what killed calls of `written_whole` left in a folder that nobody else writes to now."""
    with suppress(OSError):  # it is not there, or can't be read
        for path in folder.iterdir():
            if _TEMPORARY.fullmatch(path.name) and path.is_file():
                path.unlink()


@contextmanager
def folder_written_whole(place: Path, start: Path | None = None) -> Iterator[Path]:
    """Yield a new folder of the same name as ``place`` that replaces it when all went well.

    Parameters
    ----------
    start
        A folder whose files are copied into the new one first.

    Raises
    ------
    OSError
        When it can't be written; an earlier folder is then unchanged.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    new, old = temporary / place.name, temporary / _EARLIER
    try:
        if start is None:
            new.mkdir()
        else:
            shutil.copytree(start, new)
        yield new
        _swap(new, place, old)
    finally:
        if place.exists() or not old.exists():  # else it holds the only copy, and `finish_swaps` comes for it
            shutil.rmtree(temporary, ignore_errors=True)


def finish_swaps(parent: Path) -> None:
    """Put right what killed calls of `folder_written_whole` left in a folder.

    A call that was killed while it swapped two folders left both hidden, and nothing in their place: the new
    one, which is complete, is put there. What a call left that was killed before is deleted after a day.
    """
    with suppress(OSError):  # it can't be read
        found = [
            (p, _changed(p)) for p in parent.glob(f"{_UNFINISHED}*") if p.is_dir() and not p.is_symlink()
        ]
        for leftover, changed in sorted(found, key=lambda pair: pair[1], reverse=True):  # the newest first
            _finish_swap(leftover, time.time() - changed)


def _finish_swap(leftover: Path, age: float) -> None:
    age = abs(age)  # a clock that was set back makes files of the future
    with suppress(OSError):  # another process does the same, or it may not be written
        if not (leftover / _EARLIER).exists():
            if age > _DAY:
                shutil.rmtree(leftover)
            return
        new = [path for path in leftover.iterdir() if path.name != _EARLIER]
        place = leftover.parent / new[0].name if len(new) == 1 else leftover
        if age > _MINUTE and not place.exists():
            new[0].rename(place)


def _changed(folder: Path) -> float:
    """When a folder or something in it last changed."""
    return max(path.lstat().st_mtime for path in (folder, *folder.rglob("*")))


def _swap(new: Path, place: Path, old: Path) -> None:
    """Move ``new`` to ``place`` and what was there to ``old``; if that fails, both stay where they were."""
    if not place.exists():
        new.rename(place)
        return
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise


def sha256_of(file: Path) -> str:
    """SHA-256 of a file as hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
