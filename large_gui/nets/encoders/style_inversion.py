"""Invert images with the encoders of pSp, e4e and ReStyle: the mean code is added to their output.

ReStyle (Alaluf et al. 2021, arXiv:2104.02699, section 3) encodes the image several times. Each time its
encoder also reads the image that the generator makes of the code found so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.nets.encoders.ir_se import IR_SE_50
from large_gui.nets.encoders.style_encoders import ENCODERS, StyleEncoder
from large_gui.nets.generator import Generator

SIZE = 256  # pixels a side that the encoders read
_CAR_ROWS = slice(32, 224)  # rows of 256 that encoders of cars read


@dataclass(frozen=True)
class StyleEncoderConfig:
    """The sizes and settings that an encoder is built from.

    Attributes
    ----------
    kind
        A name in `ENCODERS`.
    rows, width
        Shape of the generator's W+ codes.
    in_channels
        3, or 6 for ReStyle.
    units
        How many units each group of the backbone has.
    iterations
        How often ReStyle encodes an image; 1 for the others.
    cars
        Whether only the middle rows of the image are read.
    """

    kind: str
    rows: int
    width: int = 512
    in_channels: int = 3
    units: tuple[int, ...] = IR_SE_50
    iterations: int = 1
    cars: bool = False

    def as_json(self) -> dict[str, Any]:
        """The configuration as it is written to ``pack.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote to ``pack.json``."""
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**given)

    def build(self) -> StyleEncoder:
        """Build the network, with random weights."""
        return ENCODERS[self.kind](self.rows, self.width, self.in_channels, self.units)


class StyleInversion(nn.Module):
    """Aligned images ``(B, 3, 256, 256)`` in -1..1 -> W+ codes ``(B, L, D)``.

    Parameters
    ----------
    generator
        Needed by ReStyle's encoders only, which compare the image with the image of the code found so far.
    """

    mean: Tensor
    aligned_size, batch = SIZE, 8

    def __init__(self, config: StyleEncoderConfig, generator: Generator | None = None) -> None:
        super().__init__()
        self.config = config
        self.encoder = config.build()
        self.register_buffer("mean", torch.zeros(config.rows, config.width))
        self._generator = (generator,)  # in a tuple: its weights are not part of this network's state
        self._average: Tensor | None = None

    def forward(self, images: Tensor) -> Tensor:
        codes = self.mean.expand(len(images), -1, -1)
        for codes in self.iterate(images):  # noqa: B007 - the last one counts
            pass
        return codes

    def read(self, aligned: Tensor) -> Tensor:
        """Codes of aligned frames, the same as those of calling the network."""
        codes: Tensor = self(aligned)
        return codes

    def iterate(self, images: Tensor) -> Iterator[Tensor]:
        """Yield the codes after each iteration; encoders other than ReStyle's have one."""
        codes = self.mean.expand(len(images), -1, -1)
        if self.config.in_channels == 3:
            yield codes + self._rows(self.encoder(self._framed(images)))
            return
        reconstructed = self.average_image().expand(len(images), -1, -1, -1)
        for _ in range(self.config.iterations):
            both = torch.cat([self._framed(images), self._framed(reconstructed)], 1)
            codes = codes + self._rows(self.encoder(both))
            yield codes
            reconstructed = self._drawn(codes)

    def describe(self, aligned: Tensor) -> Tensor:
        """The backbone's features of aligned frames ``(B, 3, 256, 256)``: ``(B, 512)``, of unit length."""
        framed = self._framed(aligned)
        if self.config.in_channels == 6:
            framed = torch.cat([framed, framed], 1)
        return F.normalize(self.encoder.features(framed).mean((2, 3)))

    def average_image(self) -> Tensor:
        """The image of the mean code, ``(1, 3, 256, 256)``, which ReStyle compares with at first."""
        if self._average is None or self._average.device != self.mean.device:
            self._average = self._drawn(self.mean[None])
        return self._average

    def _drawn(self, codes: Tensor) -> Tensor:
        (generator,) = self._generator
        assert generator is not None, "an encoder of ReStyle needs its generator"
        return F.adaptive_avg_pool2d(generator(codes), SIZE)

    def _framed(self, images: Tensor) -> Tensor:
        return images[:, :, _CAR_ROWS] if self.config.cars else images

    def _rows(self, codes: Tensor) -> Tensor:
        return codes[:, None].expand(-1, self.config.rows, -1) if codes.ndim == 2 else codes
