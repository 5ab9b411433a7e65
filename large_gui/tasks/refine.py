"""Refine the inversion of single images whose code is not good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.choices import Flag
from large_gui.core.direction import Direction
from large_gui.core.latent import LatentSpace
from large_gui.core.reporter import Reporter
from large_gui.engine.stages import READ_BOUND, Embedded, with_quality
from large_gui.errors import ImageError
from large_gui.models.model import Model, Picture, Refusal, refines
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.images.read import read_and_hash
from large_gui.tasks.measure import Measured, measured_pieces


@dataclass(frozen=True)
class Refinement:
    """An image with its refined code.

    Attributes
    ----------
    refined
        The refined code.
    measured
        Its new distances and inversion error, in the form of `measure_images`.
    pixels_before, pixels_after
        Root mean square difference of crop and reconstruction, whose values span a range of 2.
    """

    refined: Inverted
    measured: Measured
    pixels_before: float
    pixels_after: float


def refine_image(
    folder: Path, path: str, model: Model, directions: Sequence[Direction], cache: CodeCache,
    reporter: Reporter, *, space: LatentSpace = LatentSpace.W_PLUS, steps: int = 100, device: str = "auto",
) -> Refinement:  # fmt: skip
    """Optimise the code of an image; the caller stores it, because it belongs to one project only.

    The inversion error is that of the new code. It may be larger, because a code that fits better lies
    farther from the codes of generated images.

    Parameters
    ----------
    path
        Path of the image, relative to the folder.

    Raises
    ------
    ImageError, ModelFileError
        When the image can't be read, the model can't refine, or its generator is not here.
    """
    refiner = refines(model)
    image, sha256 = read_and_hash(folder / path, READ_BOUND)
    model.start(device, reporter)
    (frame,) = model.prepare([Picture(sha256, image)])
    if isinstance(frame, Refusal):
        raise ImageError(frame.why)
    known = cache.get_many([sha256], model.key).get(sha256)
    if known is None:
        code = model.embed([frame])
        error = float(model.quality([frame], code)[0])
        known = Inverted(code[0], error, with_quality(frame.flags, error))
    found = refiner.refine(frame, known.code, space, steps, reporter)
    code = found.code.cpu().numpy()
    error = float(model.quality([frame], code[None])[0])
    kept = [flag for flag in known.flags if flag not in (Flag.REFINED, Flag.POOR_INVERSION)]
    refined = Inverted(code, error, (*with_quality(kept, error), Flag.REFINED))
    measured = measured_pieces([Embedded(path, sha256, refined)], model, directions)
    return Refinement(refined, measured, found.pixels_before, found.pixels_after)
