"""Find out the contents of a folder's images, and find the labels of a table by them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import ImageError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest
from large_gui.project.images.read import hash_file
from large_gui.project.labels import Found, LabelTable

_AT_ONCE = 64  # files between two reports


def contents_of(folder: Path, paths: Iterable[str], cache: CodeCache, reporter: Reporter) -> dict[str, str]:
    """SHA-256 of images by path; those that can't be read are left out.

    Files that were read before and have not changed are known to the cache, and are not read again.
    """
    found: dict[str, str] = {}
    ordered = list(paths)
    for done, path in enumerate(ordered):
        if done % _AT_ONCE == 0:
            reporter.check_cancelled()
            reporter.progress(done, len(ordered), "Reading images", unit=Unit.IMAGES)
        try:
            stat = (folder / path).stat()
            known = cache.known_sha(str((folder / path).resolve()), stat.st_size, stat.st_mtime_ns)
            found[path] = known or hash_file(folder / path)
        except (OSError, ImageError) as error:
            reporter.warn(f"{path} can't be read: {getattr(error, 'strerror', None) or error}.")
    return found


def labels_of(table: LabelTable, found: Manifest, cache: CodeCache, reporter: Reporter) -> Found:
    """The labels of a folder's images: by path, or else by content where the table says contents."""
    by_path = table.find(found.paths)
    if len(by_path.values) == len(table.values) or not table.contents:
        return by_path
    new = (path for path in found.paths if path not in found.known)
    contents = found.known | contents_of(found.folder, new, cache, reporter)
    return table.find(found.paths, (contents.get(path, "") for path in found.paths))
