"""Write files and folders whole or not at all; the program replaces them in no other way."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from large_gui.errors import InputError


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
    with tempfile.TemporaryDirectory(prefix=".importing-", dir=place.parent) as temporary:
        new, old = Path(temporary) / place.name, Path(temporary) / ".old"
        if start is None:
            new.mkdir()
        else:
            shutil.copytree(start, new)
        yield new
        _swap(new, place, old)


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
