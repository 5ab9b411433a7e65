"""StyleGAN2: Karras et al. 2020 (arXiv:1912.04958), with ADA's clamp and classes (arXiv:2006.06676).

One class serves every checkpoint: resolution, widths, depth of the mapping, classes and clamp come from a
`StyleGAN2Config`. Modules have the names of stylegan2-ada-pytorch, so that layers that publications name can
be found here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.nets.fully_connected import FullyConnected
from large_gui.nets.generator import StyleLayer
from large_gui.nets.modulated_conv import modulated_conv2d
from large_gui.nets.ops import bias_act, upfirdn2d

Noise = Literal["const", "none", "random"]
_PREVIEW = 256  # pixels a side


@dataclass(frozen=True)
class StyleGAN2Config:
    """The sizes and settings that a generator is built from.

    Attributes
    ----------
    channels
        Feature channels at 4, 8, 16, ... pixels; the number of entries gives the resolution.
    z_dim, w_dim
        Widths of the latent codes.
    mapping_widths
        Output width of every mapping layer; the last is ``w_dim``.
    classes
        How many classes a class-conditional generator has; 0 for other generators.
    embedding
        Width of an embedded class label.
    image_channels
        3 for colour.
    clamp
        Bound of activations, or ``None`` (ADA, appendix D).
    fp16_resolutions
        How many of the highest resolutions were trained in half precision; a GPU uses it for these.
    mapping_rate
        Learning-rate multiplier of the mapping's weights.
    """

    channels: tuple[int, ...]
    z_dim: int = 512
    w_dim: int = 512
    mapping_widths: tuple[int, ...] = (512,) * 8
    classes: int = 0
    embedding: int = 0
    image_channels: int = 3
    clamp: float | None = None
    fp16_resolutions: int = 0
    mapping_rate: float = 0.01

    @property
    def resolution(self) -> int:
        """Side of the images in pixels."""
        return 4 << (len(self.channels) - 1)

    @property
    def num_ws(self) -> int:
        """Rows of a W+ code: one per convolution and one for the last to-RGB layer."""
        return 2 * len(self.channels)

    @property
    def style_layers(self) -> list[StyleLayer]:
        """The layers of S in order: the convolutions and to-RGB layers from the lowest resolution up."""
        layers = []
        for level, width in enumerate(self.channels):
            block, row = f"b{4 * 2**level}", 2 * level
            if level:
                layers.append(StyleLayer(f"{block}.conv0", row - 1, self.channels[level - 1]))
            # The next block's first convolution reads the row that this block's to-RGB layer reads.
            layers += [StyleLayer(f"{block}.conv1", row, width), StyleLayer(f"{block}.torgb", row + 1, width)]
        return layers

    def as_json(self) -> dict[str, Any]:
        """The configuration as it is written to ``pack.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote to ``pack.json``."""
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**given)


class MappingNetwork(nn.Module):
    """z ``(B, Z)`` and labels ``(B, C)`` -> w ``(B, D)``."""

    w_avg: Tensor

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.depth = len(config.mapping_widths)
        width = config.z_dim
        if config.classes:
            self.embed = FullyConnected(config.classes, config.embedding)
            width += config.embedding
        for i, out in enumerate(config.mapping_widths):
            self.add_module(f"fc{i}", FullyConnected(width, out, rate=config.mapping_rate))
            width = out
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def forward(self, z: Tensor, labels: Tensor | None) -> Tensor:
        x = _normalised(z)
        if labels is not None:
            x = torch.cat([x, _normalised(self.embed(labels))], 1)
        for i in range(self.depth):
            x = bias_act(self.get_submodule(f"fc{i}")(x))
        return x


def _normalised(x: Tensor) -> Tensor:
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)


class SynthesisLayer(nn.Module):
    """Modulated 3x3 convolution, noise, bias, leaky ReLU, clamp."""

    noise_const: Tensor

    def __init__(self, in_channels: int, out_channels: int, resolution: int, w_dim: int, clamp: float | None,
                 *, up: bool = False) -> None:  # fmt: skip
        super().__init__()
        self.clamp, self.up = clamp, up
        self.affine = FullyConnected(w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 3, 3))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.register_buffer("noise_const", torch.randn(resolution, resolution))

    def forward(self, x: Tensor, style: Tensor, noise: Noise, taps: Tensor) -> Tensor:
        x = modulated_conv2d(x, self.weight, style, up_taps=taps if self.up else None)
        if noise != "none":
            grain = self.noise_const
            if noise == "random":
                grain = torch.randn(len(x), 1, *grain.shape, device=x.device, dtype=grain.dtype)
            x = x + (grain * self.noise_strength).to(x.dtype)
        return bias_act(x, self.bias.to(x.dtype), clamp=self.clamp)


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to an image, without demodulation or activation."""

    def __init__(self, in_channels: int, image_channels: int, w_dim: int, clamp: float | None) -> None:
        super().__init__()
        self.clamp = clamp
        self.affine = FullyConnected(w_dim, in_channels, bias=1.0)
        self.weight = nn.Parameter(torch.randn(image_channels, in_channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(image_channels))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        gain = x.shape[1] ** -0.5
        image = modulated_conv2d(x, self.weight, style * gain, demodulate=False)
        image = bias_act(image, self.bias.to(x.dtype), slope=1.0, gain=1.0, clamp=self.clamp)
        return _to(image, half=False)


class SynthesisBlock(nn.Module):
    """The layers of one resolution; every block except the 4x4 block first doubles the resolution."""

    def __init__(self, config: StyleGAN2Config, level: int) -> None:
        super().__init__()
        resolution, channels = 4 * 2**level, config.channels[level]
        self.in_half = len(config.channels) - level <= config.fp16_resolutions
        make = (resolution, config.w_dim, config.clamp)
        if level == 0:
            self.const = nn.Parameter(torch.randn(channels, 4, 4))
        else:
            self.conv0 = SynthesisLayer(config.channels[level - 1], channels, *make, up=True)
        self.conv1 = SynthesisLayer(channels, channels, *make)
        self.torgb = ToRGB(channels, config.image_channels, config.w_dim, config.clamp)


class StyleGAN2(nn.Module):
    """z -> W -> W+ -> S -> image ``(B, C, R, R)``, nominally -1..1 and not clipped."""

    taps: Tensor

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.config = config
        self.z_dim, self.num_ws, self.resolution = config.z_dim, config.num_ws, config.resolution
        self.preview_resolution = min(_PREVIEW, config.resolution)
        self.mapping_network = MappingNetwork(config)
        for level in range(len(config.channels)):
            self.add_module(f"b{4 * 2**level}", SynthesisBlock(config, level))
        self.register_buffer("taps", torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8)

    @property
    def mean_latent(self) -> Tensor:
        """The mean of w, ``(D,)``, which truncation moves codes toward."""
        return self.mapping_network.w_avg

    @property
    def style_layers(self) -> list[StyleLayer]:
        """The layers of S in order, as `StyleGAN2Config.style_layers`."""
        return self.config.style_layers

    def affine(self, layer: StyleLayer) -> FullyConnected:
        """What computes a layer's style ``(B, width)`` from its row of the code ``(B, D)``."""
        return _affine(self.get_submodule(layer.module))

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z ``(B, Z)`` -> w ``(B, D)``; without labels, classes are taken in turn."""
        if self.config.classes and labels is None:
            turn = torch.arange(len(z), device=z.device) % self.config.classes
            labels = F.one_hot(turn, self.config.classes).to(z.dtype)
        w: Tensor = self.mapping_network(z, labels)
        return w

    def broadcast(self, w: Tensor) -> Tensor:
        """W ``(B, D)`` -> W+ ``(B, L, D)``; W+ is returned as it is."""
        return w[:, None].expand(-1, self.num_ws, -1) if w.ndim == 2 else w

    def styles(self, ws: Tensor) -> list[Tensor]:
        """S codes of W or W+ codes: one ``(B, width)`` for each of `style_layers`."""
        ws = self.broadcast(ws)
        return [self.affine(layer)(ws[:, layer.row]) for layer in self.style_layers]

    def forward(self, ws: Tensor, noise: Noise = "const") -> Tensor:
        return self.image_of_styles(self.styles(ws), noise)

    def image_of_styles(
        self, styles: Sequence[Tensor], noise: Noise = "const", features: dict[int, Tensor] | None = None
    ) -> Tensor:
        """Images of S codes, one ``(B, width)`` for each of `style_layers`.

        If ``features`` is given, it gets the output ``(B, C, side, side)`` of every block under its side.
        """
        waiting = iter(styles)
        x: Tensor | None = None
        image: Tensor | None = None
        for block in self._blocks():
            if x is None:
                x = block.const.expand(len(styles[0]), -1, -1, -1)
            else:
                x = _to(x, half=block.in_half)
                x = block.conv0(x, next(waiting), noise, self.taps)
            x = block.conv1(x, next(waiting), noise, self.taps)
            assert x is not None
            if features is not None:
                features[x.shape[-1]] = x
            rgb: Tensor = block.torgb(x, next(waiting))
            image = rgb if image is None else rgb + self._doubled(image)
        assert image is not None
        return image

    def preview(self, ws: Tensor) -> Tensor:
        """The images in three channels, shrunk to 256 pixels if they are larger."""
        return self.preview_of_styles(self.styles(ws))

    def preview_of_styles(self, styles: Sequence[Tensor]) -> Tensor:
        """The images of S codes as `preview` gives them."""
        image = F.adaptive_avg_pool2d(self.image_of_styles(styles), self.preview_resolution)
        return image.expand(-1, 3, -1, -1)

    def _doubled(self, image: Tensor) -> Tensor:
        n = len(self.taps)
        return upfirdn2d(image, self.taps, up=2, padding=((n + 1) // 2, (n - 2) // 2), gain=4.0)

    def _blocks(self) -> list[SynthesisBlock]:
        found = (self.get_submodule(f"b{4 * 2**level}") for level in range(len(self.config.channels)))
        return [block for block in found if isinstance(block, SynthesisBlock)]


def _affine(layer: nn.Module) -> FullyConnected:
    assert isinstance(layer, SynthesisLayer | ToRGB)
    return layer.affine


def _to(x: Tensor, *, half: bool) -> Tensor:
    """``x`` in half precision with channels last if ``half`` and on a GPU, else not in half precision."""
    if half and x.is_cuda:
        return x.to(torch.float16, memory_format=torch.channels_last)
    return x.float() if x.dtype == torch.float16 else x
