"""Run an encoder on a device: in batches of one fixed size, and with less memory if there is too little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.pack import CodeStatistics
from large_gui.models.quality import code_error, image_error
from large_gui.nets.efficientnet import fold_norms
from large_gui.nets.encoder import Encoder, InversionEncoder
from large_gui.nets.encoders.compiled import (
    OPENVINO,
    TOGETHER,
    Compilable,
    CompiledEncoder,
    compiles,
    is_installed,
)
from large_gui.nets.generator import Generator

_FEWEST = 4  # images at once; a graphics card that can't hold these is not used any more


class Encoding:
    """An encoder on a device.

    The encoder always reads batches of one size, padded if there are fewer images, so that an image's code
    does not depend on the other images of its batch.

    Parameters
    ----------
    device
        ``cpu``, ``cuda``, or ``openvino``: the processor, on which OpenVINO reads images and torch does the
        rest. An encoder that OpenVINO is not used for is read by torch.
    reporter
        Warned when there is too little graphics memory.

    Attributes
    ----------
    device
        Where torch computes: ``cpu`` or ``cuda``.
    """

    def __init__(self, encoder: Encoder, device: str, reporter: Reporter) -> None:
        self.device = "cpu" if device == OPENVINO else device
        self.encoder = encoder.to(self.device)
        if isinstance(encoder, nn.Module):
            fold_norms(encoder)
        self._compiled = _compiled(encoder, reporter) if device == OPENVINO and compiles(encoder) else None
        self._reporter = reporter
        self._at_once = encoder.batch if self._compiled is None else TOGETHER

    @property
    def reads_on(self) -> str:
        """What reads images: ``cpu``, ``cuda`` or ``openvino``."""
        return self.device if self._compiled is None else OPENVINO

    def encode(self, aligned: Tensor) -> NDArray[np.float32]:
        """Codes ``(B, L, D)`` of any number of aligned frames ``(B, 3, S, S)`` in -1..1."""
        while True:
            padded = torch.zeros(_rounded_up(len(aligned), self._at_once), *aligned.shape[1:])
            padded[: len(aligned)] = aligned
            try:
                codes = torch.cat([self.forward(part) for part in torch.split(padded, self._at_once)])
            except torch.OutOfMemoryError:
                if self.device == "cpu":
                    raise
                self._use_less_memory()
            else:
                return codes[: len(aligned)].numpy()

    def forward(self, aligned: Tensor) -> Tensor:
        """The encoder alone: ``(B, 3, S, S)`` -> codes ``(B, L, D)`` float32 on the CPU."""
        if self._compiled is not None:
            return self._compiled(aligned)
        with torch.inference_mode():
            return self.encoder.read(aligned.to(self.device)).float().cpu()

    def _use_less_memory(self) -> None:
        """Halve the batch, or use the processor if the batch is as small as `_FEWEST` already."""
        if self._at_once > _FEWEST:
            self._at_once //= 2
            self._reporter.warn(f"Graphics memory is short; going on with {self._at_once} images at once.")
            return
        self._use_processor()

    def _use_processor(self) -> None:
        self._reporter.warn("The graphics card has too little free memory; going on with the processor.")
        self.device, self._at_once = "cpu", self.encoder.batch
        self.encoder = self.encoder.to("cpu")


class Inversion(Encoding):
    """An encoder into a generator's latent space, which can say how far off each of its codes is.

    Parameters
    ----------
    statistics
        How the codes of generated images lie, and the errors that good images have.
    generator
        Makes the reconstructed images that codes are judged by; without it the codes alone are judged.
    """

    encoder: InversionEncoder

    def __init__(
        self, encoder: InversionEncoder, statistics: CodeStatistics, device: str, reporter: Reporter,
        generator: Generator | None = None,
    ) -> None:  # fmt: skip
        super().__init__(encoder, device, reporter)
        self.statistics = statistics
        self.generator = generator.to(device) if generator is not None else None

    def error(self, aligned: Callable[[], Tensor], codes: NDArray[np.float32]) -> NDArray[np.float64]:
        """Error of each code ``(B,)``, as a percentile of the errors of good images.

        Parameters
        ----------
        aligned
            Returns the frames of the codes; it is called only if there is a generator to compare with.
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

    def _use_processor(self) -> None:
        super()._use_processor()
        if self.generator is not None:
            self.generator = self.generator.to("cpu")


def _compiled(encoder: Compilable, reporter: Reporter) -> CompiledEncoder | None:
    """The encoder as OpenVINO compiles it; nothing, and a warning, where OpenVINO does not work."""
    try:
        return CompiledEncoder(encoder, torch.get_num_threads())
    except (ModelFileError, RuntimeError) as error:  # OpenVINO raises RuntimeError for all that goes wrong
        why = " ".join(str(error).split())[:200]
        reporter.warn(f"OpenVINO does not work here; going on without it, at half the speed ({why}).")
        return None


def _rounded_up(count: int, step: int) -> int:
    return -(-count // step) * step


@contextmanager
def parallel_batches(device: str) -> Iterator[int]:
    """Yield how many batches to encode at once: on a CPU one per core, each computed by one thread.

    A graphics card encodes one after the other; what is left to the processor has one thread a batch, too.
    Batches that don't share their cores need not wait for each other within every layer. On two cores that
    is a quarter faster than one batch on both. NumPy's products have one thread as well: others would wait
    for the next product by spinning, which took a twelfth of the processor from the encoder.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1, "blas"):
            yield threads if device == "cpu" else 1
    finally:
        torch.set_num_threads(threads)


def pick_reader(wanted: str) -> str:
    """What reads images: as `pick_device`, but ``openvino`` on the processor if it is installed.

    ``cpu`` asks for torch itself.

    Raises
    ------
    InputError
        When what is asked for does not work here.
    """
    if wanted == OPENVINO and not is_installed():
        raise InputError(
            "OpenVINO is not installed.",
            hint="Install it: pip install 'large-gui[fast]'. Or use --device auto or cpu.",
        )
    device = pick_device(wanted)
    return OPENVINO if wanted in ("auto", OPENVINO) and device == "cpu" and is_installed() else device


def pick_device(wanted: str) -> str:
    """Where torch computes: ``auto`` is ``cuda`` if that works on this machine, otherwise ``cpu``.

    Raises
    ------
    InputError
        When ``cuda`` is asked for and does not work here.
    """
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == OPENVINO:  # it reads images; whatever else is computed, torch computes
        return "cpu"
    if wanted == "cuda" and not torch.cuda.is_available():
        raise InputError("There is no usable NVIDIA GPU on this machine.", hint="Use --device auto or cpu.")
    return wanted
