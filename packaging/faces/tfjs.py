"""Run a small network in TensorFlow.js's graph format with PyTorch: the dozen operations that ours need."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

_TYPES = {"float32": np.float32, "float16": np.float16, "int32": np.int32}


class TfjsGraph(nn.Module):
    """A network of ``NAME.json`` and ``NAME.bin``; images are ``(B, C, H, W)`` in the network's own range.

    Parameters
    ----------
    file
        The ``.json`` file; the weights are looked for beside it.
    outputs
        Names of the nodes whose values are wanted.
    """

    def __init__(self, file: Path, *outputs: str) -> None:
        super().__init__()
        self._outputs = outputs
        content = json.loads(file.read_text())
        self._nodes = content["modelTopology"]["node"]
        self._constants = _weights(content["weightsManifest"], file.parent)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        values: dict[str, Tensor] = {}

        def value(name: str) -> Tensor:
            return values[name] if name in values else self._constants[name]

        for node in self._nodes:
            if node["op"] == "Placeholder":
                values[node["name"]] = images
            elif node["op"] != "Const":
                values[node["name"]] = _run(node, [value(name.partition(":")[0]) for name in node["input"]])
        return tuple(values[name] for name in self._outputs)


def _weights(manifest: list[dict[str, Any]], folder: Path) -> dict[str, Tensor]:
    constants = {}
    for group in manifest:
        content = b"".join((folder / path).read_bytes() for path in group["paths"])
        place = 0
        for weight in group["weights"]:
            stored = _TYPES[weight.get("quantization", weight)["dtype"]]
            count = int(np.prod(weight["shape"]))
            values = np.frombuffer(content, stored, count, place).reshape(weight["shape"])
            constants[weight["name"]] = torch.from_numpy(values.astype(_TYPES[weight["dtype"]]))
            place += values.nbytes
    return constants


def _run(node: dict[str, Any], inputs: list[Tensor]) -> Tensor:
    attributes, x = node.get("attr", {}), inputs[0]
    match node["op"]:
        case "Conv2D" | "_FusedConv2D":
            kernel = inputs[1].permute(3, 2, 0, 1)
            padded = _padded(x, kernel.shape[2:], attributes)
            return _fused(F.conv2d(padded, kernel, stride=_stride(attributes)), inputs[2:], attributes)
        case "DepthwiseConv2dNative":
            kernel = inputs[1].permute(2, 3, 0, 1).flatten(0, 1)[:, None]
            padded = _padded(x, kernel.shape[2:], attributes)
            return F.conv2d(padded, kernel, stride=_stride(attributes), groups=x.shape[1])
        case "MaxPool":
            size = [int(i) for i in attributes["ksize"]["list"]["i"][1:3]]
            return F.max_pool2d(_padded(x, size, attributes, -torch.inf), size, _stride(attributes))
        case "_FusedMatMul":
            return _fused(x @ inputs[1], inputs[2:], attributes)
        case "Mean":
            return x.mean((2, 3))
        case "Relu":
            return x.relu()
        case "Softmax":
            return x.softmax(1)
        case "Sigmoid":
            return x.sigmoid()
        case "Identity":
            return x
        case "Add" | "AddV2":
            return x + _by_channel(inputs[1], x)
        case "Mul":
            return x * _by_channel(inputs[1], x)
        case "Minimum":
            return torch.minimum(x, inputs[1])
        case "Maximum":
            return torch.maximum(x, inputs[1])
    raise NotImplementedError(node["op"])


def _by_channel(constant: Tensor, x: Tensor) -> Tensor:
    """A constant for each channel, which TensorFlow keeps last."""
    return constant.flatten()[:, None, None] if constant.numel() == x.shape[1] and x.ndim == 4 else constant


def _fused(x: Tensor, biases: list[Tensor], attributes: dict[str, Any]) -> Tensor:
    if biases:
        x = x + _by_channel(biases[0], x)
    operations = [base64.b64decode(s) for s in attributes.get("fused_ops", {}).get("list", {}).get("s", [])]
    return x.relu() if b"Relu" in operations else x


def _stride(attributes: dict[str, Any]) -> list[int]:
    return [int(i) for i in attributes["strides"]["list"]["i"][1:3]]


def _padded(x: Tensor, kernel: Any, attributes: dict[str, Any], value: float = 0.0) -> Tensor:
    """Padding ``SAME`` of TensorFlow: what is missing on both sides, the larger half at the end."""
    if base64.b64decode(attributes["padding"]["s"]) != b"SAME":
        return x
    edges: list[int] = []
    for side, size, stride in reversed(list(zip(x.shape[2:], kernel, _stride(attributes), strict=True))):
        missing = max((-(-side // stride) - 1) * stride + size - side, 0)
        edges += [missing // 2, missing - missing // 2]
    return F.pad(x, edges, value=value)
