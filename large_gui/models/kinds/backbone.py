"""A network of timm as a model: features of any image, from weights that a person brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.models.kinds.image_features import ImageModel
from large_gui.models.pack import ENCODER

if TYPE_CHECKING:
    from large_gui.nets.encoder import Encoder


class BackboneModel(ImageModel):
    """What a network of timm pools of an image, such as DINOv2 or ConvNeXt; needs the extra `backbones`."""

    def network(self) -> Encoder:
        """The network."""
        import torch

        from large_gui.models.kinds.gan import checked_against_pack
        from large_gui.nets.backbones.timm_features import TimmConfig, loaded_features
        from large_gui.nets.weights import load_weights

        file = self.pack.folder / ENCODER
        with checked_against_pack(file):
            network = loaded_features(TimmConfig.from_json(self.network_config), load_weights(file))
        return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
