"""Read and save weights, and make networks of them without random initial weights or copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import safetensors
import torch
from torch import Tensor, nn

from large_gui.errors import ModelFileError
from large_gui.files import written_whole

N = TypeVar("N", bound=nn.Module)
_SCALE = ".scale"  # behind the name of a tensor of bytes: what each of its rows is multiplied by
_FEW = 2048  # numbers of a tensor that is not worth the loss


def load_weights(file: Path) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file, floats and what `in_bytes` made of floats as float32.

    Raises
    ------
    ModelFileError
        When the file is missing or damaged.
    """
    from safetensors.torch import load_file

    try:
        stored = load_file(file)
        scales = {k: stored.pop(k + _SCALE) for k, v in list(stored.items()) if _in_bytes(k, v, stored)}
        return {
            k: v.float() * scales[k].float().view(-1, *[1] * (v.ndim - 1)) if k in scales
            else v.float() if v.is_floating_point() else v
            for k, v in stored.items()
        }  # fmt: skip
    except (OSError, RuntimeError, safetensors.SafetensorError) as error:
        raise ModelFileError.damaged(file, repr(error)) from error


def _in_bytes(name: str, tensor: Tensor, stored: Mapping[str, Tensor]) -> bool:
    return tensor.dtype == torch.int8 and name + _SCALE in stored


def in_bytes(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors as `load_weights` reads them, large ones in a byte a number and the others as float16.

    A row of a tensor (the weights of one output) is kept as whole numbers from -127 to 127 and a scale, so
    that no number of it is off by more than 0.4 % of the largest.
    """
    stored: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if not tensor.is_floating_point():
            stored[name] = tensor
        elif tensor.ndim < 2 or tensor.numel() < _FEW:
            stored[name] = tensor.half()
        else:
            scale = tensor.flatten(1).abs().amax(1).clamp_min(1e-12) / 127
            stored[name] = (tensor / scale.view(-1, *[1] * (tensor.ndim - 1))).round().to(torch.int8)
            stored[name + _SCALE] = scale.float()
    return stored


def save_weights(
    tensors: Mapping[str, Tensor], file: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Save tensors as safetensors, with texts about them, whole or not at all."""
    from safetensors.torch import save_file

    with written_whole(file) as temporary:
        try:
            about = None if metadata is None else dict(metadata)
            save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, temporary, about)
        except safetensors.SafetensorError as error:  # a full disk is reported in this way
            raise OSError(f"{file.name} can't be saved: {error}") from error


def assembled(make: Callable[[], N], state: Mapping[str, Tensor]) -> N:
    """Build the network that ``make`` returns, with these weights, ready for inference."""
    with torch.device("meta"):
        network = make()
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(False)


def shapes_of(make: Callable[[], nn.Module]) -> dict[str, torch.Size]:
    """Shape of every tensor of a network, without taking memory for them."""
    with torch.device("meta"):
        return {name: tensor.shape for name, tensor in make().state_dict().items()}
