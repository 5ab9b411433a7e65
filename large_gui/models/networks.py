"""The networks of a pack, built as its ``pack.json`` says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from large_gui.errors import ModelFileError
from large_gui.models.description import PackDescription
from large_gui.models.pack import load_weights
from large_gui.nets.assemble import assembled
from large_gui.nets.encoders import Encoder, LiteEncoder
from large_gui.nets.generator import Generator
from large_gui.nets.mobile_stylegan import MobileStyleGAN
from large_gui.nets.style_inversion import StyleEncoderConfig, StyleInversion
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config


def load_generator(file: Path, about: PackDescription) -> Generator:
    """MobileStyleGAN, or a StyleGAN2 where the pack tells its configuration."""
    config, weights = about.generator.config, load_weights(file)
    with _told_apart(file):
        if config is None:
            return assembled(MobileStyleGAN, weights)
        return assembled(lambda: StyleGAN2(StyleGAN2Config.from_json(config)), weights)


def load_encoder(file: Path, about: PackDescription, generator: Callable[[], Generator]) -> Encoder:
    """`LiteEncoder`, or an encoder of pSp's family where the pack tells its configuration.

    Parameters
    ----------
    generator
        Asked for when the encoder looks again at what it has found.
    """
    described, weights = about.encoder, load_weights(file)
    encoder: LiteEncoder | StyleInversion
    with _told_apart(file):
        if described is None:
            encoder = assembled(lambda: LiteEncoder(about.num_ws, about.w_dim), weights)
        else:
            config = StyleEncoderConfig.from_json(described)
            seen_by = generator() if config.in_channels == 6 else None
            encoder = assembled(lambda: StyleInversion(config, seen_by), weights)
    return encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


@contextmanager
def _told_apart(file: Path) -> Iterator[None]:
    """Weights that are not those of the network that the pack describes are a fault of the pack."""
    try:
        yield
    except (TypeError, ValueError, KeyError, IndexError, RuntimeError) as error:
        raise ModelFileError(
            f"The network in {file.name} is not the one that its model describes.",
            hint="Import or install the model again.",
            detail=repr(error),
        ) from error
