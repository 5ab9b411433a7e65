"""The networks of a pack, built as its ``pack.json`` says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from large_gui.nets.assemble import assembled
from large_gui.nets.encoders import Encoder, LiteEncoder
from large_gui.nets.generator import Generator
from large_gui.nets.mobile_stylegan import MobileStyleGAN
from large_gui.nets.pack import load_weights
from large_gui.nets.style_inversion import StyleEncoderConfig, StyleInversion
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config


def load_generator(file: Path, about: Mapping[str, Any]) -> Generator:
    """MobileStyleGAN, or a StyleGAN2 where the pack tells its configuration."""
    config, weights = about["generator"].get("config"), load_weights(file)
    if config is None:
        return assembled(MobileStyleGAN, weights)
    return assembled(lambda: StyleGAN2(StyleGAN2Config.from_json(config)), weights)


def load_encoder(file: Path, about: Mapping[str, Any], generator: Callable[[], Generator]) -> Encoder:
    """`LiteEncoder`, or an encoder of pSp's family where the pack tells its configuration.

    Parameters
    ----------
    generator
        Asked for when the encoder looks again at what it has found.
    """
    described, weights = about.get("encoder", {}).get("config"), load_weights(file)
    encoder: LiteEncoder | StyleInversion
    if described is None:
        encoder = assembled(lambda: LiteEncoder(int(about["num_ws"]), int(about.get("w_dim", 512))), weights)
    else:
        config = StyleEncoderConfig.from_json(described)
        seen_by = generator() if config.in_channels == 6 else None
        encoder = assembled(lambda: StyleInversion(config, seen_by), weights)
    return encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
