"""Inversion encoders: image -> W+ codes.

`LiteEncoder` follows e4e (Tov et al. 2021, arXiv:2102.02766) in staying near W: it adds small offsets, here
of low rank, to one base code for all layers. It has a mobile backbone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.nets.efficientnet import HEAD_CHANNELS, TAPS, EfficientNetLite0

ALIGNED_SIZE = 160  # side of the aligned frame in pixels
ENCODER_SIZE = 128  # the encoder reads its middle 80 %, where the face is
_SPATIAL_CHANNELS = 48
_CELLS = 3  # per side that the deepest map is pooled to: enough to know where things are
_OFFSET_RANK = 160
_STRIDE, _LARGEST = 32, 1024  # of the backbone; pixels a side
LITE = "LiteEncoder"  # its kind in a pack's configuration
_SCALES = (0.85, 0.92, 1.0, 1.08, 1.16)  # scales at which `LiteEncoder.read` reads a frame


@dataclass(frozen=True)
class LiteEncoderConfig:
    """How a `LiteEncoder` reads images. The defaults are for aligned faces and have no entry in a pack.

    Attributes
    ----------
    aligned_size
        Side of the aligned frame in pixels.
    input_size
        Side of its middle, in pixels, which is read.
    enlarged
        How many times larger its backbone sees it: a small image fills so more cells of its maps.
    scales
        Scales at which the middle is read; the code is their mean.
    """

    aligned_size: int = ALIGNED_SIZE
    input_size: int = ENCODER_SIZE
    enlarged: int = 1
    scales: tuple[float, ...] = _SCALES

    def __post_init__(self) -> None:
        """Check that the backbone can read the size.

        Raises
        ------
        ValueError
            When it can't.
        """
        sizes = (self.aligned_size, self.input_size, self.enlarged)
        if not all(type(size) is int and 0 < size <= _LARGEST for size in sizes):
            raise ValueError("the encoder's sizes are not possible")
        edges = self.aligned_size - self.input_size
        if edges < 0 or edges % 2 or self.input_size * self.enlarged % _STRIDE:
            raise ValueError("the encoder's sizes do not fit each other")
        if not self.scales or not all(0 < scale < _LARGEST for scale in self.scales):
            raise ValueError("the encoder's scales are not possible")

    def as_json(self) -> dict[str, Any] | None:
        """The configuration as it is written to ``pack.json``; ``None`` for the defaults."""
        return None if self == LiteEncoderConfig() else {"kind": LITE, **asdict(self)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any] | None) -> Self:
        """Read what `as_json` wrote to ``pack.json``."""
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in (values or {}).items()}
        given.pop("kind", None)
        return cls(**given)


class LiteEncoder(nn.Module):
    """Middle of the aligned image ``(B, 3, 128, 128)`` in -1..1 -> W+ codes ``(B, L, 512)``.

    Parameters
    ----------
    num_ws
        Layers of the generator.
    mean_latent
        ``(512,)``: the code that the output is added to.
    config
        Sizes other than those above.
    """

    mean_latent: Tensor
    batch = 32

    def __init__(
        self, num_ws: int, w_dim: int = 512, mean_latent: Tensor | None = None,
        config: LiteEncoderConfig | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.num_ws, self.w_dim = num_ws, w_dim
        self.config = config or LiteEncoderConfig()
        self.aligned_size = self.config.aligned_size
        self.backbone = EfficientNetLite0()
        shallow, middle, deep = TAPS.values()
        self.spatial = nn.Conv2d(deep, _SPATIAL_CHANNELS, 1)
        features = shallow + middle + HEAD_CHANNELS + _SPATIAL_CHANNELS * _CELLS**2
        self.norm = nn.BatchNorm1d(features, momentum=0.01)
        self.base = nn.Linear(features, w_dim)
        self.offset_down = nn.Linear(features, _OFFSET_RANK)
        self.offset_up = nn.Linear(_OFFSET_RANK, num_ws * w_dim)
        nn.init.zeros_(self.offset_up.weight)
        nn.init.zeros_(self.offset_up.bias)
        self.register_buffer("mean_latent", torch.zeros(w_dim) if mean_latent is None else mean_latent)
        self._made: list[Tensor] | None = None

    def middle(self, aligned: Tensor) -> Tensor:
        """The part the encoder reads ``(B, 3, 128, 128)`` of an aligned frame ``(B, 3, 160, 160)``."""
        edge, size = (self.config.aligned_size - self.config.input_size) // 2, self.config.input_size
        return aligned[:, :, edge : edge + size, edge : edge + size]

    def read(self, aligned: Tensor) -> Tensor:
        """Codes ``(B, L, 512)`` of aligned frames ``(B, 3, 160, 160)``: the mean over all scales.

        A code of one scale is noisy, unless the encoder learned with read-outs, as that of faces did.
        """
        codes = [self(view) for view in self.views(aligned)]
        return codes[0] if len(codes) == 1 else torch.stack(codes).mean(0)

    def views(self, aligned: Tensor) -> Iterator[Tensor]:
        """What `read` has the network read of aligned frames, ``(B, 3, 128, 128)`` for each scale."""
        if self.config.scales == (1.0,):
            yield self.middle(aligned).contiguous(memory_format=torch.channels_last)
            return
        for grid in self._grids(aligned.device):
            view = F.grid_sample(aligned, grid.expand(len(aligned), -1, -1, -1), align_corners=False)
            yield view.contiguous(memory_format=torch.channels_last)

    def _grids(self, device: torch.device) -> list[Tensor]:
        """Where each scale looks, ``(1, 128, 128, 2)``; made once."""
        if self._made is None or self._made[0].device != device:
            size, frame = self.config.input_size, self.config.aligned_size
            zooms = (torch.eye(2, 3, device=device) * scale * size / frame for scale in self.config.scales)
            self._made = [
                F.affine_grid(zoom[None], [1, 3, size, size], align_corners=False) for zoom in zooms
            ]
        return self._made

    def describe(self, aligned: Tensor) -> Tensor:
        """Normalised features ``(B, F)`` of aligned frames ``(B, 3, 160, 160)``."""
        return self.features(self.middle(aligned))

    def features(self, images: Tensor) -> Tensor:
        """Normalised features ``(B, F)`` of four depths; one deep map is pooled to cells, to keep places."""
        if self.config.enlarged > 1:
            images = F.interpolate(images, scale_factor=self.config.enlarged, mode="bilinear")
        shallow, middle, deep, head = self.backbone(images)
        pooled = [m.mean((2, 3)) for m in (shallow, middle, head)]
        placed = F.adaptive_avg_pool2d(self.spatial(deep), _CELLS).flatten(1)
        return self.norm(torch.cat([*pooled, placed], 1))  # type: ignore[no-any-return]

    def forward(self, images: Tensor) -> Tensor:
        base, offsets = self.parts(images)
        return base[:, None] + offsets

    def parts(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The base code ``(B, 512)`` of images, and each layer's offset from it ``(B, L, 512)``."""
        f = self.features(images)
        offsets = self.offset_up(self.offset_down(f)).view(-1, self.num_ws, self.w_dim)
        base: Tensor = self.mean_latent + self.base(f)
        return base, offsets
