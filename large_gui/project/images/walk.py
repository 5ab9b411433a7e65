"""Walk through a folder and all below it: each real folder once, so a loop of links ends."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in one folder.

    Attributes
    ----------
    prefix
        How the paths of its files begin, relative to the first folder and with slashes: empty, or ``a/b/``.
    place
        Its own path.
    files
        The names in it but for those of folders, sorted.
    odd
        Those of them that are no ordinary files, such as links to files, and links that lead nowhere.
    refused
        Links of which it can't be told what they lead to, and why.
    why
        Why the folder can't be read; ``None`` if it can.
    """

    prefix: str
    place: str
    files: list[str]
    odd: set[str]
    refused: dict[str, OSError] = field(default_factory=dict)
    why: OSError | None = None


def walk(top: str) -> Iterator[Listing]:
    """List a folder and all below it; those that are links come last, so that files have their real paths."""
    visited = set[tuple[int, int]]()
    waiting = deque([("", top)])
    while waiting:
        prefix, place = waiting.popleft()
        try:
            status = Path(place).stat()
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            files, folders, odd = _listed(place)
        except OSError as error:
            yield Listing(prefix, place, [], set(), why=error)
            continue
        links, refused = [], {}
        for name in sorted(odd):
            try:
                if Path(place, name).is_dir():
                    links.append(name)
            except OSError as error:
                refused[name] = error
        waiting.extendleft((f"{prefix}{name}/", os.path.join(place, name)) for name in folders)  # noqa: PTH118
        waiting.extend((f"{prefix}{name}/", os.path.join(place, name)) for name in links)  # noqa: PTH118
        left = {*links, *refused}
        yield Listing(prefix, place, [name for name in files if name not in left], odd - left, refused)


def _listed(folder: str) -> tuple[list[str], list[str], set[str]]:
    """Names in a folder: those of files and links, and those of folders, sorted; and which are odd."""
    files, folders, odd = [], [], set()
    with os.scandir(folder) as entries:
        for entry in entries:  # not kept: each takes more memory than its name
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
                continue
            files.append(entry.name)
            if not entry.is_file(follow_symlinks=False):
                odd.add(entry.name)
    return sorted(files), sorted(folders), odd
