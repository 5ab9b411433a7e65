"""Snapshots of stylegan2-ada-pytorch: the tensors and settings of the ``G_ema`` module tree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.generators import GeneratorWeights, Settings, generator_weights
from large_gui.nets.checkpoints.reading.unpickler import Stub

_HINT = "Only StyleGAN2 generators with skip connections can be used."
_DEEPEST = 8  # modules within modules


def is_snapshot(content: object) -> bool:
    """Whether the content is a snapshot of stylegan2-ada-pytorch, or a generator from one."""
    return isinstance(_generator(content), Stub)


def from_snapshot(content: object, clamp: float | None = None) -> GeneratorWeights:
    """The generator of a snapshot; if there are two, the averaged one.

    Parameters
    ----------
    clamp
        Bound of activations that replaces the one in the file.

    Raises
    ------
    ModelFileError
        When the snapshot holds another network.
    """
    root = _generator(content)
    assert isinstance(root, Stub)
    modules = dict(_modules(root, ""))
    kinds = {m.kind for m in modules.values()}
    if "SynthesisInput" in kinds:
        raise ModelFileError("This is a StyleGAN3 generator.", hint=_HINT)
    for name, module in modules.items():
        if module.kind == "SynthesisBlock" and module.state.get("architecture", "skip") != "skip":
            raise ModelFileError(
                f"This generator has the architecture {module.state['architecture']!r}.",
                hint=_HINT, detail=name,
            )  # fmt: skip
        activation = module.state.get("activation", "lrelu")
        if activation != "lrelu" and not (activation == "linear" and name.endswith(("affine", "embed"))):
            raise ModelFileError(
                f"This generator has the activation {activation!r}.", hint=_HINT, detail=name
            )
    tensors = {
        f"{name}.{key}".removeprefix("."): tensor
        for name, module in modules.items()
        for key, tensor in _own_tensors(module)
    }
    return generator_weights(tensors, _settings(modules).clamped(clamp))


def _generator(content: object) -> object:
    if isinstance(content, Mapping):
        return content.get("G_ema", content.get("G"))
    return content if isinstance(content, Stub) and "_modules" in content.state else None


def _modules(module: Stub, name: str, depth: int = 0) -> Iterator[tuple[str, Stub]]:
    """The module and all modules in it, with dotted names."""
    if depth > _DEEPEST:
        raise ModelFileError("The networks in this file are nested too deeply.", hint=_HINT)
    yield name, module
    for key, child in _mapping(module, "_modules").items():
        if isinstance(child, Stub):
            yield from _modules(child, f"{name}.{key}".removeprefix("."), depth + 1)


def _own_tensors(module: Stub) -> Iterator[tuple[str, Tensor]]:
    for kind in ("_parameters", "_buffers"):
        for key, value in _mapping(module, kind).items():
            if isinstance(value, Tensor):
                yield str(key), value


def _mapping(module: Stub, key: str) -> Mapping[Any, Any]:
    value = module.state.get(key, {})
    if not isinstance(value, Mapping):
        raise ModelFileError(
            "The networks in this file are damaged.", hint=_HINT, detail=f"{key} {value!r:.80}"
        )
    return value


def _settings(modules: Mapping[str, Stub]) -> Settings:
    """The settings in the modules' attributes; a checkpoint without them gets the defaults."""
    clamps = {
        _number(m.state["conv_clamp"]) for m in modules.values() if m.state.get("conv_clamp") is not None
    }
    if len(clamps) > 1:
        raise ModelFileError("The layers of this generator have different clamps.", hint=_HINT)
    half = sum(m.kind == "SynthesisBlock" and m.state.get("use_fp16") is True for m in modules.values())
    rate, first = Settings.mapping_rate, modules.get("mapping.fc0")
    if first is not None and "weight_gain" in first.state:
        weight = dict(_own_tensors(first)).get("weight")
        if weight is not None and weight.ndim == 2:
            rate = _number(first.state["weight_gain"]) * math.sqrt(weight.shape[1])
    return Settings(clamps.pop() if clamps else None, half, rate)


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise ModelFileError(
            "The networks in this file are damaged.", hint=_HINT, detail=f"{value!r:.80} is no number"
        ) from error
