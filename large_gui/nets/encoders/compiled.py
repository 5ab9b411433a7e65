"""Encoders as OpenVINO compiles them for the processor: the same numbers up to rounding, in half the time.

Tracing and conversion take about a second. `openvino.convert_model` would report its use to the makers of
OpenVINO; the frontend that it calls, and that is called here, reports nothing.
"""

from __future__ import annotations

import importlib.util
import queue
import warnings
from typing import Any, TypeGuard

import torch
from torch import Tensor, nn

from large_gui.nets.backbones.extra import extra
from large_gui.nets.encoder import Encoder
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.nets.pooled_features import PooledFeatures

OPENVINO = "openvino"
_TRACED = 2  # images; enough that no shape is taken for that of a single one


def is_installed() -> bool:
    """Whether OpenVINO is installed; it is not loaded."""
    return importlib.util.find_spec(OPENVINO) is not None


def compiles(encoder: Encoder) -> TypeGuard[LiteEncoder | PooledFeatures]:
    """Whether an encoder was measured to compute the same numbers, and faster, when it is compiled."""
    return isinstance(encoder, LiteEncoder | PooledFeatures)


class CompiledEncoder:
    """What an encoder's `read` computes, in batches of its size, each on one thread.

    A code depends neither on the number of threads nor on the other images of its batch. Any number of
    threads may call this; as many of them as there are streams compute at once.

    Parameters
    ----------
    encoder
        On the processor, in float32.
    streams
        How many batches are computed at once.

    Raises
    ------
    ModelFileError
        When OpenVINO is not installed, or can't be loaded.
    """

    def __init__(self, encoder: LiteEncoder | PooledFeatures, streams: int) -> None:
        openvino = extra(OPENVINO, of="fast", needed_by="The device 'openvino'")
        compiled = openvino.Core().compile_model(
            _converted(encoder), "CPU", {
                "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": streams,
                "ENABLE_CPU_PINNING": False,  # the cores are shared with decoding and alignment
            },
        )  # fmt: skip
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(streams):
            self._idle.put(compiled.create_infer_request())

    def __call__(self, aligned: Tensor) -> Tensor:
        """Codes ``(B, L, D)`` of one whole batch of aligned frames ``(B, 3, S, S)``."""
        request = self._idle.get()
        try:
            found = request.infer({0: aligned.contiguous().numpy()}, share_inputs=True)[0]
        finally:
            self._idle.put(request)
        return torch.from_numpy(found)


class _Reading(nn.Module):
    """An encoder whose `read` is called as a network is."""

    def __init__(self, encoder: LiteEncoder | PooledFeatures) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, aligned: Tensor) -> Tensor:
        return self.encoder.read(aligned)


def _converted(encoder: LiteEncoder | PooledFeatures) -> Any:
    """The encoder as a graph of OpenVINO, for batches of its size."""
    from openvino import PartialShape, Type
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    size = encoder.aligned_size
    images = torch.zeros(_TRACED, 3, size, size)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer versions of torch advise another way to export
        traced = torch.jit.trace(_Reading(encoder).eval(), images, check_trace=False)  # type: ignore[no-untyped-call]
        decoder = TorchScriptPythonDecoder(torch.jit.freeze(traced))
        frontend = FrontEndManager().load_by_framework("pytorch")
        graph = frontend.convert(frontend.load(decoder))
    (images_read,) = graph.get_parameters()
    images_read.set_element_type(Type.f32)
    images_read.set_partial_shape(PartialShape([encoder.batch, 3, size, size]))
    graph.validate_nodes_and_infer_types()
    return graph
