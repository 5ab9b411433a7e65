"""Read and write checkpoints of stylegan2-pytorch by rosinality; read decoders of pSp, e4e and ReStyle."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor

from large_gui.nets.checkpoints.generators import GeneratorWeights, Settings, generator_weights
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config

_PARTS = {  # names within a layer: rosinality's to those of stylegan2-ada-pytorch
    "conv.weight": "weight",
    "conv.modulation.weight": "affine.weight",
    "conv.modulation.bias": "affine.bias",
    "activate.bias": "bias",
    "bias": "bias",
    "noise.weight": "noise_strength",
    "conv.blur.kernel": "resample_filter",
    "upsample.kernel": "resample_filter",
}
_MAPPING_RATE = 0.01  # of rosinality's program, which is not in its files
_WIDEST, _WIDTHS = 512, (256, 128, 64, 32, 16)  # up to 32 pixels; at 64 to 1024 for a multiplier of 1


def is_generator(tensors: Mapping[str, object]) -> bool:
    """Whether the tensors have the names of rosinality's generator."""
    return "input.input" in tensors and "to_rgb1.conv.weight" in tensors


def from_rosinality(
    tensors: Mapping[str, Tensor], mean: Tensor | None, clamp: float | None = None
) -> GeneratorWeights:
    """Read a generator whose tensors are named as in rosinality's program.

    Parameters
    ----------
    mean
        ``latent_avg`` of the file, ``(D,)`` or ``(L, D)``, if there is one.
    clamp
        Bound of activations; the original program has none, but forks of it do.

    Raises
    ------
    ModelFileError
        When parts of the generator are missing.
    """
    renamed = {_renamed(name) or name: _reshaped(name, tensor) for name, tensor in tensors.items()}
    if mean is not None:
        renamed["mapping.w_avg"] = mean.float().reshape(-1, mean.shape[-1]).mean(0)
    return generator_weights(renamed, Settings(clamp))


def _renamed(name: str) -> str | None:
    if name == "input.input":
        return "synthesis.b4.const"
    if found := re.fullmatch(r"style\.([1-9]\d*)\.(weight|bias)", name):
        return f"mapping.fc{int(found[1]) - 1}.{found[2]}"
    if found := re.fullmatch(r"noises\.noise_(\d+)", name):
        number = int(found[1])
        conv = "conv0" if number % 2 else "conv1"
        return f"synthesis.b{4 * 2 ** ((number + 1) // 2)}.{conv}.noise_const"
    if found := re.fullmatch(r"(conv1|to_rgb1|convs\.\d+|to_rgbs\.\d+)\.(.+)", name):
        part = _PARTS.get(found[2])
        return None if part is None else f"synthesis.{_layer(found[1])}.{part}"
    return None


def _layer(name: str) -> str:
    """Our name of a layer: ``convs.3`` -> ``b16.conv1``."""
    if name in ("conv1", "to_rgb1"):
        return f"b4.{'conv1' if name == 'conv1' else 'torgb'}"
    kind, number = name.split(".")
    if kind == "to_rgbs":
        return f"b{8 * 2 ** int(number)}.torgb"
    return f"b{8 * 2 ** (int(number) // 2)}.conv{int(number) % 2}"


def _reshaped(name: str, tensor: Tensor) -> Tensor:
    """The tensor without the axes of length 1 that only rosinality's layout has."""
    if name == "input.input" or name.endswith("conv.weight"):
        return tensor[0] if tensor.ndim and len(tensor) == 1 else tensor
    if name.endswith("noise.weight"):
        return tensor.reshape(()) if tensor.numel() == 1 else tensor
    if re.fullmatch(r"to_rgb.*\.bias", name) and tensor.ndim == 4:
        return tensor.flatten()
    if name.startswith("noises.") and tensor.ndim == 4:
        return tensor[0, 0]
    return tensor


def to_rosinality(generator: StyleGAN2) -> dict[str, object]:
    """The content of a file that rosinality's program and this one read: ``g_ema`` and ``latent_avg``.

    A mapping that was trained with another learning rate than rosinality's is rescaled to it, which changes
    no image. The layout has no place for classes and none for a clamp.
    """
    kernel = 4 * torch.outer(generator.taps, generator.taps)
    state: dict[str, Tensor] = {}
    for name, tensor in generator.state_dict().items():
        if name not in ("taps", "mapping_network.w_avg"):
            theirs, shaped = _as_theirs(name, tensor, generator.config)
            state[theirs] = shaped.contiguous().clone()
    for level in range(1, len(generator.config.channels)):
        state[f"convs.{2 * level - 2}.conv.blur.kernel"] = kernel.clone()
        state[f"to_rgbs.{level - 1}.upsample.kernel"] = kernel.clone()
    return {"g_ema": state, "latent_avg": generator.mean_latent.clone()}


def is_of_their_widths(config: StyleGAN2Config) -> bool:
    """Whether rosinality's own program, which asks for a ``channel_multiplier``, can build this generator."""
    low, high = config.channels[:4], config.channels[4:]  # up to 32 pixels, and from 64 on
    theirs = list(_WIDTHS)[: len(high)]
    multiplier = high[0] // theirs[0] if high else 1
    widths = {config.z_dim, config.w_dim, *config.mapping_widths}
    return (
        len(widths) == 1
        and set(low) == {_WIDEST}
        and multiplier > 0
        and [width * multiplier for width in theirs] == list(high)
    )


def _as_theirs(name: str, tensor: Tensor, config: StyleGAN2Config) -> tuple[str, Tensor]:
    """Rosinality's name of one of our tensors, and the tensor with the axes that only that layout has."""
    if found := re.fullmatch(r"mapping_network\.fc(\d+)\.(weight|bias)", name):
        return f"style.{int(found[1]) + 1}.{found[2]}", tensor * (config.mapping_rate / _MAPPING_RATE)
    if name == "b4.const":
        return "input.input", tensor[None]
    found = re.fullmatch(r"b(\d+)\.(conv0|conv1|torgb)\.(.+)", name)
    assert found, f"{name} is no tensor of a generator without classes"
    level, layer, part = int(found[1]).bit_length() - 3, found[2], found[3]
    if part == "noise_const":
        return f"noises.noise_{2 * level - (layer == 'conv0')}", tensor[None, None]
    rgb = layer == "torgb"
    if level == 0:
        prefix = "to_rgb1" if rgb else "conv1"
    else:
        prefix = f"to_rgbs.{level - 1}" if rgb else f"convs.{2 * level - (2 if layer == 'conv0' else 1)}"
    if part.startswith("affine."):
        return f"{prefix}.{part.replace('affine', 'conv.modulation')}", tensor
    if part == "weight":
        return f"{prefix}.conv.weight", tensor[None]
    if part == "noise_strength":
        return f"{prefix}.noise.weight", tensor.view(1)
    return (f"{prefix}.bias", tensor.view(1, -1, 1, 1)) if rgb else (f"{prefix}.activate.bias", tensor)
