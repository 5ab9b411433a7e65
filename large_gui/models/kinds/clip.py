"""CLIP as a model: codes of images, and of texts in the same space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from large_gui.models.kinds.image_features import ImageModel
from large_gui.models.pack import ENCODER

if TYPE_CHECKING:
    from torch import Tensor

    from large_gui.nets.encoder import Encoder


class ClipModel(ImageModel):
    """The towers of a CLIP that open_clip builds; needs the extra `backbones`."""

    def network(self) -> Encoder:
        """Both towers."""
        from large_gui.models.kinds.gan import checked_against_pack
        from large_gui.nets.backbones.clip_towers import ClipConfig, loaded_towers
        from large_gui.nets.weights import load_weights

        file = self.pack.folder / ENCODER
        with checked_against_pack(file):
            return loaded_towers(ClipConfig.from_json(self.network_config), load_weights(file))

    def text_codes(self, prompts: Sequence[str]) -> NDArray[np.float32]:
        """Codes ``(P, D)`` of texts, of unit length; the model must be started."""
        import torch

        from large_gui.nets.backbones.clip_towers import ClipTowers

        towers = self._started.encoder
        assert isinstance(towers, ClipTowers)
        with torch.inference_mode():
            return towers.read_texts(prompts).float().cpu().numpy()

    def picture_codes(self, pictures: Tensor) -> NDArray[np.float32]:
        """Codes ``(B, D)`` of pictures ``(B, 3, R, R)`` in -1..1, of unit length; it must be started."""
        from torch.nn import functional as F

        from large_gui.nets.backbones.clip_towers import LENGTH

        side = self._started.encoder.aligned_size
        if pictures.shape[-1] != side:
            pictures = F.interpolate(pictures, (side, side), mode="bicubic", antialias=True)
        return self._started.encode(pictures.clamp(-1, 1))[:, 0] / np.float32(LENGTH)
