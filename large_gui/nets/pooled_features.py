"""Image features for any picture: means and deviations of EfficientNet-Lite0's maps, at seven depths.

Lesions and textures show in the shallow and middle layers, what a thing is in the deep ones. The model card
of the pack `features` has the measurements that depths, size and pooling were chosen by.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from large_gui.nets.efficientnet import EfficientNetLite0, as_efficientnet_reads

DEPTHS = {0: 16, 2: 24, 4: 40, 7: 80, 10: 112, 14: 192, 15: 320}  # index of a block -> its channels
WIDTH = 2 * sum(DEPTHS.values())


class PooledFeatures(nn.Module):
    """Padded image ``(B, 3, 224, 224)`` in -1..1 -> codes ``(B, 1, WIDTH)``."""

    aligned_size, batch = 224, 32

    def __init__(self) -> None:
        super().__init__()
        self.backbone = EfficientNetLite0(head=False)

    def read(self, aligned: Tensor) -> Tensor:
        """Codes of padded images, the same as those of calling the network."""
        codes: Tensor = self(aligned)
        return codes

    def views(self, aligned: Tensor) -> Iterator[Tensor]:
        """What `read` has the network read: the padded images as they are."""
        yield aligned

    def forward(self, images: Tensor) -> Tensor:
        """Every depth weighs as much as any other, whatever its width."""
        parts = []
        for maps in self.backbone.maps(as_efficientnet_reads(images), DEPTHS):
            deviation, mean = torch.std_mean(maps, (2, 3), correction=0)
            parts += [part / maps.shape[1] ** 0.5 for part in (mean, deviation)]
        return torch.cat(parts, 1)[:, None]
