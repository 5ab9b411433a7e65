"""The inversion encoders of pSp, e4e and ReStyle: image -> W or W+ code, on the IR-SE backbone.

pSp: Richardson et al. 2021 (arXiv:2008.00951); e4e: Tov et al. 2021 (arXiv:2102.02766); ReStyle: Alaluf
et al. 2021 (arXiv:2104.02699). Submodules carry the names of the published checkpoints.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.nets.encoders.ir_se import IR_SE_50, IRSE
from large_gui.nets.fully_connected import FullyConnected

_TAPS = (6, 20, 23)  # units after which the pyramid reads maps: 1/4, 1/8, 1/16 of the size in IR-SE-50
_COARSE, _MIDDLE = 3, 7  # first rows that read the middle and the fine level of the pyramid


class StyleHead(nn.Module):
    """Feature map ``(B, 512, S, S)`` -> one row ``(B, D)``, by log2(S) halvings."""

    def __init__(self, in_channels: int, width: int, spatial: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for i in range(int(math.log2(spatial))):
            layers += [nn.Conv2d(width if i else in_channels, width, 3, 2, padding=1), nn.LeakyReLU()]
        self.convs = nn.Sequential(*layers)
        self.linear = FullyConnected(width, width)

    def forward(self, x: Tensor) -> Tensor:
        row: Tensor = self.linear(self.convs(x).flatten(1))
        return row


class StyleEncoder(IRSE):
    """Base of all encoders here: the backbone, and the number and width of the rows of a code.

    Attributes
    ----------
    rows
        Rows L of a W+ code that the generator takes.
    """

    def __init__(self, rows: int, width: int = 512, in_channels: int = 3,
                 units: Sequence[int] = IR_SE_50) -> None:  # fmt: skip
        super().__init__(in_channels, units)
        self.rows, self.width = rows, width


class PyramidEncoder(StyleEncoder):
    """Reads the rows from three levels of a feature pyramid: coarse rows from the deepest level."""

    def __init__(self, rows: int, width: int = 512, in_channels: int = 3,
                 units: Sequence[int] = IR_SE_50) -> None:  # fmt: skip
        super().__init__(rows, width, in_channels, units)
        spatial = [16 if i < _COARSE else 32 if i < _MIDDLE else 64 for i in range(rows)]
        self.styles = nn.ModuleList(StyleHead(512, width, s) for s in spatial)
        self.latlayer1, self.latlayer2 = nn.Conv2d(256, 512, 1), nn.Conv2d(128, 512, 1)

    def pyramid(self, images: Tensor) -> list[Tensor]:
        """The map that each row's head reads."""
        c1, c2, c3 = self.taps(images, _TAPS)
        p2 = _enlarged(c3, c2) + self.latlayer1(c2)
        p1 = _enlarged(p2, c1) + self.latlayer2(c1)
        return [c3 if i < _COARSE else p2 if i < _MIDDLE else p1 for i in range(self.rows)]


def _enlarged(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=True)


class GradualStyleEncoder(PyramidEncoder):
    """pSp: every row from its own head. ``(B, 3, 256, 256)`` -> ``(B, L, D)``."""

    def forward(self, images: Tensor) -> Tensor:
        maps = self.pyramid(images)
        return torch.stack([head(x) for head, x in zip(self.styles, maps)], 1)


class Encoder4Editing(PyramidEncoder):
    """e4e: one base code for all rows from head 0, and an offset to each row from its own head."""

    def forward(self, images: Tensor) -> Tensor:
        return _base_and_offsets(self.styles, self.pyramid(images))


class BackboneEncoder(StyleEncoder):
    """ReStyle's pSp: every head reads the deepest map. ``(B, 6, 256, 256)`` -> ``(B, L, D)``."""

    def __init__(self, rows: int, width: int = 512, in_channels: int = 3,
                 units: Sequence[int] = IR_SE_50) -> None:  # fmt: skip
        super().__init__(rows, width, in_channels, units)
        self.styles = nn.ModuleList(StyleHead(512, width, 16) for _ in range(rows))

    def forward(self, images: Tensor) -> Tensor:
        x = self.features(images)
        return torch.stack([head(x) for head in self.styles], 1)


class ProgressiveBackboneEncoder(BackboneEncoder):
    """ReStyle's e4e: base code and offsets, all from the deepest map."""

    def forward(self, images: Tensor) -> Tensor:
        return _base_and_offsets(self.styles, [self.features(images)] * self.rows)


def _base_and_offsets(heads: nn.ModuleList, maps: Sequence[Tensor]) -> Tensor:
    rows = torch.stack([head(x) for head, x in zip(heads, maps)], 1)  # (B, L, D)
    return torch.cat([rows[:, :1], rows[:, :1] + rows[:, 1:]], 1)


class BackboneEncoderUsingLastLayerIntoW(StyleEncoder):
    """One W code from the mean of the deepest map: ``(B, 3, H, W)`` -> ``(B, D)``."""

    def __init__(self, rows: int, width: int = 512, in_channels: int = 3,
                 units: Sequence[int] = IR_SE_50) -> None:  # fmt: skip
        super().__init__(rows, width, in_channels, units)
        self.linear = FullyConnected(512, width)

    def forward(self, images: Tensor) -> Tensor:
        w: Tensor = self.linear(self.features(images).mean((2, 3)))
        return w


class BackboneEncoderUsingLastLayerIntoWPlus(StyleEncoder):
    """All rows at once from the deepest map, pooled to 7x7: ``(B, 3, H, W)`` -> ``(B, L, D)``."""

    def __init__(self, rows: int, width: int = 512, in_channels: int = 3,
                 units: Sequence[int] = IR_SE_50) -> None:  # fmt: skip
        super().__init__(rows, width, in_channels, units)
        self.output_layer_2 = nn.Sequential(
            nn.BatchNorm2d(512), nn.AdaptiveAvgPool2d(7), nn.Flatten(), nn.Linear(512 * 49, 512)
        )
        self.linear = FullyConnected(512, width * rows)

    def forward(self, images: Tensor) -> Tensor:
        flat: Tensor = self.linear(self.output_layer_2(self.features(images)))
        return flat.view(-1, self.rows, self.width)


ENCODERS: dict[str, type[StyleEncoder]] = {
    kind.__name__: kind
    for kind in (
        GradualStyleEncoder,
        Encoder4Editing,
        BackboneEncoder,
        ProgressiveBackboneEncoder,
        BackboneEncoderUsingLastLayerIntoW,
        BackboneEncoderUsingLastLayerIntoWPlus,
    )
}
