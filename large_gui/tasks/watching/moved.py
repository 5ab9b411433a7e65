"""Find the project of a folder that has moved, by the contents of its images, and take it along."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import ImageError, InputError, LargeError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.database import read_header
from large_gui.project.images.manifest import Manifest
from large_gui.project.images.read import hash_file
from large_gui.project.schema import KIND, is_project
from large_gui.project.store import ProjectStore
from large_gui.tasks.projects import SUFFIX, project_for

_LOG = logging.getLogger(__name__)
_SAMPLE = 64  # images that are read to recognise a folder
_ENOUGH = 0.5  # of these must be known
_VERSION = slice(60, 64)  # of the schema, in the header of an SQLite file


@dataclass(frozen=True)
class Moved:
    """A folder whose images are those of another one, which has a project.

    Attributes
    ----------
    folder
        The other folder.
    gone
        Whether it is not there any more, and its images are here: at least half as many as it had.
    judged
        Of how many images something is said in its project.
    """

    folder: Path
    gone: bool
    judged: int

    @property
    def words(self) -> str:
        """What a person gets with it: ``what you said of 12 images of the folder /old/faces``."""
        return f"what you said of {count(self.judged, 'image')} in {self.folder}"


def find_moved(found: Manifest, home: Path, cache: CodeCache, reporter: Reporter) -> Moved | None:
    """Find a folder that had these images, or a copy of them, and of whose images a person said something.

    Parameters
    ----------
    found
        The images of a folder that is opened for the first time. Up to 64 of them are read.
    home
        The folder of the user's data.

    Returns
    -------
    The folder of which most of these images are known, at least half of them, rather one that is not there
    any more; ``None`` if there is none. Names and places of images don't matter.
    """
    own = project_for(found.folder, home).stem
    files = sorted((home / "projects").glob(f"*{SUFFIX}"))
    files = [file for file in files if not file.stem.startswith(own) and _keeps_contents(file)]
    if not files:
        return None
    sample = _sample(found, cache, reporter)
    best: tuple[bool, float, int, Moved] | None = None
    for file in files:
        reporter.check_cancelled()
        try:
            moved = _compare(file, sample, len(found.paths))
        except LargeError as error:
            _LOG.warning("a project can't be looked at: %s", error)
            continue
        if moved is not None and moved[3].folder != found.folder and (best is None or moved[:3] > best[:3]):
            best = moved
    return None if best is None else best[3]


def take_along(moved: Moved, folder: Path, home: Path) -> None:
    """Give a folder a copy of the projects of another one, which stay as they are.

    Raises
    ------
    InputError
        When something was said in a project of the folder already, or a project can't be written; projects
        are never mixed.
    """
    old, new = project_for(moved.folder, home).stem, project_for(folder, home).stem
    copies = {
        file: file.with_name(f"{new}{file.stem.removeprefix(old)}{SUFFIX}")
        for file in sorted((home / "projects").glob(f"{old}*{SUFFIX}"))
    }
    for copy in filter(Path.exists, copies.values()):
        with ProjectStore(copy) as store:
            if store.said_of() or store.directions():
                raise InputError(
                    f"Something was said of images in {folder} already, so nothing was taken along.",
                    hint=f"The project of {moved.folder} is {project_for(moved.folder, home)}.",
                )
    for file, copy in copies.items():
        with ProjectStore(file) as store:
            store.copy_to(copy)
        with ProjectStore(copy) as store:
            store.set_opened([folder])


def _keeps_contents(file: Path) -> bool:
    """Whether a project is of a version that keeps contents; opening others would change them."""
    try:
        header = read_header(file)
    except OSError:
        return False
    return is_project(file) and int.from_bytes(header[_VERSION], "big") == len(KIND.steps)


def _sample(found: Manifest, cache: CodeCache, reporter: Reporter) -> set[bytes]:
    """Contents of some images of a folder, evenly chosen."""
    n = len(found.paths)
    contents = set()
    for i in np.unique(np.linspace(0, n - 1, min(n, _SAMPLE)).astype(int)):
        reporter.check_cancelled()
        file = found.folder / found.paths[i]
        try:
            stat = file.stat()
            sha = cache.known_sha(str(file.resolve()), stat.st_size, stat.st_mtime_ns) or hash_file(file)
        except (OSError, ImageError):
            continue
        contents.add(bytes.fromhex(sha))
    return contents


def _compare(file: Path, sample: set[bytes], images: int) -> tuple[bool, float, int, Moved] | None:
    """How well a project fits: whether its folder has moved, the share that is known, and what is said.

    Of ``images`` of a folder that is looked at, the ``sample`` has the contents.
    """
    with ProjectStore(file) as store:
        known = store.known_of(sample)
        opened = store.opened()
        if not sample or len(known) < _ENOUGH * len(sample) or len(opened) != 1:
            return None
        judged = len(store.said_of())
        if not judged:
            return None
        gone = not opened[0].exists() and images >= _ENOUGH * store.count_contents()
        return gone, len(known) / len(sample), judged, Moved(opened[0], gone, judged)
