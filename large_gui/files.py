"""Files that are there whole or not at all: the one way in which the program replaces a file."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from large_gui.errors import InputError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Path of a temporary file beside ``path``, of the same kind, that replaces it when all went well.

    Raises
    ------
    InputError
        When the file can't be written; an earlier one is then as it was.
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
        with suppress(OSError):  # it is gone after the move, and was never there if it could not be opened
            temporary.unlink()
