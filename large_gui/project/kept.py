"""What the program keeps to be fast and could make again: how large it is, and deleting the codes."""

from __future__ import annotations

from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache, Summary

_ENDINGS = ("-wal", "-shm", "-journal", "")  # of the files that SQLite keeps beside one


def size_on_disk(file: Path) -> int:
    """Bytes that a SQLite file takes with those beside it; 0 where it isn't there."""
    total = 0
    for ending in _ENDINGS:
        try:
            total += file.with_name(f"{file.name}{ending}").stat().st_size
        except OSError:  # it isn't there, or has just gone
            continue
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
    if not file.exists():
        return 0
    with CodeCache(file) as cache:
        return cache.clear(folder)


def set_aside(file: Path) -> Path:
    """Rename a damaged cache, with its log, to a name that is free, and return that.

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
    except OSError as error:
        raise InputError(
            f"{file} can't be renamed.", hint="Close other programs that use it.", detail=repr(error)
        ) from error
    return aside
