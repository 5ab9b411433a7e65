"""A manifest lists the images of a folder that a model is to measure, and those that can't be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.core.words import count, shown
from large_gui.errors import InputError
from large_gui.project.codes.parts.about import is_code_folder
from large_gui.project.images.scan import Known, NotAnImage, Passed, Problem, Scan, check_image, scan

_LOOKED_AT = 20  # images of a folder of codes, of which one should be there


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
    codes
        A folder of codes of these images, see `large_gui.project.codes.parts`; ``None`` if there is none.
    """

    folder: Path
    paths: list[str]
    failures: list[Failure] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    codes: Path | None = None


def find_images(folder: Path, reporter: Reporter, known: Known | None = None) -> Manifest:
    """Find the images in a folder; warn about files that are passed over, with their number and names.

    What is ``known``, as of `scan`, is not opened. A folder of codes stands for the images that it holds the
    codes of; these need not be there any more.

    Raises
    ------
    InputError
        When the folder is missing or holds no image.
    """
    if is_code_folder(folder):
        return _of_codes(folder, reporter)
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
    if len(dropped) == 1 and is_code_folder(dropped[0]):
        return _of_codes(dropped[0], SilentReporter())
    if len(dropped) == 1 and dropped[0].is_dir():
        return _manifest(scan(dropped[0], known))
    return _manifest(_scan_several(dropped, known))


def images_are_gone(manifest: Manifest) -> bool:
    """Whether a manifest is of a folder of codes, and none of the first images is where it lay."""
    looked_at = manifest.paths[:_LOOKED_AT]
    return manifest.codes is not None and not any((manifest.folder / path).is_file() for path in looked_at)


def relative_path(path: Path, folder: Path) -> str:
    """The path of an image as tables name it: relative to the folder, with slashes."""
    return path.relative_to(folder).as_posix()


def _of_codes(folder: Path, reporter: Reporter) -> Manifest:
    """The images that a folder holds codes of, by their paths; no image is looked at, and no code read."""
    from large_gui.project.codes.parts.folder import CodeFolder

    source = CodeFolder(folder)
    paths: dict[str, str] = {}
    failures: dict[str, str] = {}
    twice = 0
    for rows in source.rows():
        reporter.check_cancelled()
        for path, sha256, why in zip(rows.paths, rows.sha256, rows.why):
            if why:
                failures.setdefault(path, why)
            else:
                twice += paths.setdefault(path, sha256) != sha256
    if twice:
        reporter.warn(
            f"{count(twice, 'image')} changed between two runs into {folder}: the first code of each is used."
        )
    if not paths and not failures:
        raise InputError(
            f"There are no codes in {folder} yet.", hint="`large-gui invert --out` writes them there."
        )
    place = Path(source.about.images)
    root = place if place.is_absolute() and not place.is_file() else folder
    failed = [Failure(path, why) for path, why in sorted(failures.items()) if path not in paths]
    ordered = sorted(paths, key=lambda path: path.replace("/", "\0"))
    return Manifest(root, ordered, failed, paths, folder)


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
