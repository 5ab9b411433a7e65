"""Read constants out of an OpenVINO IR (``.xml`` + ``.bin``) without OpenVINO."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.errors import ModelFileError

_DTYPES: dict[str, np.dtype[Any]] = {
    "f32": np.dtype("<f4"),
    "i64": np.dtype("<i8"),
    "i32": np.dtype("<i4"),
}


@dataclass(frozen=True, eq=False)
class IrNode:
    """One operation of the graph: its type, name, inputs (node ids) and constant value."""

    id: str
    type: str
    name: str
    inputs: tuple[str, ...]
    value: NDArray[Any] | None


def read_ir(xml: bytes, weights: bytes) -> dict[str, IrNode]:
    """Parse an IR into its nodes, in topological order, constants loaded.

    Parameters
    ----------
    xml, weights
        The contents of the ``.xml`` and the ``.bin`` file.

    Raises
    ------
    ModelFileError
        When the XML is malformed or a constant points outside ``weights``.
    """
    try:
        root = ElementTree.fromstring(xml)
        sources: dict[str, list[tuple[int, str]]] = {}
        for edge in root.iterfind("edges/edge"):
            sources.setdefault(edge.attrib["to-layer"], []).append(
                (int(edge.attrib["to-port"]), edge.attrib["from-layer"])
            )
        nodes = {}
        for layer in root.iterfind("layers/layer"):
            id_, type_ = layer.attrib["id"], layer.attrib["type"]
            nodes[id_] = IrNode(
                id_,
                type_,
                layer.attrib["name"],
                tuple(source for _, source in sorted(sources.get(id_, []))),
                _constant(layer, weights) if type_ == "Const" else None,
            )
    except (ElementTree.ParseError, KeyError, ValueError, OverflowError, RecursionError) as error:
        raise ModelFileError(
            "The network description in this file can't be read.",
            hint="Fetch the model again; the file may be damaged.",
            detail=repr(error),
        ) from error
    if not nodes:
        raise ModelFileError("This file describes no network.", hint="Fetch the model again.")
    return nodes


def _constant(layer: ElementTree.Element, weights: bytes) -> NDArray[Any]:
    data = layer.find("data")
    if data is None:
        raise ValueError(f"constant {layer.attrib['name']} has no data")
    dtype = _DTYPES[data.attrib["element_type"]]
    shape = tuple(int(n) for n in data.attrib["shape"].split(",") if n.strip())
    offset, size = int(data.attrib["offset"]), int(data.attrib["size"])
    expected = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if size != expected or offset < 0 or offset + size > len(weights):
        raise ValueError(f"constant {layer.attrib['name']} lies outside the weights")
    constant: NDArray[Any] = np.frombuffer(weights, dtype, size // dtype.itemsize, offset)
    return constant.reshape(shape)
