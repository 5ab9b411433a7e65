"""What is known of the images of a manifest before any of them is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass

from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.source import Known
from large_gui.project.images.manifest import Manifest


@dataclass(frozen=True, eq=False)
class Recalled:
    """The images of a manifest, divided into those whose codes are known and the others.

    Attributes
    ----------
    paths, sha256
        Of the images whose codes the cache has, in the order of the manifest.
    known
        What the cache says of these.
    todo
        The paths of the others.
    """

    paths: list[str]
    sha256: list[str]
    known: Known
    todo: list[str]


def recall(manifest: Manifest, cache: CodeCache, model_key: str) -> Recalled:
    """Look up all images of a manifest at once; no file is opened, and no code is read."""
    shas = content_hashes(manifest, manifest.paths, cache)
    known = cache.known(shas, model_key)
    found = known.found.tolist()
    errors = known.inversion_error[known.found]
    flags = [its for its, here in zip(known.flags, found) if here]
    return Recalled(
        [path for path, here in zip(manifest.paths, found) if here],
        [sha for sha, here in zip(shas, found) if here],
        Known(known.found[known.found], errors, flags),
        [path for path, here in zip(manifest.paths, found) if not here],
    )


def content_hashes(manifest: Manifest, paths: Sequence[str], cache: CodeCache) -> list[str]:
    """SHA-256 of files that have not changed since they were last read; empty for the others.

    Parameters
    ----------
    paths
        Of images of the manifest.
    """
    folder, known = manifest.folder, manifest.known
    shas = [known.get(path, "") for path in paths]
    parents: dict[str, str] = {}
    files, places = [], []
    for place in (place for place, sha in enumerate(shas) if not sha):
        path = paths[place]
        below, _, name = path.rpartition("/")
        parent = parents.get(below)
        if parent is None:
            parent = parents[below] = os.path.realpath(folder / below)
        file = os.path.join(parent, name)  # noqa: PTH118 - paths of a hundred thousand files as text
        try:
            status = os.lstat(file)
            if stat.S_ISLNK(status.st_mode):
                file = os.path.realpath(file)
                status = os.stat(file)  # noqa: PTH116
        except OSError:
            continue  # the stage that reads the file reports why
        files.append((file, status.st_size, status.st_mtime_ns))
        places.append(place)
    for place, sha in zip(places, cache.known_shas(files)):
        shas[place] = sha
    return shas
