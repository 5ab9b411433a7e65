"""The duplicates among images with paths: the same content, or nearly the same picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.export import write_rows
from large_gui.project.images.manifest import Failure, find_images
from large_gui.tasks.duplicates.near import DuplicateOptions, near_duplicates
from large_gui.tasks.invert import embed_folder

COLUMNS = ("group", "path", "duplicate", "sha256")


class Duplicate(StrEnum):
    """In which way an image has duplicates."""

    SAME = "same content"
    NEAR = "nearly the same"


@dataclass(frozen=True)
class Twins:
    """Images that show the same: their paths, and in which way each is a duplicate of another."""

    paths: tuple[str, ...]
    sha256: tuple[str, ...]

    def kind(self, number: int) -> Duplicate:
        """The way of one of them: whether another one has the same content."""
        same = self.sha256.count(self.sha256[number]) > 1
        return Duplicate.SAME if same else Duplicate.NEAR


@dataclass(frozen=True)
class Duplicates:
    """The duplicates of a folder, and what can't be said.

    Attributes
    ----------
    groups
        Images that show the same, in the order of their first paths.
    images
        How many images were compared.
    failures
        Images without a code.
    """

    groups: list[Twins]
    images: int
    failures: list[Failure]


def twins(paths: Sequence[str], sha256: Sequence[str], near: Iterable[Sequence[str]] = ()) -> list[Twins]:
    """Images that show the same, by their contents and by groups of contents that are nearly the same.

    Parameters
    ----------
    paths, sha256
        The images; those without a content are left out.
    """
    first = {sha: group[0] for group in near for sha in group}
    members: dict[str, list[int]] = {}
    for number, sha in enumerate(sha256):
        if sha:
            members.setdefault(first.get(sha, sha), []).append(number)
    groups = [sorted(group, key=lambda i: paths[i]) for group in members.values() if len(group) > 1]
    groups.sort(key=lambda group: paths[group[0]])
    return [Twins(tuple(paths[i] for i in group), tuple(sha256[i] for i in group)) for group in groups]


def folder_duplicates(
    folder: Path, model: Model, cache: CodeCache, reporter: Reporter, options: DuplicateOptions, *,
    engine: str = "local", device: str = "auto",
) -> Duplicates:  # fmt: skip
    """Embed a folder, and find the images in it that show the same."""
    found = embed_folder(find_images(folder, reporter), model, cache, reporter, engine=engine, device=device)
    sha256 = [image.sha256 for image in found.images]
    try:
        near = [group.sha256 for group in near_duplicates(sha256, model, cache, reporter, options)]
    except InputError as error:  # of so few images the same content says all
        reporter.warn(str(error))
        near = []
    paths = [image.path for image in found.images]
    return Duplicates(twins(paths, sha256, near), len(paths), found.failures)


def write_duplicates(groups: Sequence[Twins], path: Path) -> None:
    """Write one row for each image that has a duplicate.

    Raises
    ------
    InputError
        When the file can't be written; an earlier file is then unchanged.
    """
    rows = (
        [number, image, group.kind(i), sha]
        for number, group in enumerate(groups, 1)
        for i, (image, sha) in enumerate(zip(group.paths, group.sha256))
    )
    write_rows(COLUMNS, rows, path)
