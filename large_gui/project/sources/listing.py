"""List the images that are to be measured: a folder, an address, or a file that names them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.images.manifest import find_images
from large_gui.project.images.read import readable_extensions
from large_gui.project.sources.source import (
    Addresses,
    Folder,
    Source,
    check_address,
    file_system,
    is_address,
)
from large_gui.project.sources.table import Rows, has_bytes, opened, paths_of
from large_gui.project.tables import read_table

LISTS = (".txt", ".csv", ".parquet")
_MOST_BYTES = 4 << 30  # of a list as text
_LONGEST = 4096  # characters of a path


@dataclass(frozen=True, eq=False)
class Listing:
    """Which images are to be measured, and where they lie.

    Attributes
    ----------
    root
        The folder or address where their paths begin; of a table that holds the images, its file.
    paths
        Every image once, in order: relative paths with slashes, or addresses.
    failures
        Why some of ``paths`` can't be read, as far as that was seen when they were listed.
    """

    root: str
    paths: list[str]
    source: Source
    failures: dict[str, str] = field(default_factory=dict)


def listed(what: str, reporter: Reporter) -> Listing:
    """List the images of a folder, below an address, or of a file with the ending of one of `LISTS`.

    A text file has a path or an address a line, a CSV a column ``path``, a Parquet file a column ``path``,
    too, and perhaps the images in a column ``bytes``. Paths are relative to the file's folder.

    Raises
    ------
    InputError
        When it is not there, lists no image, or is none of these.
    """
    if is_address(what):
        return _below_address(what, reporter)
    path = Path(what)
    tables = sorted(path.glob("*.parquet")) if path.is_dir() else []
    if tables and not (path / "codes.json").exists():
        return _of_tables(tables, str(path), reporter)
    if path.is_dir() or not path.exists():
        found = find_images(path, reporter)
        failures = {_as_text(one.path): one.why for one in found.failures}
        root = found.folder.absolute()
        return Listing(str(root), sorted({*found.paths, *failures}), Folder(root), failures)
    if path.suffix.lower() not in LISTS:
        raise InputError(
            f"{path} is no folder, and no list of images.",
            hint=f"A list is a file with the ending {', '.join(LISTS)}; see docs/cluster.md.",
        )
    if path.suffix.lower() == ".parquet":
        return _of_tables([path], str(path), reporter)
    names = _lines(path) if path.suffix.lower() == ".txt" else _cells(path)
    return _of_names(names, path, reporter)


def _below_address(address: str, reporter: Reporter) -> Listing:
    system, root = file_system(address)
    try:
        found = system.find(root)
    except Exception as error:
        raise InputError(
            f"What lies below {address} can't be listed.",
            hint="Check the address, and that you are signed in to the store.", detail=repr(error),
        ) from error  # fmt: skip
    start = f"{system._strip_protocol(address).rstrip('/')}/"
    inside = [name.removeprefix(start) for name in map(system._strip_protocol, found)]
    paths = [name for name in inside if f".{name.rpartition('.')[2].lower()}" in readable_extensions()]
    if len(paths) < len(inside):
        reporter.warn(
            f"Passed over: {count(len(inside) - len(paths), 'object')} without the ending of an image."
        )
    return _checked(Listing(address.rstrip("/"), sorted(set(paths)), Addresses(address.rstrip("/"))), address)


def _of_tables(files: list[Path], name: str, reporter: Reporter) -> Listing:
    """The images that Parquet files hold, or those whose paths they list."""
    names: list[str] = []
    rows: dict[str, tuple[int, int]] = {}
    held = [has_bytes(opened(file)) for file in files]
    if len(set(held)) > 1:
        raise InputError(
            f"Some of the Parquet files in {name} hold images, and others list paths alone.",
            hint="Give them in folders of their own.",
        )
    nameless = twice = 0
    for number, file in enumerate(files):
        for row, path in enumerate(paths_of(opened(file))):
            if not path or len(path) > _LONGEST:
                nameless += 1
            elif path in rows:
                twice += 1
            else:
                rows[path] = number, row
                names.append(path)
    if nameless:
        reporter.warn(f"Passed over: {count(nameless, 'row')} without a path, or with too long a one.")
    if not held[0]:
        return _of_names(names, files[0], reporter)
    if twice:
        reporter.warn(f"Passed over: {count(twice, 'row')} with a path that an earlier row has.")
    place = str(Path(name).absolute())
    return _checked(Listing(place, names, Rows(tuple(file.absolute() for file in files), rows)), name)


def _of_names(names: Iterable[str], file: Path, reporter: Reporter) -> Listing:
    """Images at paths relative to a list's folder, at absolute ones, and at addresses."""
    base = file.absolute().parent
    addresses: list[str] = []
    files: list[str] = []
    for name in names:
        if is_address(name):
            check_address(name)
            addresses.append(name)
        elif name:
            files.append(os.path.normpath(base / name))
    inside = all(Path(one).is_relative_to(base) for one in files)
    root = base if inside else Path(os.path.commonpath([os.path.dirname(one) for one in files]))  # noqa: PTH120
    paths = dict.fromkeys([*(Path(one).relative_to(root).as_posix() for one in files), *addresses])
    if (twice := len(files) + len(addresses) - len(paths)) > 0:
        reporter.warn(f"Passed over: {count(twice, 'line')} with a path that an earlier one has.")
    source: Source = Addresses(str(root)) if addresses else Folder(root)
    return _checked(Listing(str(root), sorted(paths), source), str(file))


def _checked(listing: Listing, what: str) -> Listing:
    if not listing.paths:
        raise InputError(
            f"No image is listed in {what}.", hint="docs/cluster.md says what a list looks like."
        )
    return listing


def _lines(file: Path) -> list[str]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"The list {file} is larger than 4 GiB.", hint="Write it as Parquet.")
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The list {file} can't be read.", hint="It should be text in UTF-8, a path or address a line.",
            detail=repr(error),
        ) from error  # fmt: skip
    lines = [line.strip() for line in text.splitlines()]
    bad = next((number for number, line in enumerate(lines, 1) if "\0" in line or len(line) > _LONGEST), 0)
    if bad:
        raise InputError(f"Line {bad} of {file} is no path.", hint="A list has a path or an address a line.")
    return lines


def _cells(file: Path) -> list[str]:
    table = read_table(file, "list of images")
    if "path" not in table.header:
        raise InputError(f"The list {file} lacks a column path.", hint="The first line must name it: path")
    place = table.header.index("path")
    return [cells[place] for _, cells in table.with_paths(place) if place < len(cells)]


def _as_text(path: str) -> str:
    """A path that may not be valid UTF-8, as it can be written into a table."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
