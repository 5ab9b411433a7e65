"""Inversion encoders: image -> W+ codes.

`LiteEncoder` follows e4e (Tov et al. 2021, arXiv:2102.02766) in staying near W: it adds small offsets, here
of low rank, to one base code for all layers. It has a mobile backbone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.nets.efficientnet import HEAD_CHANNELS, TAPS, EfficientNetLite0

ALIGNED_SIZE = 160  # side of the aligned frame in pixels
ENCODER_SIZE = 128  # the encoder reads its middle 80 %, where the face is
_SPATIAL_CHANNELS = 48
_CELLS = 3  # per side that the deepest map is pooled to: enough to know where things are
_OFFSET_RANK = 160
_SCALES = (0.85, 0.92, 1.0, 1.08, 1.16)  # scales at which `LiteEncoder.read` reads a frame


class LiteEncoder(nn.Module):
    """Middle of the aligned image ``(B, 3, 128, 128)`` in -1..1 -> W+ codes ``(B, L, 512)``.

    Parameters
    ----------
    num_ws
        Layers of the generator.
    mean_latent
        ``(512,)``: the code that the output is added to.
    """

    mean_latent: Tensor
    aligned_size, batch = ALIGNED_SIZE, 32

    def __init__(self, num_ws: int, w_dim: int = 512, mean_latent: Tensor | None = None) -> None:
        super().__init__()
        self.num_ws, self.w_dim = num_ws, w_dim
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

    @staticmethod
    def middle(aligned: Tensor) -> Tensor:
        """The part the encoder reads ``(B, 3, 128, 128)`` of an aligned frame ``(B, 3, 160, 160)``."""
        edge = (ALIGNED_SIZE - ENCODER_SIZE) // 2
        return aligned[:, :, edge:-edge, edge:-edge]

    def read(self, aligned: Tensor) -> Tensor:
        """Codes ``(B, L, 512)`` of aligned frames ``(B, 3, 160, 160)``: the mean over five scales.

        A code of one scale is noisy: on photographs the mean of five ranks age clearly better.
        """
        size = [len(aligned), 3, ENCODER_SIZE, ENCODER_SIZE]
        codes = []
        for scale in _SCALES:
            zoom = torch.eye(2, 3, device=aligned.device) * scale * ENCODER_SIZE / ALIGNED_SIZE
            grid = F.affine_grid(zoom.expand(len(aligned), 2, 3), size, align_corners=False)
            view = F.grid_sample(aligned, grid, align_corners=False)
            codes.append(self(view.contiguous(memory_format=torch.channels_last)))
        return torch.stack(codes).mean(0)

    def describe(self, aligned: Tensor) -> Tensor:
        """Normalised features ``(B, F)`` of aligned frames ``(B, 3, 160, 160)``."""
        return self.features(self.middle(aligned))

    def features(self, images: Tensor) -> Tensor:
        """Normalised features ``(B, F)`` of four depths; one deep map is pooled to cells, to keep places."""
        shallow, middle, deep, head = self.backbone(images)
        pooled = [m.mean((2, 3)) for m in (shallow, middle, head)]
        placed = F.adaptive_avg_pool2d(self.spatial(deep), _CELLS).flatten(1)
        return self.norm(torch.cat([*pooled, placed], 1))  # type: ignore[no-any-return]

    def forward(self, images: Tensor) -> Tensor:
        f = self.features(images)
        offsets = self.offset_up(self.offset_down(f)).view(-1, self.num_ws, self.w_dim)
        codes: Tensor = self.mean_latent + self.base(f)[:, None] + offsets
        return codes
