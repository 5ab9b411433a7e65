"""Checkpoints in the layouts of other programs, written for tests without those programs.

The source text that such files carry would leave a mark if anything executed it: see `was_executed`.
"""

import builtins
import math
import pickle
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_MARK = "a_checkpoint_was_executed"
MARKING_SOURCE = f"import builtins\nbuiltins.{_MARK} = True\n"
_BUFFERS = {"resample_filter", "noise_const", "w_avg"}
_MAPPING_RATE = 0.01


def was_executed() -> bool:
    """Whether `MARKING_SOURCE` ran in this process; forgets it."""
    executed = hasattr(builtins, _MARK)
    if executed:
        delattr(builtins, _MARK)
    return executed


class EasyDict(dict[str, Any]):
    """Stands for ``dnnlib.util.EasyDict``."""


class Network:
    """Stands for ``dnnlib.tflib.network.Network``."""

    def __init__(self, **state: Any) -> None:
        self.__dict__.update(state)


def _reconstruct_persistent_obj(meta: EasyDict) -> None:
    """Stands for the function of that name in ``torch_utils.persistence``."""


class PersistentObject:
    """An object of a class that NVIDIA's files bring along as source text."""

    def __init__(self, class_name: str, state: dict[str, Any], source: str) -> None:
        self._meta = EasyDict(type="class", version=6, module_src=source, class_name=class_name, state=state)

    def __reduce__(self) -> tuple[Any, ...]:
        return _reconstruct_persistent_obj, (self._meta,), None


@contextmanager
def _nvidia_modules() -> Iterator[None]:
    """The stand-ins under the names of NVIDIA's modules, for as long as a file is written."""
    places = {
        "dnnlib": (), "dnnlib.util": (EasyDict,), "dnnlib.tflib": (), "dnnlib.tflib.network": (Network,),
        "torch_utils": (), "torch_utils.persistence": (_reconstruct_persistent_obj,),
    }  # fmt: skip
    assert not set(places) & set(sys.modules)
    own: dict[Any, str] = {item: item.__module__ for items in places.values() for item in items}
    try:
        for name, items in places.items():
            sys.modules[name] = ModuleType(name)
            for item in items:
                setattr(sys.modules[name], item.__name__, item)
                item.__module__ = name
        yield
    finally:
        for name in places:
            sys.modules.pop(name, None)
        for item, module in own.items():
            item.__module__ = module


def write_pickle(file: Path, content: object, protocol: int = 4) -> Path:
    """Write a pickle in which the stand-ins carry NVIDIA's names."""
    with _nvidia_modules():
        file.write_bytes(pickle.dumps(content, protocol))
    return file


def write_ada_pickle(
    file: Path,
    state: Mapping[str, Tensor | NDArray[Any]],
    config: Mapping[str, Any],
    *,
    protocol: int = 4,
    source: str = MARKING_SOURCE,
) -> Path:
    """A snapshot as stylegan2-ada-pytorch writes it.

    Parameters
    ----------
    state
        Of the averaged generator, flat: ``mapping.fc0.weight`` and so on. The generator ``G`` gets zeros.
    config
        Options of the generator: ``z_dim``, ``c_dim``, ``w_dim``, ``img_resolution``, ``img_channels``,
        ``mapping_kwargs``, ``synthesis_kwargs``.
    """
    tensors = {name: torch.as_tensor(value) for name, value in state.items()}
    zeros = {name: torch.zeros_like(tensor) for name, tensor in tensors.items()}
    critic = {"img_resolution": config.get("img_resolution"), **_empty_module()}
    content = {
        "training_set_kwargs": EasyDict(class_name="training.dataset.ImageFolderDataset", path="faces.zip"),
        "G": _ada_module("", zeros, config, source),
        "D": PersistentObject("Discriminator", critic, source),
        "G_ema": _ada_module("", tensors, config, source),
        "augment_pipe": None,
    }
    return write_pickle(file, content, protocol)


def _empty_module() -> dict[str, Any]:
    hooks = ("_backward_hooks", "_forward_hooks", "_forward_pre_hooks", "_state_dict_hooks")
    return {
        "training": False,
        "_parameters": OrderedDict(),
        "_buffers": OrderedDict(),
        "_non_persistent_buffers_set": set(),
        **{name: OrderedDict() for name in hooks},
        "_modules": OrderedDict(),
        "_init_args": (),
        "_init_kwargs": EasyDict(),
    }


def _ada_module(
    path: str, tensors: Mapping[str, Tensor], config: Mapping[str, Any], source: str
) -> PersistentObject:
    """The module at a dotted path, with all below it; ``tensors`` are named from there."""
    module = _empty_module()
    below: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        first, _, rest = name.partition(".")
        if rest:
            below.setdefault(first, {})[rest] = tensor
        elif first in _BUFFERS:
            module["_buffers"][first] = tensor
        else:
            module["_parameters"][first] = nn.Parameter(tensor, requires_grad=False)
    for child, its_tensors in below.items():
        module["_modules"][child] = _ada_module(f"{path}.{child}".strip("."), its_tensors, config, source)
    class_name, attributes = _ada_attributes(path, tensors, config)
    module.update(attributes)
    if not path:
        module["_init_kwargs"] = EasyDict(config)
    return PersistentObject(class_name, module, source)


def _ada_attributes(
    path: str, tensors: Mapping[str, Tensor], config: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Class and plain attributes of the module at a path."""
    options = config.get("synthesis_kwargs", {})
    size = int(config.get("img_resolution", 4))
    levels = int(math.log2(size))
    widths = {key: config[key] for key in ("z_dim", "c_dim", "w_dim") if key in config}
    picture = {"img_resolution": size, "img_channels": config.get("img_channels", 3)}
    block = next((int(part[1:]) for part in path.split(".") if part[1:].isdigit() and part[0] == "b"), 4)
    half = block >= 2 ** (levels + 1 - max(options.get("num_fp16_res", 0), 0))
    clamp = options.get("conv_clamp")
    match path.split(".")[-1]:
        case "":
            return "Generator", {**widths, **picture, "num_ws": 2 * levels - 2}
        case "mapping":
            depth = sum(name.startswith("fc") and name.endswith(".weight") for name in tensors)
            return "MappingNetwork", {
                **widths, "num_ws": 2 * levels - 2, "num_layers": depth, "w_avg_beta": 0.995,
            }  # fmt: skip
        case "synthesis":
            blocks = [2**level for level in range(2, levels + 1)]
            return "SynthesisNetwork", {
                **picture, "w_dim": widths.get("w_dim"), "img_resolution_log2": levels,
                "block_resolutions": blocks, "num_ws": 2 * levels - 2,
            }  # fmt: skip
        case "torgb":
            gain = 1 / np.sqrt(np.float64(tensors["weight"].shape[1]))
            return "ToRGBLayer", {"conv_clamp": clamp, "weight_gain": gain}
        case "conv0" | "conv1" as layer:
            return "SynthesisLayer", {
                "resolution": block, "up": 2 if layer == "conv0" else 1, "use_noise": True,
                "activation": "lrelu", "conv_clamp": clamp, "padding": 1, "act_gain": np.sqrt(2),
            }  # fmt: skip
        case name if name.startswith("b"):
            return "SynthesisBlock", {
                "in_channels": 0 if block == 4 else tensors["conv0.weight"].shape[1],
                "w_dim": widths.get("w_dim"), "resolution": block, "img_channels": picture["img_channels"],
                "is_last": block == size, "architecture": options.get("architecture", "skip"),
                "use_fp16": half, "channels_last": half,
                "num_conv": 1 if block == 4 else 2, "num_torgb": 1,
            }  # fmt: skip
        case name:
            rate = _MAPPING_RATE if name.startswith("fc") else 1
            gain = rate / np.sqrt(np.float64(tensors["weight"].shape[1]))
            activation = "lrelu" if name.startswith("fc") else "linear"
            return "FullyConnectedLayer", {"activation": activation, "weight_gain": gain, "bias_gain": rate}


def write_tf_pickle(
    file: Path,
    variables: Sequence[tuple[str, NDArray[Any]]],
    static_kwargs: Mapping[str, Any],
    *,
    protocol: int = 4,
    source: str = MARKING_SOURCE,
) -> Path:
    """A snapshot ``(G, D, Gs)`` as the TensorFlow StyleGAN2 writes it.

    Parameters
    ----------
    variables
        Of ``Gs``. Those named ``synthesis/...`` and ``mapping/...`` go to these components, the others, such
        as ``dlatent_avg``, to the network itself.
    """

    def network(name: str, own: Sequence[tuple[str, object]], **components: Network) -> Network:
        return Network(
            version=4, name=name, static_kwargs=EasyDict(static_kwargs), components=EasyDict(components),
            build_module_src=source, build_func_name=name, variables=list(own),
        )  # fmt: skip

    def component(name: str) -> Network:
        own = [(key.removeprefix(f"{name}/"), a) for key, a in variables if key.startswith(f"{name}/")]
        return network(name, own)

    rest = [(key, array) for key, array in variables if not key.startswith(("synthesis/", "mapping/"))]
    averaged = network("Gs", rest, synthesis=component("synthesis"), mapping=component("mapping"))
    return write_pickle(file, (network("G", []), network("D", []), averaged), protocol)
