"""A manifest lists the images of a folder that a model is to measure, and those that can't be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.core.words import shown
from large_gui.errors import InputError
from large_gui.project.images.scan import Known, NotAnImage, Problem, Scan, check_image, in_order, scan

_NAMED = 5  # how many of the files that are passed over for one reason are named


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
        for words in [*_reasons(found.problems, folder), *_reasons(found.passed, folder)]:
            reporter.warn(f"Passed over: {words}.")
    return _manifest(folder, found)


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
        return _manifest(dropped[0], scan(dropped[0], known))
    return _manifest(Path(os.path.commonpath([p.parent for p in dropped])), _scan_several(dropped, known))


def relative_path(path: Path, folder: Path) -> str:
    """The path of an image as tables name it: relative to the folder, with slashes."""
    return path.relative_to(folder).as_posix()


def _manifest(folder: Path, found: Scan) -> Manifest:
    if not found.files:
        left = [*_reasons(found.problems, folder), *_reasons(found.passed, folder)]
        hint = f"Passed over: {'; '.join(left)}." if left else "JPEG, PNG, WebP, TIFF and others are read."
        raise InputError(f"There are no images in {folder}.", hint=hint)
    failures = [Failure(relative_path(p.path, folder), p.why) for p in found.problems]
    known = dict(zip(_relative(list(found.known), folder), found.known.values()))
    return Manifest(folder, _relative(found.files, folder), failures, known)


def _relative(files: Sequence[str], folder: Path) -> list[str]:
    """`relative_path` of many files that are named by text."""
    start = os.path.join(folder, "")  # noqa: PTH118 - with a separator at its end
    cut = len(start)
    return [
        file[cut:].replace(os.sep, "/") if file.startswith(start) else relative_path(Path(file), folder)
        for file in files
    ]


def _scan_several(dropped: Sequence[Path], known: Known | None) -> Scan:
    files: list[str] = []
    problems: list[Problem] = []
    passed: list[Problem] = []
    hashes: dict[str, str] = {}
    for path in dropped:
        if path.is_dir():
            part = scan(path, known)
            files += part.files
            problems += part.problems
            passed += part.passed
            hashes |= part.known
            continue
        try:
            check_image(path)
            files.append(str(path))
        except (NotAnImage, OSError) as error:  # a person chose this file, so it is not passed over
            problems.append(Problem(path, str(error)))
    return Scan(in_order(files), problems, passed, hashes)


def _reasons(problems: Iterable[Problem], folder: Path) -> list[str]:
    """A line for each reason why files were left out, with their number and the first names."""
    by_why: dict[str, list[str]] = {}
    for problem in problems:
        name = os.fsencode(relative_path(problem.path, folder)).decode("utf-8", "backslashreplace")
        by_why.setdefault(problem.why, []).append(shown(name))
    lines = []
    for why, names in by_why.items():
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        count = f"{len(names):,} {'file' if len(names) == 1 else 'files'}"
        lines.append(f"{count}, {why} ({', '.join(names[:_NAMED])}{more})")
    return lines
