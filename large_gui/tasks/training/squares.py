"""Read images and make each of them a square, to train on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.choices import OWN_MODEL, Crop, Flag
from large_gui.core.latent import Pixels
from large_gui.engine.local import ahead
from large_gui.engine.stages import BATCH, READ_BOUND, chunks
from large_gui.errors import ImageError
from large_gui.project.images.read import read_and_hash
from large_gui.tasks.training.prepared import Source
from large_gui.threads import pool

if TYPE_CHECKING:
    from large_gui.models.preparation import Aligner

_FINER = 4  # times the size that an image is read at, if that is more than usual
_ENLARGED = 2  # an image is left out if it had to be enlarged more than this


@dataclass(frozen=True, eq=False)
class Squared:
    """An image with its square ``(S, S, 3)``, or why it has none."""

    path: str
    source: Source
    pixels: Pixels | None = None
    square: Pixels | None = None
    why: str = ""


def squares(folder: Path, paths: Iterable[str], size: int, crop: Crop) -> Iterator[Squared]:
    """The images of a folder in order, each as a square.

    They are read on threads; faces are looked for on the caller's.
    """
    aligner = _face_aligner(size) if crop == Crop.FACES else None

    def read(path: str) -> Squared:
        image = _read(folder / path, path, size)
        return image if aligner is not None else _cropped(image, size, crop)

    with pool("read") as readers, closing(ahead(readers, read, paths, 2 * BATCH)) as images:
        for batch in chunks(images, BATCH if aligner is not None else 1):
            yield from batch if aligner is None else _faces(batch, aligner, size)


def _read(file: Path, path: str, size: int) -> Squared:
    source = Source.unread(file)
    try:
        pixels, sha256 = read_and_hash(file, max(READ_BOUND, _FINER * size))
    except ImageError as error:
        said = error.sentence.rstrip(".")
        return Squared(
            path, source, why=said.replace(file.name, "it", 1) if said.startswith(file.name) else said
        )
    return Squared(path, replace(source, sha256=sha256), pixels)


def _cropped(image: Squared, size: int, crop: Crop) -> Squared:
    from PIL.Image import Resampling

    from large_gui.models.preparation import centred_square, padded_square

    if image.pixels is None:
        return image
    height, width = image.pixels.shape[:2]
    side = max(height, width) if crop == Crop.PADDED else min(height, width)
    if side * _ENLARGED < size:
        return Squared(image.path, image.source, why=f"it has only {width} x {height} pixels")
    if crop == Crop.PADDED:
        square = padded_square(image.pixels, size, resample=Resampling.LANCZOS)
    else:
        square = centred_square(image.pixels, size, resample=Resampling.LANCZOS).crop
    return Squared(image.path, image.source, square=square)


def _faces(batch: Sequence[Squared], aligner: Aligner, size: int) -> Iterator[Squared]:
    """The images of a batch, cropped round their largest faces."""
    import numpy as np

    read = [image.pixels for image in batch if image.pixels is not None]
    found = iter(aligner.align_batch(read) if read else [])
    for image in batch:
        if image.pixels is None:
            yield image
            continue
        face = next(found)
        side = float(np.hypot(*(face.quad[3] - face.quad[0])))
        if Flag.UNALIGNED in face.flags:
            yield Squared(image.path, image.source, why="no face was found in it")
        elif side * _ENLARGED < size:
            yield Squared(image.path, image.source, why=f"its face is only {side:.0f} pixels wide")
        else:
            yield Squared(image.path, image.source, square=face.crop)


def _face_aligner(size: int) -> Aligner:
    """The aligner of the model that came with the program."""
    from large_gui.models.kinds.gan import GanModel
    from large_gui.models.library import open_model

    faces = open_model(OWN_MODEL)
    assert isinstance(faces, GanModel), "the model that came with the program"
    return faces.aligner(size)
