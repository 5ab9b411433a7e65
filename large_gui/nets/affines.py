"""The affine layers of a generator, which turn a row of a W+ code into a style."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import nn

from large_gui.nets.fully_connected import FullyConnected
from large_gui.nets.generator import Generator
from large_gui.nets.mobile_stylegan import MobileStyleGAN
from large_gui.nets.stylegan2 import StyleGAN2


class Affine(NamedTuple):
    """What one convolution does with a code.

    Attributes
    ----------
    row
        The row of W+ that it reads, from 0.
    resolution
        Side of the convolution's images in pixels.
    weight
        ``(C, D)``: the style of a code w is ``weight @ w`` and a constant.
    """

    row: int
    resolution: int
    weight: NDArray[np.float64]


def affines(generator: Generator) -> list[Affine]:
    """The affine layers of the convolutions and of the last to-RGB layer, the coarsest first.

    The other to-RGB layers read rows that a convolution reads as well, and are left out as in SeFa.
    """
    if isinstance(generator, StyleGAN2):
        found = []
        for layer in generator.style_layers:
            side, name = layer.module.removeprefix("b").split(".")
            if name != "torgb" or layer.row == generator.num_ws - 1:
                affine = generator.get_submodule(f"{layer.module}.affine")
                found.append(Affine(layer.row, int(side), _weight(affine)))
        return found
    assert isinstance(generator, MobileStyleGAN), "another generator, whose affine layers are not known"
    found = [Affine(0, 4, _weight(generator.conv.style))]
    for n, block in enumerate(generator.blocks):
        for place, name in enumerate(("up_style", "conv1.style", "conv2.style")):
            found.append(Affine(1 + 3 * n + place, 8 * 2**n, _weight(block.get_submodule(name))))
    return [*found, Affine(generator.num_ws - 1, generator.resolution, _weight(generator.image_style))]


def resolutions(generator: Generator) -> list[int]:
    """Side in pixels of the images that each row of W+ acts on, ``L`` numbers."""
    return [layer.resolution for layer in affines(generator)]


def _weight(layer: nn.Module) -> NDArray[np.float64]:
    """The weight ``(C, D)`` as it is used."""
    assert isinstance(layer, nn.Linear | FullyConnected)
    gain = layer.weight_gain if isinstance(layer, FullyConnected) else 1.0
    return np.asarray(layer.weight.detach().cpu().numpy() * gain, np.float64)
