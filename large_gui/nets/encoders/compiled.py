"""Encoders as OpenVINO compiles them for the processor: the same numbers up to rounding, in half the time.

`openvino.convert_model` would tell the makers of OpenVINO that it is used. The frontend that it calls, and
that is called here, tells nobody.
"""

from __future__ import annotations

import hashlib
import importlib.util
import queue
import warnings
from typing import Any, TypeGuard

import torch
from torch import Tensor, nn

from large_gui.errors import ModelFileError
from large_gui.extras import extra_module
from large_gui.nets.encoder import Encoder
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.nets.pooled_features import PooledFeatures

OPENVINO = "openvino"
TOGETHER = 8  # images that the network reads at once: more of them don't fit into a core's own memory

Compilable = LiteEncoder | PooledFeatures
_graphs: dict[str, Any] = {}  # by the weights they were made of


def is_installed() -> bool:
    """Whether OpenVINO is installed; it is not loaded."""
    return importlib.util.find_spec(OPENVINO) is not None


def compiles(encoder: Encoder) -> TypeGuard[Compilable]:
    """Whether an encoder was measured to compute the same numbers, and faster, when it is compiled."""
    return isinstance(encoder, Compilable)


class CompiledEncoder:
    """What an encoder's `read` computes, each batch on one thread.

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

    def __init__(self, encoder: Compilable, streams: int) -> None:
        openvino = extra_module(OPENVINO, "fast", "The device 'openvino'", kind=ModelFileError)
        self._encoder = encoder
        graph = _graph(encoder)
        compiled = openvino.Core().compile_model(
            graph, "CPU", {
                "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": streams,
                "ENABLE_CPU_PINNING": False,  # the cores are shared with decoding and alignment
            },
        )  # fmt: skip
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(streams):
            self._idle.put(compiled.create_infer_request())

    def __call__(self, aligned: Tensor) -> Tensor:
        """Codes ``(B, L, D)`` of aligned frames ``(B, 3, S, S)``, B a multiple of 8."""
        request = self._idle.get()
        try:
            with torch.inference_mode():
                codes = [_read(request, view) for view in self._encoder.views(aligned)]
                return codes[0] if len(codes) == 1 else torch.stack(codes).mean(0)
        finally:
            self._idle.put(request)


def _read(request: Any, view: Tensor) -> Tensor:
    parts = (part.contiguous().numpy() for part in torch.split(view, TOGETHER))
    return torch.cat([torch.from_numpy(request.infer({0: part}, share_inputs=True)[0]) for part in parts])


def _graph(encoder: Compilable) -> Any:
    """The graph of an encoder, made once for the same weights, because what torch traces is never freed."""
    digest = hashlib.sha256(type(encoder).__name__.encode())
    for name, tensor in encoder.state_dict().items():
        digest.update(f"{name} {tuple(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy())
    key = digest.hexdigest()
    if key not in _graphs:
        _graphs[key] = converted(encoder)
    return _graphs[key]


def converted(encoder: Compilable) -> Any:
    """The network of an encoder as an ``openvino.Model``, which reads 8 views at once."""
    (view, *_) = encoder.views(torch.zeros(TOGETHER, 3, encoder.aligned_size, encoder.aligned_size))
    return graph_of(encoder, view)


def graph_of(network: nn.Module, example: Tensor) -> Any:
    """A network as an ``openvino.Model`` that reads inputs like the example, of its size and in float32."""
    from openvino import PartialShape, Type
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer versions of torch advise another way to export
        traced = torch.jit.trace(network.eval(), example, check_trace=False)  # type: ignore[no-untyped-call]
        decoder = TorchScriptPythonDecoder(torch.jit.freeze(traced))
        frontend = FrontEndManager().load_by_framework("pytorch")
        graph = frontend.convert(frontend.load(decoder))
    (given,) = graph.get_parameters()
    given.set_element_type(Type.f32)
    given.set_partial_shape(PartialShape(list(example.shape)))
    graph.validate_nodes_and_infer_types()
    return graph
