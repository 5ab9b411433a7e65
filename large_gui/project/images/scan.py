"""Find the images in a folder: a million of them in bounded memory, as text relative to the folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.images.content import image_kind, is_own_picture, read_head
from large_gui.project.images.read import readable_extensions, readable_formats, reason
from large_gui.project.images.walk import walk

# SHA-256 of each file (path, size, mtime_ns) that was read before and has not changed, else an empty text.
Known = Callable[[Sequence[tuple[str, int, int]]], Sequence[str]]
_UNREAD = {
    "HEIF": "a HEIC image, which needs an extra: pip install 'large-gui[heic]'",
    "RAW": "a camera's raw file; export it as JPEG or TIFF",
}
_NAMED = 5  # how many of the files that are passed over for one reason are named


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or folder that can't be read, relative to the folder that was scanned, and why."""

    path: str
    why: str


@dataclass
class Passed:
    """The files that are passed over for one reason: how many, and the first of them."""

    files: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        """Count one more."""
        self.extend(Passed(1, [path]))

    def extend(self, others: Passed, below: str = "") -> None:
        """Count others too, whose names are put behind the folder that they lie in."""
        self.files += others.files
        self.first += [below + path for path in others.first[: _NAMED - len(self.first)]]


@dataclass(frozen=True)
class Scan:
    """The files that were found in a folder; paths are relative to it, with slashes.

    Attributes
    ----------
    files
        Images, in the order of `Path`.
    problems
        Images and folders that can't be read, in the order found.
    passed
        Files that are passed over because they are no images, by the reason.
    known
        SHA-256 of those images that were read before and have not changed.
    """

    folder: Path
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed: dict[str, Passed] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> list[Path]:
        """The images, each as a `Path`."""
        return [self.folder / file for file in self.files]

    def put_in_order(self) -> None:
        """Sort the images part by part, as `Path` sorts them."""
        self.files.sort(key=lambda file: file.replace("/", "\0"))


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
    found = Scan(folder)
    for listing in walk(str(folder)):
        if listing.why is not None:
            found.problems.append(Problem(listing.prefix.rstrip("/") or ".", reason(listing.why)))
            continue
        for name, why in listing.refused.items():
            found.problems.append(Problem(listing.prefix + name, reason(why)))
        plain = (name for name in listing.files if name not in listing.odd)
        seen = {} if known is None else _seen_before(plain, listing.place, known)
        for name in listing.files:
            path = listing.prefix + name
            try:
                if name in seen:
                    found.known[path] = seen[name]
                else:
                    file = os.path.join(listing.place, name)  # noqa: PTH118 - faster than `Path`
                    check_image(file, regular=name not in listing.odd)
                found.files.append(path)
            except NotAnImage as error:
                found.passed.setdefault(str(error), Passed()).add(path)
            except OSError as error:
                found.problems.append(Problem(path, reason(error)))
    found.put_in_order()
    return found


def _seen_before(names: Iterable[str], folder: str, known: Known) -> dict[str, str]:
    """SHA-256 of the ordinary files in a folder that are known, by name."""
    real, here, files = os.path.realpath(folder), [], []
    for name in names:
        with suppress(OSError):
            file = os.path.join(real, name)  # noqa: PTH118
            status = os.lstat(file)
            here.append(name)
            files.append((file, status.st_size, status.st_mtime_ns))
    return {name: sha256 for name, sha256 in zip(here, known(files)) if sha256}


class NotAnImage(Exception):
    """Raised for a file that is passed over; the text says why."""


def check_image(path: str, *, regular: bool = False) -> None:
    """Find out whether a file is an image that can be read here, without decoding it.

    Parameters
    ----------
    regular
        Whether it is known to be an ordinary file, and no link or pipe.

    Raises
    ------
    NotAnImage
        When it is something else, or a picture that this program made of images.
    OSError
        When it is an image that can't be read.
    """
    ending = _ending(path)
    named = ending in readable_extensions()
    if not regular and not Path(path).is_file():
        if not named:
            raise NotAnImage("not an image")
        raise OSError("a link that leads nowhere" if Path(path).is_symlink() else "not a regular file")
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
        path.encode()
    except UnicodeEncodeError as error:
        own_name = error.start >= len(path) - len(Path(path).name)
        where = "its name is" if own_name else "a folder that it lies in has a name that is"
        raise OSError(f"{where} not valid UTF-8; rename {'it' if own_name else 'that'}") from error


def _ending(path: str) -> str:
    """Ending of a name in lower case and with the point, as `Path.suffix`; a name of points has none."""
    name = os.path.basename(path)  # noqa: PTH119
    place = name.rfind(".")
    return name[place:].lower() if 0 < place < len(name) - 1 else ""
