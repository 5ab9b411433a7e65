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


def load_weights(file: Path) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file, floats as float32.

    Raises
    ------
    ModelFileError
        When the file is missing or damaged.
    """
    from safetensors.torch import load_file

    try:
        return {k: v.float() if v.is_floating_point() else v for k, v in load_file(file).items()}
    except (OSError, safetensors.SafetensorError) as error:
        raise ModelFileError.damaged(file, repr(error)) from error


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
