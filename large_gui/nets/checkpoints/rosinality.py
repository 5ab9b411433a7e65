"""Read checkpoints of stylegan2-pytorch by rosinality, and the decoders in pSp, e4e and ReStyle files."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from large_gui.nets.checkpoints.generators import GeneratorWeights, Settings, generator_weights

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
