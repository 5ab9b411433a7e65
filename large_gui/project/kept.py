"""What the program keeps to be fast and could make again: how large it is, and deleting the codes."""

from __future__ import annotations

import stat
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache, Summary, shards_folder

_ENDINGS = ("-wal", "-shm", "-journal", "")  # of the files that SQLite keeps beside one


def size_on_disk(file: Path) -> int:
    """Bytes that a SQLite file takes with those beside it, and with its shards; 0 where it isn't there."""
    total = 0
    beside = (file.with_name(f"{file.name}{ending}") for ending in _ENDINGS)
    for path in (*beside, *shards_folder(file).rglob("*")):
        try:
            status = path.stat()
        except OSError:  # it isn't there, or has just gone
            continue
        total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return total


def kept_codes(file: Path) -> Summary:
    """The numbers of codes in a cache; none where there is no cache yet.

    Raises
    ------
    InputError
        When the file can't be read.
    """
    if not file.exists():
        return Summary({}, {})
    with CodeCache(file) as cache:
        return cache.summary()


def forget_codes(file: Path, folder: Path | None = None) -> int:
    """Delete all codes, or those of images that were read in a folder and below it; return how many.

    Raises
    ------
    InputError
        When the file can't be read or written.
    """
    if not is_there(file):
        return 0
    with CodeCache(file) as cache:
        return cache.clear(folder)


def is_there(file: Path) -> bool:
    """Whether there is a cache, or codes without their index, which somebody may have deleted."""
    return file.exists() or shards_folder(file).exists()


def set_aside(file: Path) -> Path:
    """Rename a damaged cache, with its log and its shards, to a name that is free, and return that.

    Raises
    ------
    InputError
        When it can't be renamed.
    """
    number = 1
    while (aside := file.with_name(f"{file.stem}-damaged-{number}{file.suffix}")).exists():
        number += 1
    try:
        for ending in _ENDINGS:
            part = file.with_name(f"{file.name}{ending}")
            if part.exists():
                part.replace(aside.with_name(f"{aside.name}{ending}"))
        if shards_folder(file).is_dir():
            shards_folder(file).rename(shards_folder(aside))
    except OSError as error:
        raise InputError(
            f"{file} can't be renamed.", hint="Close other programs that use it.", detail=repr(error)
        ) from error
    return aside
