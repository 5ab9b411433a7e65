"""Find the images in a folder."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.images.content import image_kind, is_own_picture, read_head
from large_gui.project.images.read import readable_extensions, readable_formats, reason

# SHA-256 of each file (path, size, mtime_ns) that was read before and has not changed, else an empty text.
Known = Callable[[Sequence[tuple[str, int, int]]], Sequence[str]]
_UNREAD = {
    "HEIF": "a HEIC image, which needs an extra: pip install 'large-gui[heic]'",
    "RAW": "a camera's raw file; export it as JPEG or TIFF",
}


@dataclass(frozen=True)
class Problem:
    """A file or folder that was left out, and why."""

    path: Path
    why: str


@dataclass(frozen=True)
class Scan:
    """The files that were found in a folder.

    Attributes
    ----------
    files
        Paths of images, in the order of `Path`. They are text, which takes a fifth of the memory of `Path`.
    problems
        Images and folders that can't be read, in the order found.
    passed
        Files that are passed over, because they are no images, in the order found.
    known
        SHA-256 of those files that were read before and have not changed.
    """

    files: list[str]
    problems: list[Problem]
    passed: list[Problem] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> list[Path]:
        """The images, each as a `Path`."""
        return [Path(file) for file in self.files]


def scan(folder: Path, known: Known | None = None) -> Scan:
    """Find the images in a folder and in all folders below it.

    Linked folders are followed, but each real folder is visited once, so a loop ends. An image is recognised
    by the ending of its name or by its first bytes. An image or folder that can't be read is a problem, not
    an error. Other files, and pictures that this program made of images, are passed over.

    Parameters
    ----------
    known
        Says which files were read as images before, so that they need not be opened here.

    Raises
    ------
    InputError
        When ``folder`` itself can't be read.
    """
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise InputError(
            f"The folder {folder} can't be read.", hint="Check that it is there.", detail=str(error)
        ) from error
    files: list[str] = []
    problems: list[Problem] = []
    passed: list[Problem] = []
    hashes: dict[str, str] = {}
    visited: set[tuple[int, int]] = set()
    waiting = deque([folder])
    while waiting:
        current = waiting.popleft()
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            names = sorted(os.listdir(current))  # noqa: PTH208 - names take less memory than paths
        except OSError as error:
            problems.append(Problem(current, reason(error)))
            continue
        seen = {} if known is None else _seen_before(names, current, known)
        hashes.update(seen)
        start = os.path.join(current, "")  # noqa: PTH118 - text, which is faster for very many
        for name in names:
            if (file := start + name) in seen:
                files.append(file)
                continue
            entry = current / name
            try:
                if entry.is_dir():
                    # Links wait until all real folders are done: images are listed under their real paths.
                    (waiting.append if entry.is_symlink() else waiting.appendleft)(entry)
                else:
                    check_image(entry)
                    files.append(str(entry))
            except NotAnImage as error:
                passed.append(Problem(entry, str(error)))
            except OSError as error:
                problems.append(Problem(entry, reason(error)))
    return Scan(in_order(files), problems, passed, hashes)


def _seen_before(names: Sequence[str], folder: Path, known: Known) -> dict[str, str]:
    """The files in a folder that are known, with their hashes; links are not, as they may lead elsewhere."""
    start, real = os.path.join(folder, ""), os.path.join(os.path.realpath(folder), "")  # noqa: PTH118
    paths, files = [], []
    for name in names:
        with suppress(OSError):
            status = os.lstat(real + name)
            if stat.S_ISREG(status.st_mode):
                paths.append(start + name)
                files.append((real + name, status.st_size, status.st_mtime_ns))
    return {path: sha for path, sha in zip(paths, known(files)) if sha}


def in_order(files: Iterable[str]) -> list[str]:
    """The paths without duplicates, sorted part by part as `Path` sorts them."""
    return sorted(set(files), key=lambda file: file.replace(os.sep, "\0"))


class NotAnImage(Exception):
    """Raised for a file that is passed over; the text says why."""


def check_image(path: Path) -> None:
    """Find out whether a file is an image that can be read here, without decoding it.

    Raises
    ------
    NotAnImage
        When it is something else, or a picture that this program made of images.
    OSError
        When it is an image that can't be read.
    """
    ending = path.suffix.lower()
    named = ending in readable_extensions()
    if not path.is_file():
        if not named:
            raise NotAnImage("not an image")
        raise OSError("a link that leads nowhere" if path.is_symlink() else "not a regular file")
    try:
        head = read_head(path)
        own = is_own_picture(path, head)
    except OSError:
        if named:
            return  # reading it as an image reports why
        raise
    if own:
        raise NotAnImage("a picture that this program made")
    kind = image_kind(head, ending)
    if not kind and not named:
        raise NotAnImage("not an image")
    if kind and kind not in readable_formats():
        raise OSError(_UNREAD.get(kind, f"an image of the format {kind}, which can't be read here"))
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise OSError("its name is not valid UTF-8; rename it") from error
