"""The images of an open folder by number: which are there, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from large_gui.project.images.manifest import Failure, Manifest
from large_gui.tasks.measure import Measured
from large_gui.tasks.watching.changes import Changes


class Renewed(NamedTuple):
    """What a change of the folder did to numbers: those to measure, those that went, those with new paths."""

    measure: list[int]
    gone: list[int]
    renamed: list[int]


class Listed:
    """Images by number, which an image keeps while the folder is open.

    At first they are in the order of their paths. Images that come later get the next numbers; one that is
    renamed keeps its number, and so does one that goes, which gets it again if it comes back.

    Attributes
    ----------
    folder
        The folder that the paths are relative to.
    paths
        The path of each number; of an image that went, the one under which something is said of it.
    number
        The number of each path that is there.
    here
        Which images are there, ``(N,)``.
    sha256
        The content of each measured image, empty for others.
    failures
        Why images can't be read or measured, by path.
    near
        Groups of contents that are nearly the same, as far as they were sought.
    """

    def __init__(self, found: Manifest) -> None:
        self.folder: Path = found.folder
        self.failures: dict[str, Failure] = {f.path: f for f in found.failures}
        self.paths: list[str] = sorted({*found.paths, *self.failures})
        self.number: dict[str, int] = {path: i for i, path in enumerate(self.paths)}
        self.here: NDArray[np.bool_] = np.ones(len(self.paths), bool)
        self.sha256: list[str] = [""] * len(self.paths)
        self.near: Sequence[Sequence[str]] = ()
        self._went: dict[str, int] = {}
        self._by_path: NDArray[np.intp] | None = np.arange(len(self.paths))

    def __len__(self) -> int:
        """How many numbers there are, those of images that have gone too."""
        return len(self.paths)

    @property
    def images(self) -> int:
        """How many images there are."""
        return len(self.number)

    def numbers(self) -> NDArray[np.intp]:
        """Numbers of the images that are there, in the order of their paths."""
        if self._by_path is None:
            self._by_path = np.array([self.number[path] for path in sorted(self.number)], np.intp)
        return self._by_path

    def keyed(self, path: str) -> int | str:
        """An image by what a new name does not change: its number, or the path of one that isn't here."""
        return self.number.get(path, path)

    def path_of(self, key: int | str) -> str:
        """The path of what `keyed` returned, as it is now."""
        return key if isinstance(key, str) else self.paths[key]

    def alias(self, renamed: Mapping[str, str]) -> None:
        """Say under which new paths images were found that went before; what is undone finds them there."""
        for old, new in renamed.items():
            if old in self._went:
                self.paths[self._went[old]] = new

    def of_contents(self, sha256: Sequence[str], distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distances of images with these contents as those of the images that are here, NaN for others."""
        known = dict(zip(sha256, distances.tolist()))
        known.pop("", None)
        return np.array([known.get(sha, np.nan) for sha in self.sha256], np.float64)

    def of_content(self, one: Measured) -> Measured:
        """The measurement of one image as that of every image with the same content."""
        (sha,) = one.sha256
        paths = [self.paths[i] for i, other in enumerate(self.sha256) if other == sha]
        n = len(paths)
        return replace(
            one, paths=paths, sha256=[sha] * n, flags=one.flags * n, distances=one.distances.repeat(n, 0),
            inversion_error=one.inversion_error * n,
        )  # fmt: skip

    def waits(self, number: int) -> bool:
        """Whether an image is there and still to be measured."""
        return bool(self.here[number] and not self.sha256[number] and self.paths[number] not in self.failures)

    def still_here(self, measured: Measured) -> Measured:
        """What was measured of images that are still at their path; others have gone meanwhile."""
        kept = [n for n, path in enumerate(measured.paths) if path in self.number]
        failures = [failure for failure in measured.failures if failure.path in self.number]
        if len(kept) == len(measured.paths) and len(failures) == len(measured.failures):
            return measured
        return replace(
            measured, paths=[measured.paths[n] for n in kept], sha256=[measured.sha256[n] for n in kept],
            distances=measured.distances[kept], flags=[measured.flags[n] for n in kept], failures=failures,
            inversion_error=[measured.inversion_error[n] for n in kept],
        )  # fmt: skip

    def list_anew(self, changes: Changes) -> Renewed:
        """Take in how the folder has changed, and return what that does to numbers."""
        self._by_path = None
        renamed = self._rename(changes.renamed)
        waiting = [i for i in renamed.renamed if not self.sha256[i] and self.paths[i] not in self.failures]
        gone = [self._leave(path) for path in changes.gone if path in self.number]
        gone += renamed.gone
        measure = waiting + [self.number[path] for path in changes.edited if path in self.number]
        for path in changes.edited:
            self.failures.pop(path, None)
        for path in (*changes.added, *(failure.path for failure in changes.failures)):
            if path not in self.number:
                measure.append(self._come(path))
        self.failures |= {failure.path: failure for failure in changes.failures}
        return Renewed(measure, gone, renamed.renamed)

    def _rename(self, renamed: Mapping[str, str]) -> Renewed:
        """Give images new paths, all at once: they may trade places."""
        moved = {new: self.number.pop(old) for old, new in renamed.items() if old in self.number}
        failed = {new: self.failures.pop(old) for old, new in renamed.items() if old in self.failures}
        gone = [self._leave(new) for new in moved if new in self.number]  # it was overwritten
        self.number |= moved
        self.failures |= {new: Failure(new, failure.why) for new, failure in failed.items()}
        for new, number in moved.items():
            self.paths[number] = new
            self._went.pop(new, None)
        return Renewed([], gone, list(moved.values()))

    def _leave(self, path: str) -> int:
        number = self._went[path] = self.number.pop(path)
        self.failures.pop(path, None)
        self.here[number] = False
        return number

    def _come(self, path: str) -> int:
        """The number of an image that came: its own if it was there before, else the next."""
        number = self._went.pop(path, len(self.paths))
        if number == len(self.paths):
            self.paths.append(path)
            self.here = np.append(self.here, True)
        self.here[number] = True
        self.number[path] = number
        return number
