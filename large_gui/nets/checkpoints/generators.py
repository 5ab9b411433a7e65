"""Turn the named tensors of a StyleGAN2 generator into a `StyleGAN2Config` and weights for `StyleGAN2`.

The readers of all file formats first rename the tensors to the names of stylegan2-ada-pytorch. Only this file
derives sizes from shapes and says what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from large_gui.errors import ModelFileError
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.nets.weights import assembled, shapes_of

LARGEST = 4096  # pixels a side
_HINT = "Only StyleGAN2 generators with skip connections can be used."
_SOUND = "Use another copy, or an earlier checkpoint of the same training."
_PARALLEL = "module."
_WIDEST = 4096  # most numbers in a row of a code
_TIMES_LARGER, _SMALL = 3, 48 << 20  # noise may take 3 times the bytes of the file's tensors, and 48 MiB
_FILTER = re.compile(r"synthesis\.b\d+\.((conv[01]|torgb)\.)?resample_filter")
# A first convolution and the image are enlarged, from 8 pixels on; the other filters are never applied.
_USED_FILTER = re.compile(r"synthesis\.b(?!4\.)\d+\.((conv0|torgb)\.)?resample_filter")

_BLOCK = re.compile(r"synthesis\.b(\d{1,6})\.")


@dataclass(eq=False)
class GeneratorWeights:
    """A generator that was found in a file.

    Attributes
    ----------
    state
        Its tensors in float32, named as in `StyleGAN2`.
    not_understood
        Names of the file's tensors that have no place in the network.
    notes
        Sentences about it that a person should know.
    """

    config: StyleGAN2Config
    state: dict[str, Tensor]
    not_understood: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def build(self) -> StyleGAN2:
        """Build the network, ready for inference."""
        return assembled(lambda: StyleGAN2(self.config), self.state)


@dataclass(frozen=True)
class Settings:
    """Settings of `StyleGAN2Config` that can't be derived from the tensors."""

    clamp: float | None = None
    fp16_resolutions: int = 0
    mapping_rate: float = 0.01

    def clamped(self, clamp: float | None) -> Settings:
        """The same settings, with another clamp if one is given."""
        return self if clamp is None else replace(self, clamp=clamp)


def named_tensors(state: Mapping[object, object]) -> dict[str, Tensor]:
    """The tensors by name, without the ``module.`` that training on several GPUs puts before every name."""
    named = {k: t for k, t in state.items() if isinstance(k, str) and isinstance(t, Tensor)}
    if named and all(name.startswith(_PARALLEL) for name in named):
        return {name.removeprefix(_PARALLEL): tensor for name, tensor in named.items()}
    return named


def inference_tensor(name: str, tensor: Tensor) -> Tensor:
    """The tensor as a network needs it: floats as float32.

    Raises
    ------
    ModelFileError
        When its numbers are complex, missing or infinite.
    """
    if tensor.is_complex():
        raise ModelFileError(
            "The weights in this file are complex numbers.", hint=_SOUND, detail=f"{name} {tensor.dtype}"
        )
    if tensor.is_floating_point():
        tensor = tensor.detach().float()
        if not tensor.isfinite().all():
            raise ModelFileError(
                "Some weights in this file are missing (NaN) or infinite: its training had failed.",
                hint=_SOUND, detail=name,
            )  # fmt: skip
    return tensor.detach().contiguous()


def generator_weights(tensors: Mapping[str, Tensor], settings: Settings) -> GeneratorWeights:
    """Read a generator whose tensors are named as in stylegan2-ada-pytorch.

    Parameters
    ----------
    tensors
        ``mapping.fc0.weight``, ``synthesis.b4.const`` and so on. ``mapping.w_avg`` may be missing: it is
        then the mean over drawn codes. Noise may be missing: it is then zero.

    Raises
    ------
    ModelFileError
        When this is not a StyleGAN2 generator, or parts of it are missing.
    """
    config = _config(tensors, settings)
    wanted = _shapes(config)
    given = {_ours(name): tensor for name, tensor in tensors.items() if not _FILTER.fullmatch(name)}
    given["taps"] = _taps([t for name, t in tensors.items() if _USED_FILTER.fullmatch(name)])
    result = GeneratorWeights(config, {})
    has_mean = "mapping_network.w_avg" in given
    has_noise = any(name.endswith("noise_const") for name in given)
    if not has_noise:
        _check_size(given, wanted)
    for name, shape in wanted.items():
        tensor = given.pop(name, None)
        if tensor is None and "noise" in name and not has_noise:
            tensor = torch.zeros(shape)
        if tensor is None and name == "mapping_network.w_avg":
            tensor = torch.zeros(shape)
        if tensor is None or (name != "taps" and tensor.shape != shape):
            found = "is missing" if tensor is None else f"has the shape {list(tensor.shape)}"
            raise ModelFileError(
                "This generator is not whole, or not a StyleGAN2.", hint=_HINT, detail=f"{name} {found}"
            )
        result.state[name] = inference_tensor(name, tensor).float()
    result.not_understood = sorted(given)
    if not has_mean:
        result.notes.append("The mean code is not in the file; it was estimated from drawn codes.")
        result.state["mapping_network.w_avg"] = _estimated_mean(result)
    return result


def _check_size(given: Mapping[str, Tensor], wanted: Mapping[str, torch.Size]) -> None:
    """Refuse a small file that claims large pictures, before memory is taken for their noise."""
    noise = sum(4 * shape.numel() for name, shape in wanted.items() if name.endswith("noise_const"))
    if noise > _TIMES_LARGER * sum(t.nbytes for t in given.values()) + _SMALL:
        raise ModelFileError(
            "This file is too small for a generator of such large pictures.",
            hint=_HINT, detail=f"{noise} bytes of noise",
        )  # fmt: skip


def _ours(name: str) -> str:
    return re.sub(r"^mapping\.", "mapping_network.", re.sub(r"^synthesis\.", "", name))


def _config(tensors: Mapping[str, Tensor], settings: Settings) -> StyleGAN2Config:
    try:
        sides = {int(found[1]) for name in tensors if (found := _BLOCK.match(name))}
        levels = range(max(sides).bit_length() - 2)
        if max(sides) > LARGEST or sides != {4 << level for level in levels}:
            raise ValueError(f"blocks of {sorted(sides)} pixels")
        channels = [len(tensors[f"synthesis.b{4 << level}.conv1.weight"]) for level in levels]
        depth = 0
        while f"mapping.fc{depth}.weight" in tensors:
            depth += 1
        widths = tuple(len(tensors[f"mapping.fc{i}.weight"]) for i in range(depth))
        embed = tensors.get("mapping.embed.weight")
        embedding, classes = (0, 0) if embed is None else embed.shape
        if max(*tensors["mapping.fc0.weight"].shape, *widths) > _WIDEST:
            raise ValueError(f"codes of {tensors['mapping.fc0.weight'].shape}")
        return StyleGAN2Config(
            channels=tuple(channels),
            z_dim=tensors["mapping.fc0.weight"].shape[1] - embedding,
            w_dim=tensors["synthesis.b4.conv1.affine.weight"].shape[1],
            mapping_widths=widths,
            classes=classes,
            embedding=embedding,
            image_channels=len(tensors["synthesis.b4.torgb.weight"]),
            clamp=settings.clamp,
            fp16_resolutions=settings.fp16_resolutions,
            mapping_rate=settings.mapping_rate,
        )
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise ModelFileError(
            "There is no StyleGAN2 generator in this file.", hint=_HINT, detail=repr(error)
        ) from error


def _shapes(config: StyleGAN2Config) -> dict[str, torch.Size]:
    """Shape of every tensor of the generator, without taking memory for them."""
    if min((config.z_dim, config.image_channels, *config.channels)) < 1:
        raise ModelFileError("This generator makes no pictures.", hint=_HINT, detail=repr(config))
    return shapes_of(lambda: StyleGAN2(config))


def _taps(filters: list[Tensor]) -> Tensor:
    """The filter ``(n,)``, sum 1, whose outer product with itself is used for all resampling."""
    if not filters:
        return torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    filters = [inference_tensor("resample_filter", kernel).float() for kernel in filters]
    kernel = filters[0]
    if kernel.ndim != 2 or kernel.shape[0] != kernel.shape[1]:
        raise ModelFileError("The resampling filter of this generator is not square.", hint=_HINT)
    taps = kernel.sum(1) / kernel.sum()
    normal = torch.outer(taps, taps)
    for other in filters:
        if other.shape != kernel.shape or not torch.allclose(other / other.sum(), normal, atol=1e-6):
            raise ModelFileError("This generator resamples with several filters.", hint=_HINT)
    return taps


def _estimated_mean(found: GeneratorWeights, samples: int = 10_000) -> Tensor:
    network = found.build()
    z = torch.randn(samples, network.z_dim, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        return network.mapping(z).mean(0).clone()
