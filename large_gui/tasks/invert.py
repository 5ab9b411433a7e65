"""Compute the codes of a folder's images, and write them with their quality and flags as one ``.npz``."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.reporter import Reporter
from large_gui.engine.engine import run
from large_gui.engine.stages import chunks
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.folders import user_folder
from large_gui.models.model import Model, generates
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure, Manifest, find_images
from large_gui.tasks.exports.arrays import add_array, begin_array
from large_gui.tasks.sorting.faces import warn_of_few_faces

_AT_ONCE = 256  # codes in memory while the file is written


@dataclass(frozen=True, slots=True)
class EmbeddedImage:
    """An image whose code is in the cache.

    Attributes
    ----------
    path
        Path relative to the folder.
    error
        Percentile of its inversion error; NaN if it was not measured.
    """

    path: str
    sha256: str
    error: float
    flags: tuple[str, ...]


@dataclass(frozen=True)
class EmbeddedFolder:
    """Every image of a folder: those whose code is in the cache, in order, and those that have none."""

    images: list[EmbeddedImage]
    failures: list[Failure]


def open_cache(path: Path | None = None) -> CodeCache:
    """Open a code cache: the given file, or the one that all of this user's folders share."""
    return CodeCache(path if path is not None else shared_cache())


def shared_cache() -> Path:
    """The file of the cache for all folders for which no other cache is named."""
    return user_folder() / "codes.sqlite"


def judging(model: Model, *, reconstruct: bool) -> Model:
    """The model, set to judge codes by reconstructed images if ``reconstruct`` is true.

    Raises
    ------
    ModelFileError
        When the model makes no pictures.
    """
    return generates(model).judged_by_images() if reconstruct else model


def embed_folder(
    manifest: Manifest, model: Model, cache: CodeCache, reporter: Reporter, *, engine: str = "local",
    device: str = "auto",
) -> EmbeddedFolder:  # fmt: skip
    """Compute the codes of all images of a manifest that are not in the cache yet."""
    images: dict[str, EmbeddedImage] = {}
    failures = list(manifest.failures)
    for batch in run(manifest, model, cache, reporter, engine=engine, device=device):
        for item in batch:
            if isinstance(item, Failure):
                failures.append(item)
                reporter.warn(f"{item.path}: {item.why}")
            else:
                found = item.inverted
                images[item.path] = EmbeddedImage(item.path, item.sha256, found.inversion_error, found.flags)
    ordered = [images[path] for path in manifest.paths if path in images]
    return EmbeddedFolder(ordered, sorted(failures, key=lambda failure: failure.path))


def codes_of(
    images: Sequence[EmbeddedImage], model: Model, cache: CodeCache
) -> Iterator[NDArray[np.float32]]:
    """Yield the codes ``(n, L, D)`` of images that were embedded, some at a time, in order.

    Raises
    ------
    InputError
        When a code has been deleted from the cache since.
    """
    for chunk in chunks(images, _AT_ONCE):
        known = cache.get_many(sorted({image.sha256 for image in chunk}), model.key)
        if any(image.sha256 not in known for image in chunk):
            raise InputError(
                "Codes of these images were deleted from the cache meanwhile.",
                hint="Run the same again, and clear the cache only afterwards.",
            )
        yield np.stack([known[image.sha256].code for image in chunk])


def invert_folder(
    folder: Path, model: Model, cache: CodeCache, out: Path, reporter: Reporter, *,
    device: str = "auto", reconstruct: bool = False, engine: str = "local",
) -> tuple[int, int, int]:  # fmt: skip
    """Write the codes of a folder's images.

    Parameters
    ----------
    out
        ``.npz`` with ``paths``, ``codes`` ``(N, L, D)`` float32, ``inversion_error``, ``flags``, ``sha256``,
        ``model`` and ``encoder``. `large_gui.tasks.imports.inverted` reads it.

    Returns
    -------
    Shape of the codes.

    Raises
    ------
    InputError
        When the folder holds no image that can be read, or ``out`` can't be written.
    """
    encoder, model = model.key, judging(model, reconstruct=reconstruct)
    found = embed_folder(find_images(folder, reporter), model, cache, reporter, engine=engine, device=device)
    if not found.images:
        raise InputError("None of the images can be read.", hint="The lines above say why for each.")
    with_face = sum(Flag.UNALIGNED not in image.flags for image in found.images)
    warn_of_few_faces(with_face, len(found.images), reporter, "have codes that say little")
    shape = (len(found.images), *model.shape)
    with written_whole(out) as whole, zipfile.ZipFile(whole, "w") as archive:
        add_array(archive, "paths", np.array([image.path for image in found.images]))
        with archive.open("codes.npy", "w", force_zip64=True) as file:
            begin_array(file, np.dtype(np.float32), shape)
            for codes in codes_of(found.images, model, cache):
                reporter.check_cancelled()
                file.write(np.ascontiguousarray(codes, "<f4").tobytes())
        add_array(archive, "inversion_error", np.array([image.error for image in found.images]))
        add_array(archive, "flags", np.array([";".join(image.flags) for image in found.images]))
        add_array(archive, "sha256", np.array([image.sha256 for image in found.images]))
        add_array(archive, "model", np.array(model.name))
        add_array(archive, "encoder", np.array(encoder))
    return shape
