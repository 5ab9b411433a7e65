"""MobileStyleGAN generator: a wavelet StyleGAN2 distilled for small devices.

Belousov, "MobileStyleGAN: A Lightweight Convolutional Neural Network for High-Fidelity
Image Synthesis", 2021 (arXiv:2104.04767). Every layer works on Haar wavelet coefficients
and demodulates with constants, so one style scales the input channels and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.errors import ModelFileError
from large_gui.nets.generator import StyleLayer
from large_gui.nets.openvino_ir import IrNode

W_DIM = 512
CHANNELS = (512, 512, 512, 512, 512, 256, 128, 64)  # of the published network, before each block
_SLOPE = 0.2


def style_layers(channels: Sequence[int] = CHANNELS) -> list[StyleLayer]:
    """The layers of S in order, one for each row of W+: the 4x4 convolution, the blocks, the image."""
    widths = [("conv.style", channels[0])]
    for n, (before, after) in enumerate(pairwise(channels)):
        widths += [
            (f"blocks.{n}.up_style", before), (f"blocks.{n}.conv1.style", before // 4),
            (f"blocks.{n}.conv2.style", after),
        ]  # fmt: skip
    widths.append(("image_style", channels[-1]))
    return [StyleLayer(module, row, width) for row, (module, width) in enumerate(widths)]


class MappingNetwork(nn.Module):
    """z ``(B, 512)`` -> w ``(B, 512)``: eight fully connected layers after normalisation."""

    def __init__(self, depth: int = 8) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(W_DIM, W_DIM) for _ in range(depth))

    def forward(self, z: Tensor) -> Tensor:
        x = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), _SLOPE) * 2**0.5
        return x


class StyledConv(nn.Module):
    """Style-scaled convolution, then noise, bias and leaky ReLU.

    ``separable`` layers are a 3x3 depthwise convolution followed by a 1x1; otherwise 3x3.
    """

    noise: Tensor

    def __init__(self, in_channels: int, out_channels: int, resolution: int, *, separable: bool) -> None:
        super().__init__()
        self.style = nn.Linear(W_DIM, in_channels)
        self.depthwise = (
            nn.Conv2d(in_channels, in_channels, 3, padding=1, groups=in_channels, bias=False)
            if separable
            else None
        )
        kernel = 1 if separable else 3
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2)
        self.register_buffer("noise", torch.zeros(1, 1, resolution, resolution))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:  # (B, I, H, W), (B, I)
        x = x * style[:, :, None, None]
        if self.depthwise is not None:
            x = self.depthwise(x)
        noise = self.noise
        if noise.shape[-1] != x.shape[-1]:  # at half size, for a preview
            noise = F.avg_pool2d(noise, noise.shape[-1] // x.shape[-1])
        return F.leaky_relu(self.conv(x) + noise, _SLOPE)


class SynthesisBlock(nn.Module):
    """Inverse wavelet upsampling (x2, channels / 4), then two separable styled convolutions."""

    def __init__(self, in_channels: int, out_channels: int, resolution: int) -> None:
        super().__init__()
        self.up_style = nn.Linear(W_DIM, in_channels)
        self.conv1 = StyledConv(in_channels // 4, out_channels, resolution, separable=True)
        self.conv2 = StyledConv(out_channels, out_channels, resolution, separable=True)

    def forward(self, x: Tensor, styles: Sequence[Tensor]) -> Tensor:  # (B, I, H, W), up and convolutions
        x = inverse_haar(x * styles[0][:, :, None, None])
        return self.conv2(self.conv1(x, styles[1]), styles[2])  # type: ignore[no-any-return]

    def low_band(self, x: Tensor, styles: Sequence[Tensor]) -> Tensor:
        """Run the block on the low band alone, without upsampling: about a 2x2 mean of the full output."""
        channels = x.shape[1] // 4
        x = x[:, :channels] * styles[0][:, :channels, None, None] * 0.5
        return self.conv2(self.conv1(x, styles[1]), styles[2])  # type: ignore[no-any-return]


class MobileStyleGAN(nn.Module):
    """W ``(B, 512)`` or W+ ``(B, 23, 512)`` -> image ``(B, 3, 1024, 1024)``, nominally -1..1.

    The rows of W+ are: the 4x4 convolution; up, first and second convolution of each of the
    seven blocks; the image layer.

    ``preview`` runs the last block on the low band alone: an image at a quarter of the size, in
    half the time, that explains 99 % of the full image's variance at that size.
    """

    z_dim = W_DIM
    mean_latent: Tensor

    def __init__(self, channels: Sequence[int] = CHANNELS) -> None:
        super().__init__()
        self.style_layers = style_layers(channels)
        self.num_ws = 3 * (len(channels) - 1) + 2
        self.resolution = 4 * 2 ** len(channels)
        self.preview_resolution = self.resolution // 4
        self.mapping = MappingNetwork()
        self.register_buffer("mean_latent", torch.zeros(W_DIM))
        self.const = nn.Parameter(torch.zeros(1, channels[0], 4, 4))
        self.conv = StyledConv(channels[0], channels[0], 4, separable=False)
        self.blocks = nn.ModuleList(
            SynthesisBlock(i, o, 8 * 2**n) for n, (i, o) in enumerate(pairwise(channels))
        )
        self.image_style = nn.Linear(W_DIM, channels[-1])
        self.image = nn.Conv2d(channels[-1], 12, 1)

    def forward(self, ws: Tensor) -> Tensor:
        return self.image_of_styles(self.styles(ws))

    def preview(self, ws: Tensor) -> Tensor:
        """Image at a quarter of the full size, about twice as fast: ``(B, 3, 256, 256)``."""
        return self.preview_of_styles(self.styles(ws))

    def broadcast(self, ws: Tensor) -> Tensor:
        """W ``(B, 512)`` -> W+ ``(B, 23, 512)``; W+ is returned as it is."""
        return ws[:, None].expand(-1, self.num_ws, -1) if ws.ndim == 2 else ws

    def affine(self, layer: StyleLayer) -> nn.Module:
        """What computes a layer's style ``(B, width)`` from its row of the code ``(B, 512)``."""
        return self.get_submodule(layer.module)

    def styles(self, ws: Tensor) -> list[Tensor]:
        """S codes of W or W+ codes: one ``(B, width)`` for each of `style_layers`."""
        ws = self.broadcast(ws)
        return [self.affine(layer)(ws[:, layer.row]) for layer in self.style_layers]

    def image_of_styles(self, styles: Sequence[Tensor]) -> Tensor:
        """Images of S codes, one ``(B, width)`` for each of `style_layers`."""
        x = self._features(styles, len(self.blocks))
        return inverse_haar(self._image_coefficients(x, styles))

    def preview_of_styles(self, styles: Sequence[Tensor]) -> Tensor:
        """Images of S codes as `preview` gives them."""
        x = self._features(styles, len(self.blocks) - 1)
        last = self.blocks[-1]
        assert isinstance(last, SynthesisBlock)
        x = last.low_band(x, styles[-4:-1])
        return self._image_coefficients(x, styles)[:, :3] * 0.5

    def _features(self, styles: Sequence[Tensor], blocks: int) -> Tensor:
        x = self.conv(self.const.expand(len(styles[0]), -1, -1, -1), styles[0])
        for n in range(blocks):
            x = self.blocks[n](x, styles[1 + 3 * n : 4 + 3 * n])
        return x  # type: ignore[no-any-return]

    def _image_coefficients(self, x: Tensor, styles: Sequence[Tensor]) -> Tensor:
        return self.image(x * styles[-1][:, :, None, None])  # type: ignore[no-any-return]


def inverse_haar(x: Tensor) -> Tensor:
    """Inverse 2-D Haar transform ``(B, 4C, H, W)`` -> ``(B, C, 2H, 2W)``.

    The first C channels are the low band; the rest hold, channel by channel, the vertical,
    horizontal and diagonal details.
    """
    b, c4, h, w = x.shape
    c = c4 // 4
    low = x[:, :c]
    lh, hl, hh = x[:, c:].reshape(b, c, 3, h, w).unbind(2)
    even = torch.stack((low + lh + hl + hh, low + lh - hl - hh), -1)  # columns of even rows
    odd = torch.stack((low - lh + hl - hh, low - lh - hl + hh), -1)
    return torch.stack((even, odd), 3).reshape(b, c, 2 * h, 2 * w) * 0.5


def weights_from_ir(mapping: Mapping[str, IrNode], synthesis: Mapping[str, IrNode]) -> dict[str, Tensor]:
    """Rename the constants of the published IR to ``MobileStyleGAN``'s state dict.

    Scalars that follow a layer (the equalised learning rate) are multiplied into its weights.

    Raises
    ------
    ModelFileError
        When a layer is not in its place in the published file.
    """
    try:
        state = _mapping_weights(mapping)
        state |= _synthesis_weights(synthesis)
    except (KeyError, IndexError, StopIteration, ValueError) as error:
        raise ModelFileError(
            "This file holds another network than MobileStyleGAN.",
            hint="Use the random-face package that `large-gui model fetch faces` names.",
            detail=repr(error),
        ) from error
    weights = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()}
    return weights | {"mean_latent": _mean_latent(weights)}


def _mean_latent(weights: Mapping[str, Tensor], samples: int = 20_000) -> Tensor:
    """The mean of w over drawn codes, which is not in the published file."""
    mapping = MappingNetwork()
    prefix = "mapping."
    mapping.load_state_dict({k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)})
    z = np.random.default_rng(0).standard_normal((samples, W_DIM)).astype(np.float32)
    with torch.inference_mode():
        return mapping(torch.from_numpy(z)).mean(0).clone()  # type: ignore[no-any-return]


Array = NDArray[Any]


def _mapping_weights(nodes: Mapping[str, IrNode]) -> dict[str, Array]:
    matrices = [n.value for n in nodes.values() if n.value is not None and n.value.shape == (W_DIM, W_DIM)]
    biases = [n.value for n in nodes.values() if n.value is not None and n.value.shape == (W_DIM,)]
    if not len(matrices) == len(biases) == 8:
        raise ValueError(f"mapping has {len(matrices)} matrices and {len(biases)} biases")
    state: dict[str, Array] = {}
    for i, (matrix, bias) in enumerate(zip(matrices, biases)):
        state[f"mapping.layers.{i}.weight"] = matrix
        state[f"mapping.layers.{i}.bias"] = bias
    return state


def _synthesis_weights(nodes: Mapping[str, IrNode]) -> dict[str, Array]:
    by_name = {n.name: n for n in nodes.values()}
    users: dict[str, list[IrNode]] = {}
    for node in nodes.values():
        for source in node.inputs:
            users.setdefault(source, []).append(node)

    def value(name: str) -> Array:
        found = by_name[name].value
        if found is None:
            raise ValueError(f"{name} is not a constant")
        return found

    def style(name: str) -> tuple[Array, Array]:
        """Weight and bias of a style affine, multiplied by the constant that follows it."""
        node = users[users[by_name[f"{name}.weight"].id][0].id][0]  # const -> MatMul -> Add
        scale = 1.0
        while (node := users[node.id][0]).type == "Reshape":
            pass
        constants = [nodes[i].value for i in node.inputs if nodes[i].type == "Const"]
        if node.type == "Multiply" and constants and constants[0] is not None:
            scale = float(constants[0].item())
        return value(f"{name}.weight") * scale, value(f"{name}.bias").ravel() * scale

    def convolution(bias_name: str) -> tuple[Array, Array]:
        """Kernel and noise in front of a named bias: Convolution -> +noise -> +bias."""
        noise_add = next(nodes[i] for i in users[by_name[bias_name].id][0].inputs if nodes[i].type == "Add")
        noise = next(nodes[i].value for i in noise_add.inputs if nodes[i].type == "Const")
        conv = next(nodes[i] for i in noise_add.inputs if nodes[i].type == "Convolution")
        kernel = next(nodes[i].value for i in conv.inputs if nodes[i].type == "Const")
        if noise is None or kernel is None:
            raise ValueError(f"{bias_name} has no kernel or noise")
        return kernel, noise

    state: dict[str, Array] = {"const": value("m.input.input")}

    def add_conv(ours: str, theirs: str) -> None:
        state[f"{ours}.style.weight"], state[f"{ours}.style.bias"] = style(f"{theirs}.conv.modulation")
        state[f"{ours}.conv.weight"], state[f"{ours}.noise"] = convolution(f"{theirs}.bias")
        state[f"{ours}.conv.bias"] = value(f"{theirs}.bias").ravel()
        depthwise = f"{theirs}.conv.weight_dw"
        if depthwise in by_name:
            state[f"{ours}.depthwise.weight"] = value(depthwise)[:, 0]

    add_conv("conv", "m.conv1")
    last = 6
    for n in range(last + 1):
        up = style(f"m.layers.{n}.up.modulation")
        state[f"blocks.{n}.up_style.weight"], state[f"blocks.{n}.up_style.bias"] = up
        add_conv(f"blocks.{n}.conv1", f"m.layers.{n}.conv1")
        add_conv(f"blocks.{n}.conv2", f"m.layers.{n}.conv2")
    image = f"m.layers.{last}.to_img"
    state["image_style.weight"], state["image_style.bias"] = style(f"{image}.conv.modulation")
    state["image.weight"], state["image.bias"] = value(f"{image}.conv.weight"), value(f"{image}.bias").ravel()
    return state
