"""Look again at a folder that is open, and find out what has changed since the last time."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import NamedTuple

from large_gui.core.reporter import Reporter
from large_gui.errors import ImageError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure
from large_gui.project.images.read import hash_file, readable_extensions, reason
from large_gui.project.images.scan import NotAnImage, check_image
from large_gui.project.images.walk import walk
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
    """The files of a folder as they were at the last look, by path relative to it.

    Attributes
    ----------
    dropped
        The folder, or the files and folders, that were looked at.
    images
        Those that can be read.
    others
        Those that are no images or can't be read; they are opened again only if they change.
    """

    dropped: Sequence[Path] = ()
    images: dict[str, Stat] = field(default_factory=dict)
    others: dict[str, Stat] = field(default_factory=dict)


@dataclass
class _Walk:
    """What lies in a folder: files by relative path, the folders, and those of them that can't be read.

    Lost are files that went while we looked; where to, the next look finds out.
    """

    files: dict[str, Stat] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)


def listed(dropped: Sequence[Path], folder: Path, paths: Iterable[str]) -> Listing:
    """List images that were just found in a folder."""
    base = _inside(folder)
    stats = ((path, _stat(base + path)) for path in paths)
    return Listing(dropped, {path: stat for path, stat in stats if stat is not None})


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
    if list(before.dropped) != list(dropped):
        before = Listing(dropped)
    missing = next((path for path in dropped if not path.exists()), None)
    if missing is not None:
        return before, Changes(missing=str(missing))
    one = len(dropped) == 1 and dropped[0].is_dir()
    folder = dropped[0] if one else Path(os.path.commonpath([path.parent for path in dropped]))
    found, base = _Walk(), _inside(folder)
    for path in dropped:
        _walk(path, base, found)
    moment = time.time() if now is None else now
    after, unsettled, failures = _sorted_out(found.files, base, before, moment)
    folders = sorted(found.folders, key=lambda name: (name.count(os.sep), name))[:_MOST_FOLDERS]
    if not found.files and not found.lost and known:  # a disk that was taken away can leave an empty folder
        return before, Changes(missing=str(dropped[0]), folders=folders)
    unread = tuple(found.unread)
    there = {path for path in known if path in found.files or path in found.lost or path.startswith(unread)}
    changes = _compare(folder, after.images, before, set(known), there, cache, reporter)
    gone = {*changes.gone, *changes.renamed}
    for name in before.images.keys() & (set(known) - after.images.keys() - gone):
        after.images[name] = before.images[name]
    new = [failure for failure in failures if failure.path not in known]
    return after, replace(changes, failures=new, folders=folders, unsettled=unsettled)


def _walk(top: Path, base: str, found: _Walk) -> None:
    """Find all files, as `large_gui.project.images.scan.scan` does, and open none."""
    if not top.is_dir():
        stat = _stat(str(top))
        if stat is not None:
            found.files[_relative(str(top), base)] = stat
        return
    start = _relative(_inside(top), base)
    for listing in walk(str(top)):
        if listing.why is not None:
            found.unread.append(start + listing.prefix)
            continue
        found.folders.append(listing.place)
        found.lost.update(start + listing.prefix + name for name in listing.refused)
        for file in listing.files:
            place, name = os.path.join(listing.place, file), start + listing.prefix + file  # noqa: PTH118
            stat = _stat(place) or _stat(place, link=True)
            if stat is not None:
                found.files.setdefault(name, stat)
            else:
                found.lost.add(name)


def _sorted_out(
    files: Mapping[str, Stat], base: str, before: Listing, now: float
) -> tuple[Listing, bool, list[Failure]]:
    """Tell images from other files; those that are being written stay as they were for now."""
    after, unsettled, failures = Listing(before.dropped), False, list[Failure]()
    seen, endings = set(before.images.values()), readable_extensions()
    for path, stat in files.items():
        if stat in seen and (stat.inode or before.images.get(path) == stat):  # perhaps under another name
            after.images[path] = stat
        elif before.others.get(path) == stat:
            after.others[path] = stat
        elif abs(now - stat.mtime_ns / 1e9) < SETTLED and PurePath(path).suffix.lower() in endings:
            unsettled = True
            if path in before.images:
                after.images[path] = before.images[path]
        else:
            try:
                check_image(base + path)
                after.images[path] = stat
            except NotAnImage:
                after.others[path] = stat
            except OSError as error:
                after.others[path] = stat
                failures.append(Failure(path, reason(error)))
    return after, unsettled, failures


def _compare(
    folder: Path, found: Mapping[str, Stat], before: Listing, known: set[str], there: set[str],
    cache: CodeCache, reporter: Reporter,
) -> Changes:  # fmt: skip
    """Compare two looks; of what is known, the files that are ``there`` have not gone."""
    earlier = {path: stat for path, stat in before.images.items() if path in known}
    usual = None if earlier else False  # without a look before, what is known counts as unchanged
    other = {p for p, stat in found.items() if p in known and earlier.get(p, usual) not in (stat, False)}
    arrived = sorted({*other, *(found.keys() - known)})
    left = sorted({*other, *(known - found.keys() - there)})
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


def _stat(path: str, *, link: bool = False) -> Stat | None:
    try:
        stat = os.stat(path, follow_symlinks=not link)  # noqa: PTH116 - to make a path object of each of very many takes as long again
    except OSError:
        return None
    return Stat(stat.st_size, stat.st_mtime_ns, stat.st_ino)
