"""A manifest lists the images of a folder that a model is to measure, and those that can't be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.core.words import count, shown
from large_gui.errors import InputError
from large_gui.project.images.scan import Known, NotAnImage, Passed, Problem, Scan, check_image, scan


@dataclass(frozen=True, slots=True)
class Failure:
    """An image that has no code, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Manifest:
    """The paths of images in order, relative to the folder and with slashes, and what can't be read.

    Attributes
    ----------
    known
        SHA-256 of the images that were read before and have not changed, by path.
    """

    folder: Path
    paths: list[str]
    failures: list[Failure] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)


def find_images(folder: Path, reporter: Reporter, known: Known | None = None) -> Manifest:
    """Find the images in a folder; warn about files that are passed over, with their number and names.

    What is ``known``, as of `scan`, is not opened.

    Raises
    ------
    InputError
        When the folder is missing or holds no image.
    """
    found = scan(folder, known)
    if found.files:
        for words in _reasons(found):
            reporter.warn(f"Passed over: {words}.")
    return _manifest(found)


def find_dropped(dropped: Sequence[Path], known: Known | None = None) -> Manifest:
    """Find the images in files and folders that were dropped on the window.

    The manifest's folder is the dropped folder, or the folder that contains all of several files and folders.
    What is ``known``, as of `scan`, is not opened.

    Raises
    ------
    InputError
        When one of them is missing, or no image is found.
    """
    missing = next((path for path in dropped if not path.exists()), None)
    if missing is not None:
        raise InputError(f"{missing} is not there.", hint="It may have been moved, renamed or unplugged.")
    if len(dropped) == 1 and dropped[0].is_dir():
        return _manifest(scan(dropped[0], known))
    return _manifest(_scan_several(dropped, known))


def relative_path(path: Path, folder: Path) -> str:
    """The path of an image as tables name it: relative to the folder, with slashes."""
    return path.relative_to(folder).as_posix()


def _manifest(found: Scan) -> Manifest:
    if not found.files:
        left = _reasons(found)
        hint = f"Passed over: {'; '.join(left)}." if left else "JPEG, PNG, WebP, TIFF and others are read."
        raise InputError(f"There are no images in {found.folder}.", hint=hint)
    failures = [Failure(problem.path, problem.why) for problem in found.problems]
    return Manifest(found.folder, found.files, failures, found.known)


def _scan_several(dropped: Sequence[Path], known: Known | None) -> Scan:
    found = Scan(Path(os.path.commonpath([path.parent for path in dropped])))
    files: set[str] = set()  # a file may be dropped beside its folder
    for path in dropped:
        name = relative_path(path, found.folder)
        if path.is_dir():
            part = scan(path, known)
            files.update(f"{name}/{file}" for file in part.files)
            found.known.update((f"{name}/{file}", sha256) for file, sha256 in part.known.items())
            found.problems.extend(
                Problem(name if p.path == "." else f"{name}/{p.path}", p.why) for p in part.problems
            )
            for why, passed in part.passed.items():
                found.passed.setdefault(why, Passed()).extend(passed, f"{name}/")
            continue
        try:
            check_image(str(path))
            files.add(name)
        except (NotAnImage, OSError) as error:  # a person chose this file, so it is not passed over
            found.problems.append(Problem(name, str(error)))
    found.files.extend(files)
    found.put_in_order()
    return found


def _reasons(found: Scan) -> list[str]:
    """A line for each reason why files were left out, with their number and the first names."""
    unread: dict[str, Passed] = {}
    for problem in found.problems:
        unread.setdefault(problem.why, Passed()).add(problem.path)
    lines = []
    for why, its in [*unread.items(), *found.passed.items()]:
        more = f" and {its.files - len(its.first):,} more" if its.files > len(its.first) else ""
        names = (shown(os.fsencode(name).decode("utf-8", "backslashreplace")) for name in its.first)
        lines.append(f"{count(its.files, 'file')}, {why} ({', '.join(names)}{more})")
    return lines
