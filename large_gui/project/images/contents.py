"""What content each image of a project had, so that what a person said of it follows the content."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from large_gui.project.project_file import ProjectFile

_SHA = 32  # bytes of a SHA-256
# The tables that say something of one image, with the columns beside its path, the key first.
SAYING = {
    "labels": ("value_id", "value", "excluded"),
    "tags": ("name", "has"),
    "groupings": ("name", "member"),
}
_PLAIN = re.compile(r"[^/\\:\0][^\\:\0]*").fullmatch  # no beginning or drive, on any system
_KEEP = "INSERT OR REPLACE INTO contents VALUES (?, ?, ?)"


class Content(NamedTuple):
    """The content of an image by its SHA-256, 32 bytes.

    Attributes
    ----------
    sha
        The content that was seen last at the image's path.
    judged
        The content that a person saw who said something of the image, if it was another one.
    """

    sha: bytes
    judged: bytes | None = None


class ContentStore(ProjectFile):
    """The contents of a project's images, and the paths under which something is said of them."""

    def contents(self) -> dict[str, Content]:
        """The content of every image that was measured, by path."""
        with self.understood():
            rows = self.read("SELECT path, sha, judged FROM contents")
            return {inside(path): Content(_sha(sha), judged and _sha(judged)) for path, sha, judged in rows}

    def count_contents(self) -> int:
        """Of how many images the content is known."""
        with self.understood():
            return int(next(iter(self.read("SELECT COUNT(*) FROM contents")))[0])

    def known_of(self, sha256: Collection[bytes]) -> set[bytes]:
        """Those of some contents that images of the project have, or had when they were seen last."""
        marks = ", ".join("?" * len(sha256))
        with self.understood():
            return {sha for (sha,) in self.read(f"SELECT sha FROM contents WHERE sha IN ({marks})", *sha256)}

    def set_contents(self, contents: Mapping[str, Content | None]) -> None:
        """Store contents by path, or forget those that are ``None``, in one transaction."""
        changes: list[tuple[str, tuple[Any, ...]]] = []
        for path, content in contents.items():
            if content is None:
                changes.append(("DELETE FROM contents WHERE path = ?", (path,)))
            else:
                changes.append((_KEEP, (path, content.sha, content.judged)))
        self.change(changes)

    def said_of(self) -> set[str]:
        """The paths of the images that a person said anything of: a label, a tag, a group, a comparison."""
        found: set[str] = set()
        with self.understood():
            for table in SAYING:
                found.update(inside(path) for (path,) in self.read(f"SELECT path FROM {table}"))
            for first, second in self.read("SELECT first, second FROM comparisons"):
                found |= {inside(first), inside(second)}
        return found

    def follow(self, renamed: Mapping[str, str]) -> None:
        """Move all that is said of images to their new paths, in one transaction; two may trade places.

        Nothing is overwritten: what a person has said of an image under its new path stays as it is, and
        what was said under the old path then stays there.

        Parameters
        ----------
        renamed
            New paths by old paths; no new path occurs twice.
        """
        gone: list[tuple[str, tuple[Any, ...]]] = []
        come: list[tuple[str, tuple[Any, ...]]] = []
        with self.understood():
            for table, (key, *others) in SAYING.items():
                rows = self.read(f"SELECT {key}, path, {', '.join(others)} FROM {table}")
                places = _moved([(row[0], row[1]) for row in rows], renamed)
                marks = ", ".join("?" * len(rows[0])) if rows else ""
                for row in rows:
                    if (place := places.get(row[:2], row[1])) != row[1]:
                        gone.append((f"DELETE FROM {table} WHERE {key} = ? AND path = ?", row[:2]))
                        come.append((f"INSERT INTO {table} VALUES ({marks})", (row[0], place, *row[2:])))
            for number, first, second in self.read("SELECT id, first, second FROM comparisons"):
                if first in renamed or second in renamed:
                    named = renamed.get(first, first), renamed.get(second, second), number
                    come.append(("UPDATE comparisons SET first = ?, second = ? WHERE id = ?", named))
        if gone or come:
            self.change([*gone, *come])


def _moved(rows: list[tuple[str, str]], renamed: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Where each row with a key and a path goes that is renamed; no two rows come to the same place."""
    taken = {row for row in rows if row[1] not in renamed}
    places: dict[tuple[str, str], str] = {}
    blocked = []
    for key, path in rows:
        if path in renamed:
            if (key, renamed[path]) in taken:
                blocked.append((key, path))
            else:
                places[key, path] = renamed[path]
    taken |= {(key, place) for (key, _), place in places.items()}
    for key, path in blocked:  # it stays where it was, unless another has come there
        place = path
        while (key, place) in taken:
            place += " (earlier)"
        taken.add((key, place))
        places[key, path] = place
    return places


def inside(path: object) -> str:
    """Return the path of an image; refuse one that leads out of the project's folder."""
    if isinstance(path, str) and _PLAIN(path) and ".." not in path:
        return path  # most are; to take them apart would be slow
    parts = PurePath(text(path)).parts
    if not parts or PurePath(str(path)).anchor or ".." in parts or "\0" in str(path):
        raise ValueError(f"a path that leaves the folder: {str(path)[:80]!r}")
    return str(path)


def text(value: object) -> str:
    """Return a text; refuse anything else."""
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} in place of text")
    return value


def _sha(value: object) -> bytes:
    if not isinstance(value, bytes) or len(value) != _SHA:
        raise TypeError("no SHA-256")
    return value
