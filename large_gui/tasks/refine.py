"""Refine the inversion of single images, where the encoder's code is not good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.choices import Flag
from large_gui.core.direction import Direction
from large_gui.core.latent import LatentSpace
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.pack import ModelPack
from large_gui.project.code_cache import CodeCache, Inverted
from large_gui.project.images import read_and_hash
from large_gui.tasks.invert import READ_BOUND, ImageCode
from large_gui.tasks.measure import Measured, measured_pieces


@dataclass(frozen=True)
class Refinement:
    """An image with its refined code.

    Attributes
    ----------
    refined
        The code.
    measured
        Its new distances and inversion error, as `measure_images` tells them.
    pixels_before, pixels_after
        Root mean square difference of crop and reconstruction, of a range of 2.
    """

    refined: Inverted
    measured: Measured
    pixels_before: float
    pixels_after: float


def refine_image(
    folder: Path, path: str, pack: ModelPack, directions: Sequence[Direction], cache: CodeCache,
    reporter: Reporter, *, space: LatentSpace = LatentSpace.W_PLUS, steps: int = 100, device: str = "auto",
) -> Refinement:  # fmt: skip
    """Optimise the code of an image; the caller keeps it, as it belongs to a project and to no other.

    The inversion error becomes the new code's; it may rise, as a code that fits better lies farther out.

    Parameters
    ----------
    path
        Relative to the folder.

    Raises
    ------
    InputError
        When the model's codes came without an encoder.
    ImageError, ModelFileError
        When the image can't be read, or the generator is not here.
    """
    if not pack.has_encoder:
        raise InputError(f"The model {pack.name!r} has no encoder to refine with.")
    import torch

    from large_gui.models.encoding import Inverter, pick_device
    from large_gui.models.optimize import optimize
    from large_gui.models.quality import POOR_PERCENTILE, code_error

    image, sha256 = read_and_hash(folder / path, READ_BOUND)
    inverter = Inverter(pack, pick_device(device), reporter)
    faces = inverter.align([image])
    known = cache.get_many([sha256], pack.encoder_key).get(sha256)
    if known is None:
        (inversion,) = inverter.invert(faces)
        known = Inverted(inversion.code, inversion.error, inversion.flags)
    aligned = torch.from_numpy(faces[0].crop.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    generator = pack.generator().to(inverter.device)
    found = optimize(
        generator, inverter.encoder, aligned, torch.from_numpy(known.code), reporter, space=space, steps=steps
    )
    code = found.code.cpu().numpy()
    error = float(code_error(code[None], inverter.statistics)[0])
    kept = tuple(flag for flag in known.flags if flag not in (Flag.REFINED, Flag.POOR_INVERSION))
    flags = (*kept, *((Flag.POOR_INVERSION,) if error > POOR_PERCENTILE else ()), Flag.REFINED)
    refined = Inverted(code, error, flags)
    measured = measured_pieces([ImageCode(path, sha256, refined)], directions)
    return Refinement(refined, measured, found.pixels_before, found.pixels_after)
