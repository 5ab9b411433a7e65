"""Read snapshots of the TensorFlow StyleGAN2 and StyleGAN2-ADA: the averaged generator's variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.generators import GeneratorWeights, Settings, generator_weights
from large_gui.nets.checkpoints.reading.unpickler import Stub

_KIND = "dnnlib.tflib.network.Network"
_OLDEST = 4  # format version
_HINT = "Only StyleGAN2 generators with skip connections can be used."
_LAYERS = {"Conv": "conv1", "Conv0_up": "conv0", "Conv1": "conv1", "ToRGB": "torgb"}
_PARTS = {"mod_weight": "affine.weight", "mod_bias": "affine.bias"}


def is_snapshot(content: object) -> bool:
    """Whether the content is a TensorFlow network, or a snapshot ``(G, D, Gs)`` of three."""
    return _averaged(content) is not None


def from_snapshot(content: object, clamp: float | None = None) -> GeneratorWeights:
    """Read the averaged generator of a snapshot.

    Parameters
    ----------
    clamp
        Bound of activations that replaces the one in the file.

    Raises
    ------
    ModelFileError
        When the file holds another network, or is of an older format.
    """
    network = _averaged(content)
    assert network is not None
    version = network.state.get("version", 0)
    if not isinstance(version, int) or version < _OLDEST:
        raise ModelFileError(
            "This file is of an older kind than StyleGAN2.", hint=_HINT, detail=f"version {version!r:.20}"
        )
    options = network.state.get("static_kwargs") or {}
    if not isinstance(options, Mapping):
        raise ModelFileError("The networks in this file are damaged.", hint=_HINT)
    if options.get("architecture", "skip") != "skip":
        raise ModelFileError(
            f"This generator has the architecture {options['architecture']!r:.40}.", hint=_HINT
        )
    tensors: dict[str, Tensor] = {}
    for name, array in _variables(network):
        renamed, value = _converted(name, array)
        if renamed != "":
            tensors[renamed] = torch.from_numpy(np.array(value, np.float32, order="C"))
    return generator_weights(tensors, _settings(options).clamped(clamp))


def _averaged(content: object) -> Stub | None:
    if isinstance(content, tuple | list) and len(content) == 3:
        content = content[2]
    return content if isinstance(content, Stub) and content.kind.endswith("Network") and (
        "variables" in content.state
    ) else None  # fmt: skip


def _settings(options: Mapping[Any, Any]) -> Settings:
    try:
        taps = np.asarray(options.get("resample_kernel") or [1, 3, 3, 1], np.float64)
        clamp = options.get("conv_clamp")
        if taps.tolist() != [1, 3, 3, 1]:
            raise ModelFileError("This generator resamples with another filter.", hint=_HINT)
        return Settings(
            None if clamp is None else float(clamp),
            int(options.get("num_fp16_res") or 0),
            float(options.get("mapping_lrmul", Settings.mapping_rate)),
        )
    except (TypeError, ValueError) as error:
        raise ModelFileError(
            "The networks in this file are damaged.", hint=_HINT, detail=repr(error)
        ) from error


def _variables(network: Stub) -> Iterator[tuple[str, NDArray[Any]]]:
    """The variables, with the name of their component before their own."""
    components = network.state.get("components") or {}
    named = {"": network, **components} if isinstance(components, Mapping) else {"": network}
    for component, part in named.items():
        variables = part.state.get("variables") if isinstance(part, Stub) else None
        if not isinstance(variables, list):
            raise ModelFileError("The networks in this file are damaged.", hint=_HINT)
        for entry in variables:
            if not (isinstance(entry, tuple | list) and len(entry) == 2 and isinstance(entry[0], str)):
                raise ModelFileError("The networks in this file are damaged.", hint=_HINT)
            if not isinstance(entry[1], np.ndarray | np.generic | float | int):
                raise ModelFileError("The networks in this file are damaged.", hint=_HINT, detail=entry[0])
            array = np.asarray(entry[1])
            if array.dtype.kind not in "fiub":
                raise ModelFileError(
                    "The weights in this file are no real numbers.", hint=_HINT, detail=entry[0]
                )
            yield f"{component}/{entry[0]}".removeprefix("/"), array


def _converted(name: str, array: NDArray[Any]) -> tuple[str, NDArray[Any]]:
    """Name and array as in stylegan2-ada-pytorch; the name is empty if inference does not need it."""
    if name.split("/")[-1] in ("lod", "pl_mean"):
        return "", array
    if name == "dlatent_avg":
        return "mapping.w_avg", array
    if found := re.fullmatch(r"mapping/(Dense(\d+)|LabelEmbed)/(weight|bias)", name):
        layer = "embed" if found[2] is None else f"fc{found[2]}"
        return f"mapping.{layer}.{found[3]}", array.T
    if name == "synthesis/4x4/Const/const" and array.ndim == 4:
        return "synthesis.b4.const", array[0]
    if found := re.fullmatch(r"synthesis/noise(\d+)", name):
        number = int(found[1])
        conv = "conv0" if number % 2 else "conv1"
        side = 4 * 2 ** ((number + 1) // 2)
        return f"synthesis.b{side}.{conv}.noise_const", array[0, 0] if array.ndim == 4 else array
    if found := re.fullmatch(r"synthesis/(\d+)x\1/(Conv|Conv0_up|Conv1|ToRGB)/(\w+)", name):
        side, layer, part = found[1], found[2], found[3]
        if part == "weight" and array.ndim == 4:
            if layer == "Conv0_up":  # TensorFlow's transposed convolution reads its kernel the other way
                array = array[::-1, ::-1]
            array = array.transpose(3, 2, 0, 1)
        elif part == "mod_weight":
            array = array.T
        elif part == "mod_bias":
            array = array + 1  # there the 1 is added in the layer
        return f"synthesis.b{side}.{_LAYERS[layer]}.{_PARTS.get(part, part)}", array
    return name, array
