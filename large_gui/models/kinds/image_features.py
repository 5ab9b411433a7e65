"""Models that turn any image into features: the whole image, padded to a square, through one network.

`ImageModel` is what they share. `FeaturesModel` is the one that comes with the program.
"""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.latent import Pixels
from large_gui.core.reporter import Reporter
from large_gui.models.model import Frame, Model, Picture, Refusal
from large_gui.models.pack import ENCODER, Pack
from large_gui.models.preparation import VIEW, padded_square

if TYPE_CHECKING:
    from large_gui.models.encoding import Encoding
    from large_gui.nets.encoder import Encoder

_PREPARATION = 1  # increased when images are read or padded in another way, so that codes are computed again


class ImageModel(Model):
    """The part of an image model that does not depend on its network."""

    doing = "Reading features"
    prepares_side_by_side = True
    in_half = True

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack)
        self._encoding: Encoding | None = None

    @abstractmethod
    def network(self) -> Encoder:
        """Load the network, on the CPU.

        Raises
        ------
        ModelFileError
            When it is missing or damaged.
        """

    @cached_property
    def key(self) -> str:
        """A hash of the weights, of the network's settings, and of how images are prepared."""
        about = self.pack.about
        parts = [
            about.kind, f"encoder={about.files.get(ENCODER, '')}",
            json.dumps(dict(about.options), sort_keys=True), f"preparation={_PREPARATION}",
        ]  # fmt: skip
        if self.network_config:
            parts.append(json.dumps(dict(self.network_config), sort_keys=True))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def network_config(self) -> Mapping[str, Any]:
        """What the pack says of how its network is built; empty if the code that builds it knows."""
        encoder = self.pack.about.encoder
        return {} if encoder is None or encoder.config is None else encoder.config

    @property
    def device(self) -> str:
        """What the network runs on; it changes to the CPU if the graphics card has too little memory."""
        return self._encoding.reads_on if self._encoding is not None else "cpu"

    def start(self, device: str, reporter: Reporter) -> None:
        """Load the network."""
        from large_gui.models.encoding import Encoding, pick_reader
        from large_gui.nets.memory import keep_freed_memory

        if self._encoding is None:
            keep_freed_memory()
            self._encoding = Encoding(self.network(), pick_reader(device), reporter)

    @contextmanager
    def side_by_side(self) -> Iterator[int]:
        """One batch per core on a CPU; a graphics card takes one after the other."""
        from large_gui.models.encoding import parallel_batches

        with parallel_batches(self._started.device) as batches:
            yield batches

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        """Pad the images to a square, to ``(S, S, 3)`` uint8 as the network reads them."""
        size = self._started.encoder.aligned_size
        return [
            Frame(padded_square(picture.pixels, size)) for picture in pictures if picture.pixels is not None
        ]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Features of padded images."""
        from large_gui.nets.pixels import to_tensor

        return self._started.encode(
            to_tensor([frame.content.astype(np.uint8, copy=False) for frame in frames])
        )

    def view(self, pixels: Pixels) -> tuple[Pixels, tuple[str, ...]]:
        """The whole image, padded as the network reads it."""
        return padded_square(pixels, VIEW), ()

    @property
    def _started(self) -> Encoding:
        assert self._encoding is not None, "the model was not started"
        return self._encoding


class FeaturesModel(ImageModel):
    """EfficientNet-Lite0 with ImageNet weights, pooled at several depths."""

    def network(self) -> Encoder:
        """The network, ready for inference."""
        import torch

        from large_gui.models.kinds.gan import checked_against_pack
        from large_gui.nets.pooled_features import PooledFeatures
        from large_gui.nets.weights import assembled, load_weights

        file = self.pack.folder / ENCODER
        with checked_against_pack(file):
            network = assembled(PooledFeatures, load_weights(file))
        return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
