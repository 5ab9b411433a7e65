"""Layers that a direction works through are important; layers it can't reach are not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.directions.layer_importance import layer_importance


class ToyGenerator:
    """Four layers, each drawing its own quarter of the image; layer 1 alone sees the first axis."""

    z_dim = 8
    num_ws = 4
    resolution = preview_resolution = 8
    mean_latent = torch.zeros(8)

    def __init__(self) -> None:
        seeded = torch.Generator().manual_seed(0)
        self.paint = torch.randn(4, 8, 48, generator=seeded)
        self.paint[:, 0] = 0
        self.paint[1, 0] = 3

    def mapping(self, z: Tensor) -> Tensor:
        return z

    def preview(self, ws: Tensor) -> Tensor:
        if ws.ndim == 2:
            ws = ws[:, None].expand(-1, 4, -1)
        return torch.einsum("bld,ldp->blp", ws, self.paint).reshape(len(ws), 3, 8, 8)

    __call__ = preview


def test_the_layer_that_matters_is_found() -> None:
    normal = Direction("first", np.eye(8)[0])
    spread = Direction("all", np.ones(8) / 8**0.5)
    found = layer_importance(ToyGenerator(), {"first": normal, "all": spread}, SilentReporter(), codes=4)
    assert found["first"].sum() == pytest.approx(1)
    assert found["first"].argmax() == 1
    assert found["first"][1] > 0.95
    assert found["all"].min() > 0.1
