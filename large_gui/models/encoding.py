"""An encoder at work on a device: batches of one fixed size, and what to do when graphics memory is short."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.pack import CodeStatistics
from large_gui.models.quality import code_error, image_error
from large_gui.nets.encoders import Encoder
from large_gui.nets.generator import Generator

_FEWEST = 4  # images at once, before a graphics card is given up


class Encoding:
    """An encoder, and a generator where images are judged by it, on a device.

    The encoder always reads batches of one size, padded where images are few, so that an image's code does
    not depend on what it happened to be inverted with.

    Parameters
    ----------
    device
        ``cpu`` or ``cuda``.
    reporter
        Told when less memory is there than was hoped for.
    generator
        Judges codes by the reconstructed image; without it they are judged by themselves.
    """

    def __init__(
        self, encoder: Encoder, statistics: CodeStatistics, device: str, reporter: Reporter,
        generator: Generator | None = None,
    ) -> None:  # fmt: skip
        self.device, self.statistics = device, statistics
        self.encoder = encoder.to(device)
        self.generator = generator.to(device) if generator is not None else None
        self._reporter = reporter
        self._at_once = encoder.batch

    def encode(self, aligned: Tensor) -> NDArray[np.float32]:
        """Codes ``(B, L, D)`` of aligned frames ``(B, 3, S, S)`` in -1..1; any number of them."""
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

    def error(self, aligned: Callable[[], Tensor], codes: NDArray[np.float32]) -> NDArray[np.float64]:
        """Error of each code ``(B,)``, a percentile of what good images get.

        Parameters
        ----------
        aligned
            Gives the frames of the codes; asked only where there is a generator to compare with.
        """
        if self.generator is None:
            return code_error(codes, self.statistics)
        images, latents = aligned(), torch.from_numpy(codes)
        try:
            there = images.to(self.device), latents.to(self.device)
            return image_error(*there, self.generator, self.encoder, self.statistics)
        except torch.OutOfMemoryError:
            if self.device == "cpu":
                raise
        self._use_processor()
        return image_error(images, latents, self.generator, self.encoder, self.statistics)

    def forward(self, aligned: Tensor) -> Tensor:
        """The encoder alone: ``(B, 3, S, S)`` -> codes ``(B, L, D)`` float32 on the CPU."""
        with torch.inference_mode():
            return self.encoder.read(aligned.to(self.device)).float().cpu()

    def _make_do(self) -> None:
        """With less memory: half the batch at once, and from `_FEWEST` on the processor instead."""
        if self._at_once > _FEWEST:
            self._at_once //= 2
            self._reporter.warn(f"Graphics memory is short; going on with {self._at_once} images at once.")
            return
        self._use_processor()

    def _use_processor(self) -> None:
        self._reporter.warn("The graphics card has too little free memory; going on with the processor.")
        self.device, self._at_once = "cpu", self.encoder.batch
        self.encoder = self.encoder.to("cpu")
        if self.generator is not None:
            self.generator = self.generator.to("cpu")


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
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda" and not torch.cuda.is_available():
        raise InputError("There is no usable NVIDIA GPU on this machine.", hint="Use --device auto or cpu.")
    return wanted
