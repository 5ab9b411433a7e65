"""Images -> W+ codes: align, encode, judge, in batches of one fixed size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.reporter import Reporter
from large_gui.models.pack import ModelPack
from large_gui.models.preparation import AlignedFace, aligner_of
from large_gui.models.quality import POOR_PERCENTILE, code_error, image_error
from large_gui.nets.generator import Generator
from large_gui.nets.memory import keep_freed_memory

BATCH = 32
_FEWEST = 4  # images at once, before a graphics card is given up


@dataclass(frozen=True, eq=False)
class Inversion:
    """One inverted image.

    Attributes
    ----------
    code
        ``(L, D)`` float32.
    error
        Inversion error as a percentile of what good images get, 0 to 100.
    flags
        What a person should know: ``unaligned``, ``several-faces``, ``poor-inversion``.
    """

    code: NDArray[np.float32]
    error: float
    flags: tuple[str, ...]


class Inverter:
    """A pack's aligner and encoder on a device.

    The encoder always reads batches of one size, padded where images are few, so that an image's
    code does not depend on what it happened to be inverted with.

    Parameters
    ----------
    device
        ``cpu`` or ``cuda``.
    reconstruct
        Judge by the reconstructed image instead of by the code alone; needs the generator.
    """

    def __init__(
        self, pack: ModelPack, device: str, reporter: Reporter, *, reconstruct: bool = False
    ) -> None:
        keep_freed_memory()
        self.reporter = reporter
        self.device = device
        self.encoder = pack.encoder().to(device)
        self.statistics = pack.statistics
        self._at_once = self.encoder.batch
        self.aligner = aligner_of(pack, self.encoder.aligned_size)
        self.generator = pack.generator().to(device) if reconstruct else None

    def align(self, images: Sequence[NDArray[np.uint8]]) -> list[AlignedFace]:
        """Find and crop the face of each image ``(H, W, 3)``; any number of images."""
        return self.aligner.align_batch(images)

    def invert(self, faces: Sequence[AlignedFace]) -> list[Inversion]:
        """Encode up to `BATCH` aligned faces; several threads may call this at once."""
        if not faces:
            return []
        crops = np.stack([face.crop for face in faces])
        aligned = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 127.5 - 1
        codes = self._encode(aligned)
        if self.generator is None:
            errors = code_error(codes, self.statistics)
        else:
            errors = self._image_error(aligned, torch.from_numpy(codes), self.generator)
        return [
            Inversion(
                code, float(error), face.flags + ((Flag.POOR_INVERSION,) if error > POOR_PERCENTILE else ())
            )
            for code, error, face in zip(codes, errors, faces)
        ]

    def _encode(self, aligned: torch.Tensor) -> NDArray[np.float32]:
        while True:
            padded = torch.zeros(_rounded_up(len(aligned), self._at_once), *aligned.shape[1:])
            padded[: len(aligned)] = aligned
            try:
                codes = torch.cat([self.forward(part) for part in torch.split(padded, self._at_once)])
            except torch.OutOfMemoryError:
                if self.device == "cpu":
                    raise
                self._make_do()
            else:
                return codes[: len(aligned)].numpy()

    def _image_error(
        self, aligned: torch.Tensor, codes: torch.Tensor, generator: Generator
    ) -> NDArray[np.float64]:
        try:
            return image_error(
                aligned.to(self.device), codes.to(self.device), generator, self.encoder, self.statistics
            )
        except torch.OutOfMemoryError:
            if self.device == "cpu":
                raise
        self._use_processor()
        return image_error(aligned, codes, generator, self.encoder, self.statistics)

    def _make_do(self) -> None:
        """With less memory: half the batch at once, and from `_FEWEST` on the processor instead."""
        if self._at_once > _FEWEST:
            self._at_once //= 2
            self.reporter.warn(f"Graphics memory is short; going on with {self._at_once} images at once.")
            return
        self._use_processor()

    def _use_processor(self) -> None:
        self.reporter.warn("The graphics card has too little free memory; going on with the processor.")
        self.device, self._at_once = "cpu", self.encoder.batch
        self.encoder = self.encoder.to("cpu")
        if self.generator is not None:
            self.generator = self.generator.to("cpu")

    def forward(self, aligned: torch.Tensor) -> torch.Tensor:
        """The encoder alone: ``(B, 3, S, S)`` -> codes ``(B, L, D)`` float32 on the CPU."""
        with torch.inference_mode():
            return self.encoder.read(aligned.to(self.device)).float().cpu()


def _rounded_up(count: int, step: int) -> int:
    return -(-count // step) * step


@contextmanager
def parallel_batches(device: str) -> Iterator[int]:
    """How many batches to encode at once: on a CPU one a core, each computed by one thread.

    Batches that don't share their cores need not wait for each other within every layer: on two
    cores that is a quarter faster than one batch on both.
    """
    threads = torch.get_num_threads()
    if device != "cpu":
        yield 1
        return
    torch.set_num_threads(1)
    try:
        yield threads
    finally:
        torch.set_num_threads(threads)


def pick_device(wanted: str) -> str:
    """``auto`` -> ``cuda`` where there is a working one, else ``cpu``.

    Raises
    ------
    InputError
        When CUDA is demanded and there is none.
    """
    from large_gui.errors import InputError

    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda" and not torch.cuda.is_available():
        raise InputError("There is no usable NVIDIA GPU on this machine.", hint="Use --device auto or cpu.")
    return wanted
