"""Look again at a folder that is open, and find out what has changed since the last time."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from large_gui.core.reporter import Reporter
from large_gui.errors import ImageError, InputError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure, relative_path, scan_dropped
from large_gui.project.images.read import hash_file
from large_gui.project.images.scan import check_image
from large_gui.tasks.watching.changes import Changes

SETTLED = 1.5  # seconds for which a file must not have been written to
_MOST_FOLDERS = 2000  # that are named as looked into


class Stat(NamedTuple):
    """By what a file is the same as at the last look: its size, its time, and its number on the disk."""

    size: int
    mtime_ns: int
    inode: int


@dataclass
class Listing:
    """The images of a folder as they were at the last look, by path relative to it."""

    folder: Path = field(default_factory=Path)
    images: dict[str, Stat] = field(default_factory=dict)


def listed(folder: Path, paths: Iterable[str]) -> Listing:
    """List images that were just found."""
    stats = ((path, _stat(folder / path)) for path in paths)
    return Listing(folder, {path: stat for path, stat in stats if stat is not None})


def look(
    dropped: Sequence[Path], known: Collection[str], before: Listing, cache: CodeCache, reporter: Reporter,
    now: float | None = None,
) -> tuple[Listing, Changes]:  # fmt: skip
    """Find out what has changed; only files that are new or other are opened.

    Parameters
    ----------
    dropped
        The folder, or the files and folders, that are open.
    known
        Paths of the images that are there as far as is known.
    before
        What the last look found.
    cache
        Knows the contents of files that were read before.
    now
        Seconds since 1970; by default the time of the clock.

    Returns
    -------
    What this look found, for the next one, and what has changed.
    """
    missing = next((path for path in dropped if not path.exists()), None)
    if missing is not None:
        return before, Changes(missing=str(missing))
    found: dict[str, Stat] = {}
    stats: dict[str, Stat | None] = {}
    base = _inside(before.folder)

    def check(path: Path) -> None:
        """Open a file only if it is another one than at the last look."""
        stats[str(path)] = stat = _stat(path)
        if stat is None or before.images.get(_relative(str(path), base)) != stat:
            check_image(path)

    try:
        folder, scan = scan_dropped(dropped, check)
    except InputError:  # it went while we looked
        return before, Changes(missing=str(dropped[0]))
    base = _inside(folder)
    unsettled, moment = set[str](), time.time() if now is None else now
    for file in scan.files:
        path, stat = _relative(file, base), stats.get(file)
        if stat is None:
            continue
        if before.images.get(path) != stat and abs(moment - stat.mtime_ns / 1e9) < SETTLED:
            unsettled.add(path)
            if path in before.images:
                found[path] = before.images[path]
        else:
            found[path] = stat
    folders = sorted(scan.folders, key=lambda name: (name.count(os.sep), name))[:_MOST_FOLDERS]
    if not found and not unsettled and known:  # a disk that was taken away can leave an empty folder
        return before, Changes(missing=str(dropped[0]), folders=folders)
    failures = [Failure(relative_path(p.path, folder), p.why) for p in scan.problems]
    changes = _compare(folder, found, before, set(known), unsettled, cache, reporter)
    new_failures = [failure for failure in failures if failure.path not in known]
    gone = sorted(set(changes.gone) - {failure.path for failure in failures})
    for path in before.images.keys() & (set(known) - found.keys() - set(gone) - changes.renamed.keys()):
        found[path] = before.images[path]  # it went while we looked; where to, the next look finds out
    return Listing(folder, found), Changes(
        changes.added, gone, changes.edited, changes.renamed, new_failures, folders,
        unsettled=bool(unsettled),
    )  # fmt: skip


def _compare(
    folder: Path, found: Mapping[str, Stat], before: Listing, known: set[str], unsettled: set[str],
    cache: CodeCache, reporter: Reporter,
) -> Changes:  # fmt: skip
    """Compare two looks."""
    earlier = {path: stat for path, stat in before.images.items() if path in known}
    usual = None if earlier else False  # without a look before, what is known counts as unchanged
    other = {p for p, stat in found.items() if p in known and earlier.get(p, usual) not in (stat, False)}
    arrived = sorted({*other, *(found.keys() - known)})
    left = sorted({*other, *(known - found.keys() - unsettled)})
    renamed = _same_files(left, arrived, earlier, found)
    left = [path for path in left if path not in renamed]
    arrived = sorted(set(arrived) - set(renamed.values()))
    same, more = _same_contents(folder, left, arrived, earlier, found, cache, reporter)
    renamed |= more
    arrived = [path for path in arrived if path not in more.values() and path not in same]
    came = set(renamed.values())
    return Changes(
        added=[path for path in arrived if path not in known or path in renamed],
        gone=sorted(set(left) - more.keys() - other - came),
        edited=[path for path in arrived if path in known and path not in renamed],
        renamed=renamed,
    )


def _same_files(
    left: Sequence[str], arrived: Sequence[str], earlier: Mapping[str, Stat], found: Mapping[str, Stat]
) -> dict[str, str]:
    """Files that have another name, and are unchanged, by their number on the disk."""
    places: dict[Stat, list[str]] = {}
    for path in arrived:
        if found[path].inode:
            places.setdefault(found[path], []).append(path)
    renamed = {}
    for path in left:
        there = places.get(earlier[path], []) if path in earlier else []
        if there:
            renamed[path] = there.pop()
    return renamed


def _same_contents(
    folder: Path, left: Sequence[str], arrived: Sequence[str], earlier: Mapping[str, Stat],
    found: Mapping[str, Stat], cache: CodeCache, reporter: Reporter,
) -> tuple[set[str], dict[str, str]]:  # fmt: skip
    """Paths whose content is unchanged, and those whose content is at another path now, by hash."""
    contents: dict[str, str] = {}
    for path in left:
        if path in earlier and (sha := _known(folder / path, earlier[path], cache)) is not None:
            contents[path] = sha
    sizes = {earlier[path].size for path in contents}
    seen: dict[str, str] = {}
    for path in arrived:
        if found[path].size in sizes:
            reporter.check_cancelled()
            if (sha := _content(folder / path, found[path], cache)) is not None:
                seen[path] = sha
    same = {path for path, sha in seen.items() if contents.get(path) == sha}
    places: dict[str, list[str]] = {}
    for path, sha in seen.items():
        if path not in same:
            places.setdefault(sha, []).append(path)
    renamed = {}
    for path, sha in contents.items():
        if path not in same and places.get(sha):
            renamed[path] = places[sha].pop(0)
    return same, renamed


def _known(path: Path, stat: Stat, cache: CodeCache) -> str | None:
    return cache.known_sha(str(path.resolve()), stat.size, stat.mtime_ns)


def _content(path: Path, stat: Stat, cache: CodeCache) -> str | None:
    """The content of a file; ``None`` if it can't be read, which is told when it is measured."""
    if (known := _known(path, stat, cache)) is not None:
        return known
    try:
        return hash_file(path)
    except ImageError:
        return None


def _inside(folder: Path) -> str:
    """How the path of every file in a folder begins."""
    return str(folder).rstrip(os.sep) + os.sep


def _relative(file: str, base: str) -> str:
    return file.removeprefix(base).replace(os.sep, "/")


def _stat(path: Path) -> Stat | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return Stat(stat.st_size, stat.st_mtime_ns, stat.st_ino)
