"""Networks from weights that are there: nothing is drawn at random first, nothing is copied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn

N = TypeVar("N", bound=nn.Module)


def assembled(make: Callable[[], N], state: Mapping[str, Tensor]) -> N:
    """The network that ``make`` describes with these weights, ready for inference."""
    with torch.device("meta"):
        network = make()
    network.load_state_dict(state, assign=True)
    return network.eval().requires_grad_(False)


def shapes_of(make: Callable[[], nn.Module]) -> dict[str, torch.Size]:
    """Shape of every tensor of a network, without taking memory for them."""
    with torch.device("meta"):
        return {name: tensor.shape for name, tensor in make().state_dict().items()}
