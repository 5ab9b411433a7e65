"""Train the encoder of a generator on photographs of what it draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.models.model import Model, generates
from large_gui.models.pack import ENCODER
from large_gui.tasks.training.encoder import give_encoder, save_encoder, start_backbone
from large_gui.tasks.training.prepared import mapped_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HELD_OUT, _SHARE = 256, 20  # photographs that the result is measured on: at most, and one in so many
FEWEST = 32  # photographs to train on


def train_inversion_encoder(
    model: Model, out: Path, photographs: Path, reporter: Reporter, *, mirror: bool = False,
    minutes: float | None = None, steps: int = 0, device: str = "auto", backbone_wheel: Path | None = None,
    say: Callable[[str], None] = lambda sentence: None,
) -> dict[str, float]:  # fmt: skip
    """Train on photographs and on generated images, and write ``encoder.safetensors`` (fp16) under ``out``.

    An imported model gets the encoder, so that it can measure images. ``out`` also has the checkpoint, with
    which a stopped run continues where it was.

    Parameters
    ----------
    photographs
        ``.npy`` of the photographs as the model was trained on them, uint8 ``(N, 3, S, S)``.
    mirror
        Whether the generator draws mirrored images alike, so that photographs may be mirrored.
    minutes
        How long it may take; ``None`` for the plan's time, 0 for any.
    steps
        Steps to train, whatever time they take; 0 for those that fit the generator and the time.
    backbone_wheel
        As for `large_gui.tasks.training.encoder.train_model_encoder`.
    say
        Is called with how long it will take, before it starts.

    Returns
    -------
    Figures of the encoder on photographs that were held out, and on generated images.

    Raises
    ------
    InputError
        When the photographs can't be used.
    Cancelled
        When the person stops it.
    """
    import torch

    from large_gui.models.encoding import pick_device
    from large_gui.nets.encoders.lite import LiteEncoder
    from large_gui.nets.memory import keep_freed_memory
    from large_gui.training.gan.hsr.extractors import open_extractor
    from large_gui.training.gan.hsr.options import HsrOptions
    from large_gui.training.gan.images import TrainingImages
    from large_gui.training.inversion.losses import FeatureDistance
    from large_gui.training.inversion.plan import MINUTES, planned
    from large_gui.training.inversion.run import inversion_figures, train_inversion
    from large_gui.training.inversion.trainer import InversionTrainer

    keep_freed_memory()
    chosen = pick_device(device)
    pixels = read_photographs(photographs)
    held_out, training = _split(len(pixels))
    generator = generates(model).generator()
    side = generator.preview_resolution
    plan = planned(side, steps)
    torch.manual_seed(plan.training.seed)
    rows, width = model.shape
    encoder = LiteEncoder(rows, width, generator.mean_latent.clone(), plan.encoder)
    start_backbone(encoder, backbone_wheel)
    perceptual = FeatureDistance(open_extractor(HsrOptions(extractor_size=plan.features), side))
    images = TrainingImages(pixels, mirror=mirror, seed=plan.training.seed, only=training)
    trainer = InversionTrainer(
        encoder, generator, perceptual, images, plan.training, chosen, fixed_steps=bool(steps)
    )
    allowed = 0.0 if steps else MINUTES if minutes is None else minutes
    out.mkdir(parents=True, exist_ok=True)
    result = train_inversion(trainer, out / "checkpoint.pt", reporter, minutes=allowed, say=say)
    seen = torch.from_numpy(pixels[held_out])
    figures = inversion_figures(result, trainer.generator, perceptual, seen)
    save_encoder(result, out / ENCODER)
    if model.pack.is_imported:
        give_encoder(model, result, out / ENCODER, reporter)
    return figures


def read_photographs(file: Path) -> NDArray[np.uint8]:
    """Map the photographs of a training, uint8 ``(N, 3, S, S)``.

    Raises
    ------
    InputError
        When the file is missing, damaged, or holds anything else.
    """
    try:
        pixels = mapped_array(file)
        if pixels.dtype != "uint8":
            raise ValueError("these are no images of bytes")
        if pixels.ndim != 4 or pixels.shape[1] != 3 or pixels.shape[2] != pixels.shape[3]:
            raise ValueError(f"the shape is {pixels.shape}")
    except (OSError, ValueError) as error:
        raise InputError(
            f"The photographs in {file} can't be read.",
            hint="Give the folder of the photographs with --real FOLDER.",
            detail=repr(error),
        ) from error
    if len(pixels) < FEWEST:
        raise InputError(
            f"{count(len(pixels), 'photograph')} are too few to train an encoder on.",
            hint=f"Give at least {FEWEST}; several hundred make a good encoder.",
        )
    return pixels


def _split(number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of photographs that are held out, evenly over all, and of the others."""
    import numpy as np

    some = max(1, min(_HELD_OUT, number // _SHARE))
    held_out = np.linspace(0, number - 1, some).astype(np.intp)
    return held_out, np.setdiff1d(np.arange(number), held_out)
