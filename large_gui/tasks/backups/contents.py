"""Find out the contents of a folder's images, and match images of two folders by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.reporter import Reporter, Unit
from large_gui.core.words import natural
from large_gui.errors import ImageError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.read import hash_file

_AT_ONCE = 64  # files between two reports


def contents_of(folder: Path, paths: Iterable[str], cache: CodeCache, reporter: Reporter) -> dict[str, str]:
    """SHA-256 of images by path; those that can't be read are left out.

    Files that were read before and have not changed are known to the cache, and are not read again.
    """
    found: dict[str, str] = {}
    ordered = list(paths)
    for done, path in enumerate(ordered):
        if done % _AT_ONCE == 0:
            reporter.check_cancelled()
            reporter.progress(done, len(ordered), "Reading images", unit=Unit.IMAGES)
        try:
            stat = (folder / path).stat()
            known = cache.known_sha(str((folder / path).resolve()), stat.st_size, stat.st_mtime_ns)
            found[path] = known or hash_file(folder / path)
        except (OSError, ImageError) as error:
            reporter.warn(f"{path} can't be read: {getattr(error, 'strerror', None) or error}.")
    return found


@dataclass(frozen=True)
class Matched:
    """The images of one folder in another.

    Attributes
    ----------
    places
        The path there of each image that was found.
    missing
        Those that were not found, in order; also a copy of an image where there are fewer copies.
    """

    places: dict[str, str]
    missing: list[str]


def match(before: Mapping[str, str], now: Mapping[str, str]) -> Matched:
    """Match images, given as SHA-256 by path, by content alone; names only choose between copies of one."""
    free: dict[str, list[str]] = {}
    for path in sorted(now, key=natural, reverse=True):
        free.setdefault(now[path], []).append(path)
    places: dict[str, str] = {}
    for path, sha in before.items():
        if now.get(path) == sha:  # it lies where it lay
            places[path] = path
            free[sha].remove(path)
    missing = []
    for path in sorted(before.keys() - places.keys(), key=natural):
        copies = free.get(before[path])
        if copies:
            places[path] = copies.pop()
        else:
            missing.append(path)
    return Matched(places, missing)
