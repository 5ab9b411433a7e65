"""The networks that turn images into features, under whose names every figure made with them is reported.

A Fréchet distance is called FID only if `InceptionOfFid` made the features (Heusel et al. 2017,
arXiv:1706.08500). With any other network it is another quantity, and has that network's name.
"""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.core.words import printable
from large_gui.errors import ModelFileError
from large_gui.models.kinds.image_features import FeaturesModel
from large_gui.models.library import open_model
from large_gui.nets.backbones.extra import extra
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.efficientnet import EfficientNetLite0, as_efficientnet_reads
from large_gui.nets.generator import Generator
from large_gui.nets.pixels import scaled

Bytes = NDArray[np.uint8]  # images (B, 3, S, S)
Features = NDArray[np.float32]  # (N, D)

FEATURES_PACK = "features"  # the pack with EfficientNet-Lite0 that comes with the program
SIDE = 128  # pixels a side at which EfficientNet-Lite0 reads images here; a core reads 200 of them a second
BATCH = 32  # images
_LAST_BLOCK = 15  # of EfficientNet-Lite0, 320 channels


class FeatureNetwork(Protocol):
    """A network that turns images into rows of numbers.

    Attributes
    ----------
    name
        What figures made with it are called after.
    is_fids
        Whether it is the network of FID, so that a Fréchet distance of its features may be called so.
    """

    name: str
    is_fids: bool

    def features(self, images: Tensor) -> Tensor:
        """Images of bytes ``(B, 3, S, S)``, of any side -> features ``(B, D)`` float32."""

    def to(self, *target: Any, **options: Any) -> Self:
        """The network on another device."""


class EfficientNetFeatures(nn.Module):
    """The mean over the picture of EfficientNet-Lite0's last maps, 320 numbers an image.

    Images of every size are resized to `SIDE`, with a filter where they shrink (Parmar et al. 2022,
    arXiv:2104.11222, show what figures do without one).
    """

    is_fids = False

    def __init__(self, backbone: EfficientNetLite0) -> None:
        super().__init__()
        self.backbone, self.name = backbone, f"EfficientNet-Lite0 at {SIDE} px"

    def features(self, images: Tensor) -> Tensor:
        """Features ``(B, 320)`` of images of bytes ``(B, 3, S, S)``."""
        pixels = resized(scaled(images), SIDE)
        (maps,) = self.backbone.maps(as_efficientnet_reads(pixels), {_LAST_BLOCK})
        return maps.mean((2, 3))


class InceptionOfFid(nn.Module):
    """The Inception network of FID, from weights that a person has; torch-fidelity computes it.

    Parameters
    ----------
    weights
        The file ``weights-inception-2015-12-05-6726825d.pth``, or ``pt_inception-2015-12-05-6726825d.pth``.

    Raises
    ------
    ModelFileError
        When torch-fidelity is not installed, or the file is missing or holds something else.
    """

    is_fids = True
    name = "Inception-v3 of FID"

    def __init__(self, weights: Path) -> None:
        super().__init__()
        tensors = read_checkpoint(weights)
        module = extra("torch_fidelity.feature_extractor_inceptionv3", "fid", "FID")
        try:
            # It would execute what is pickled in a file, so it gets what was read of it as plain data.
            plain = io.BytesIO()
            torch.save(tensors, plain)
            plain.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about parts of it that are not used here
                self.network = module.FeatureExtractorInceptionV3(
                    "inception-v3-compat", ["2048"], feature_extractor_weights_path=plain
                )
        except (RuntimeError, TypeError, AttributeError, pickle.PicklingError) as error:
            raise ModelFileError(
                f"{printable(weights.name)} does not hold the weights of FID's Inception.",
                hint="They are published as weights-inception-2015-12-05-6726825d.pth.",
                detail=repr(error)[:500],
            ) from error

    def features(self, images: Tensor) -> Tensor:
        """Features ``(B, 2048)`` of images of bytes ``(B, 3, S, S)``, which it resizes to 299 pixels."""
        (found,) = self.network(images)
        return torch.as_tensor(found).float()


def efficientnet() -> EfficientNetLite0:
    """EfficientNet-Lite0 with the ImageNet weights that come with the program, for inference, on the CPU.

    Raises
    ------
    ModelFileError
        When its file is missing or damaged.
    """
    model = open_model(FEATURES_PACK)
    assert isinstance(model, FeaturesModel), "the pack that came with the program"
    backbone: EfficientNetLite0 = model.network().backbone  # type: ignore[attr-defined]
    return backbone


def default_network() -> EfficientNetFeatures:
    """The network that comes with the program, on the CPU."""
    return EfficientNetFeatures(efficientnet()).eval().requires_grad_(False)


def resized(images: Tensor, side: int) -> Tensor:
    """Images ``(B, 3, S, S)`` at ``side`` pixels, filtered where they shrink."""
    if images.shape[-1] == side:
        return images
    return F.interpolate(images, (side, side), mode="bilinear", align_corners=False, antialias=True)


def features_of(network: FeatureNetwork, batches: Iterable[Bytes], device: str = "cpu") -> Features:
    """Features ``(N, D)`` of images that come in batches; only features are kept in memory."""
    found = []
    with torch.inference_mode():
        for images in batches:
            parts = torch.split(torch.from_numpy(np.ascontiguousarray(images)), BATCH)
            found += [network.features(part.to(device)).float().cpu().numpy() for part in parts]
    return np.concatenate(found) if found else np.empty((0, 0), np.float32)


def at_once(generator: Generator) -> int:
    """How many images are drawn together: 8 of 256 pixels, which may take 1 GB, more of smaller ones."""
    return max(1, min(BATCH, 8 * 256**2 // generator.resolution**2))


def generated_images(
    generator: Generator, codes: NDArray[np.float32], device: str = "cpu"
) -> Iterator[Bytes]:
    """Draw codes ``(N, D)`` or ``(N, L, D)`` at full size; yields batches of images of bytes.

    Nothing is drawn from torch's random numbers: the noise is the generator's own.
    """
    n = at_once(generator)
    for begin in range(0, len(codes), n):
        with torch.inference_mode():
            images = generator(torch.from_numpy(codes[begin : begin + n]).to(device))
            # Figures are about pictures as they are saved: clipped, and in whole numbers.
            in_bytes = ((images.float().expand(-1, 3, -1, -1).clamp(-1, 1) + 1) * 127.5).round().byte()
        yield in_bytes.cpu().numpy()


def in_batches(images: Bytes, only: NDArray[np.intp] | None = None) -> Iterator[Bytes]:
    """The images ``(N, 3, S, S)`` of an array, which may lie on the disk, or some of them, in batches."""
    chosen = np.arange(len(images)) if only is None else only
    for begin in range(0, len(chosen), BATCH):
        yield images[chosen[begin : begin + BATCH]]
