"""Real images as a model prepares them, in batches, for comparing its own pictures with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.latent import Pixels
from large_gui.core.reporter import Reporter, Unit
from large_gui.core.words import count
from large_gui.engine.stages import BATCH, READ_BOUND, chunks
from large_gui.errors import ImageError, InputError
from large_gui.models.kinds.gan import GanModel
from large_gui.models.model import Model
from large_gui.models.preparation import AlignedFace, SquareAligner
from large_gui.project.images.manifest import find_images
from large_gui.project.images.read import read_image

FEWEST = 50  # real images that a figure can be made of


def real_images(
    folder: Path, model: Model, side: int, reporter: Reporter, device: str = ""
) -> Iterator[NDArray[np.uint8]]:
    """Yield batches of images of bytes ``(B, 3, side, side)``, cropped as the model crops images.

    Images that can't be read, and images without a face where the model crops faces, are left out with a
    warning.

    Raises
    ------
    InputError
        When the folder can't be read, or fewer than `FEWEST` images are left.
    """
    found = find_images(folder, reporter)
    for failure in found.failures:
        reporter.warn(f"{failure.path}: {failure.why}")
    used = faceless = done = 0
    for names in chunks(found.paths, BATCH):
        reporter.check_cancelled()
        reporter.progress(done, len(found.paths), "Reading real images", unit=Unit.IMAGES, device=device)
        done += len(names)
        pictures = []
        for name in names:
            try:
                pictures.append(read_image(folder / name, READ_BOUND))
            except ImageError as error:
                reporter.warn(f"{name}: {error.sentence}")
        crops = _aligned(model, pictures, side)
        good = [face.crop for face in crops if Flag.UNALIGNED not in face.flags]
        faceless += len(crops) - len(good)
        used += len(good)
        if good:
            yield np.ascontiguousarray(np.stack(good).transpose(0, 3, 1, 2))
    if faceless:
        reporter.warn(f"{count(faceless, 'image shows', 'images show')} no face and can't be compared.")
    if used < FEWEST:
        raise InputError(
            f"{folder} has only {count(used, 'image')} to compare with.",
            hint=f"At least {FEWEST} are needed; from some thousands on, figures are worth comparing.",
        )


def _aligned(model: Model, pictures: list[Pixels], side: int) -> list[AlignedFace]:
    if not pictures:
        return []
    aligner = model.aligner(side) if isinstance(model, GanModel) else SquareAligner(side)
    return aligner.align_batch(pictures)
