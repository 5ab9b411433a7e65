"""Train an encoder as fits its model: on photographs if there are any, else on generated images alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.library import open_model
from large_gui.models.model import Model, generates
from large_gui.models.pack import ENCODER
from large_gui.project.outputs import check_training_folder
from large_gui.tasks.imports.generator_pack import ALIGNMENTS
from large_gui.tasks.training.dataset import ImagesRequest, prepare_images
from large_gui.tasks.training.encoder import train_model_encoder
from large_gui.tasks.training.finish import called
from large_gui.tasks.training.inversion import FEWEST, train_inversion_encoder
from large_gui.tasks.training.prepared import ARRAY_FILE
from large_gui.tasks.training.run_file import read_form
from large_gui.tasks.training.runs import runs

_IMAGES, _STEPS = 10_000, 8_000  # of a training on generated images alone
_MOST_MINUTES = 100_000.0
FIGURES = {  # of an encoder, in words
    "pixels_r2": "Share of held-out photographs' variance that reconstructions explain",
    "perceptual": "Mean perceptual distance of held-out photographs and reconstructions",
    "code_r2": "Share of the variance of generated images' codes that is explained",
}


@dataclass(frozen=True)
class EncoderRequest:
    """What encoder to train.

    Attributes
    ----------
    model
        Name of the model.
    out
        Folder for checkpoint and result; ``None`` for one in the folder of the run that made the model.
    real
        Folder of photographs; ``None`` for those that the model was trained on here, if it was.
    minutes
        How long a training on photographs may take; ``None`` for the usual time.
    images
        How many images to generate, to learn from these alone; ``None`` for photographs, if there are any.
    steps
        Steps to train; ``None`` for the usual number.
    backbone_wheel
        As for `large_gui.tasks.training.encoder.train_model_encoder`.
    force
        Whether to use a folder with other files.
    """

    model: str
    out: Path | None = None
    real: Path | None = None
    minutes: float | None = None
    images: int | None = None
    steps: int | None = None
    device: str = "auto"
    backbone_wheel: Path | None = None
    force: bool = False


@dataclass(frozen=True)
class TrainedEncoder:
    """The file of an encoder, and its figures by the keys of `FIGURES`."""

    file: Path
    figures: dict[str, float]


def train_any_encoder(
    request: EncoderRequest, reporter: Reporter, say: Callable[[str], None]
) -> TrainedEncoder:
    """Train an encoder; an imported model gets it.

    Parameters
    ----------
    say
        Is called with how long it will take, before it starts.

    Raises
    ------
    InputError
        When the request can't be carried out.
    Cancelled
        When the person stops it; it goes on from there when it is begun again.
    """
    _check(request)
    model = open_model(request.model)
    run = _run_of(model)
    out = request.out or (_folder_in(run, model) if run is not None else None)
    if out is None:
        raise InputError(
            f"The model {model.name!r} was not trained here, so its encoder has no folder yet.",
            hint="Name one with --out FOLDER.",
        )
    check_training_folder(out, force=request.force)
    side = generates(model).generator().preview_resolution
    photographs = (
        None if request.images is not None else _photographs(request, model, side, run, out, reporter)
    )
    if photographs is None:
        figures = train_model_encoder(
            model, out, reporter, images=_IMAGES if request.images is None else request.images,
            steps=request.steps or _STEPS, device=request.device, backbone_wheel=request.backbone_wheel,
        )  # fmt: skip
    else:
        mirror = run is not None and read_form(run).settings.gan.mirror
        figures = train_inversion_encoder(
            model, out, photographs, reporter, mirror=mirror, minutes=request.minutes,
            steps=request.steps or 0, device=request.device, backbone_wheel=request.backbone_wheel, say=say,
        )  # fmt: skip
    return TrainedEncoder(out / ENCODER, figures)


def _check(request: EncoderRequest) -> None:
    """Refuse numbers that are not possible, and options that say opposite things."""
    for option, number in (("--steps", request.steps), ("--images", request.images)):
        if number is not None and number < 1:
            raise InputError(f"{option} can't be {number}.", hint="Give a number above 0.")
    minutes = request.minutes
    if minutes is not None and not (math.isfinite(minutes) and 0 < minutes <= _MOST_MINUTES):
        raise InputError(f"--minutes can't be {minutes:g}.", hint="Give a number above 0, such as 25.")
    if minutes is not None and request.steps is not None:
        raise InputError("Both --steps and --minutes say how long to train.", hint="Leave one of them away.")
    if request.images is not None and (request.real is not None or minutes is not None):
        other = "--real" if request.real is not None else "--minutes"
        raise InputError(
            f"With --images it learns from generated images alone, so {other} has no meaning.",
            hint="Leave one of them away.",
        )


def _run_of(model: Model) -> Path | None:
    """The folder of the run that the model was made of; ``None`` if it is not on this machine."""
    source = model.pack.about.source.get("run")
    return next((run.folder for run in runs() if called(run) == source), None)


def _folder_in(run: Path, model: Model) -> Path:
    """The folder of an encoder in that of a run: one for each snapshot, as each is a generator of its own."""
    thousands = model.pack.about.source.get("snapshot", "").partition(".")[0]
    return run / (f"encoder-{thousands}" if thousands.isdecimal() else "encoder")


def _photographs(
    request: EncoderRequest, model: Model, side: int, run: Path | None, out: Path, reporter: Reporter
) -> Path | None:
    """The array of photographs to learn from; ``None`` if there are none."""
    if request.real is not None:
        out.mkdir(parents=True, exist_ok=True)
        crop = next(crop for crop, name in ALIGNMENTS.items() if name == model.pack.about.alignment)
        prepare_images(out, ImagesRequest(request.real, side, Crop(crop)), reporter, fewest=FEWEST)
        return out / ARRAY_FILE
    if run is not None and (run / ARRAY_FILE).is_file():
        return run / ARRAY_FILE
    if request.minutes is not None:
        raise InputError(
            f"There are no photographs that {model.name!r} was trained on.",
            hint="Name the folder of some with --real FOLDER, or leave --minutes away.",
        )
    return None
