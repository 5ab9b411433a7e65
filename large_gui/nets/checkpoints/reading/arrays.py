"""Read NumPy arrays of a pickle or an ``.npy`` file without ``numpy.load``; arrays of objects are refused."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from large_gui.nets.checkpoints.reading.pickled import Known, Names, Pending, by_name
from large_gui.nets.checkpoints.reading.refusals import Budget, damaged, not_supported, shown, too_many
from large_gui.nets.checkpoints.reading.tensors import naturals

_TYPE = re.compile(r"[<>|=]?(b1|[iufcSU]\d{1,4})")
_LONGEST_NPY_HEADER = 12_000
_MOST_UNPACKED = 48 << 20  # bytes
_MOST_ARRAYS = 10_000

NPY_MAGIC = b"\x93NUMPY"


class _PendingType(Pending):
    """The result of ``numpy.dtype("f4", False, True)``; its byte order comes in the second step."""

    def __init__(self, code: object, *_: object) -> None:
        self.value = _dtype(code)

    def build(self, state: Any) -> None:
        _, order, subtype, names, fields, *_ = state
        if any(part is not None for part in (subtype, names, fields)) or order not in ("<", ">", "|", "="):
            raise not_supported("arrays of records", f"order {shown(order)}")
        self.value = self.value.newbyteorder(order)


class _PendingArray(Pending):
    """The result of ``_reconstruct(ndarray, (0,), b"b")``; all its data comes in the second step."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def build(self, state: Any) -> None:
        _, shape, kind, by_columns, data = state
        self.value = _array(data, kind, shape, "F" if by_columns else "C", self._budget)


def array_names(budget: Budget) -> Names:
    """The names of NumPy that stand for data, as NumPy 1 and NumPy 2 spell them."""

    def encode(text: object, encoding: object) -> bytes:  # how protocol 2 writes bytes
        if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
            raise damaged(f"text in the encoding {shown(encoding)}")
        budget.copy(len(text))
        return text.encode("latin1")

    def scalar(kind: object, data: object) -> object:
        return _array(data, kind, (1,), "C", budget)[0]

    def from_buffer(
        data: object, kind: object, shape: object, order: object, axes: Any = None
    ) -> NDArray[Any]:
        array = _array(data, kind, shape, "F" if order == "F" else "C", budget)
        return array if axes is None else array.transpose(axes)

    def reconstruct(*_: object) -> _PendingArray:
        return _PendingArray(budget)

    calls: dict[str, Callable[..., object]] = {"_codecs.encode": encode, "numpy.dtype": _PendingType}
    for core in ("numpy.core", "numpy._core"):
        calls[f"{core}.multiarray._reconstruct"] = reconstruct
        calls[f"{core}.multiarray.scalar"] = scalar
        calls[f"{core}.numeric._frombuffer"] = from_buffer
    return by_name([Known(name, call) for name, call in calls.items()] + [Known("numpy.ndarray")])


def read_npy(data: memoryview, budget: Budget) -> NDArray[Any]:
    """Read the array of an ``.npy`` file."""
    head = io.BytesIO(data[:_LONGEST_NPY_HEADER])
    version = np.lib.format.read_magic(head)
    if version not in ((1, 0), (2, 0)):
        raise not_supported("an array of records", f"npy version {version}")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, dtype = read(head)
    return _filled(data[head.tell() :], _dtype(dtype.str), shape, "F" if by_columns else "C", budget)


def is_npz(data: bytes | bytearray) -> bool:
    """Whether the data begins a zip archive that is empty or whose first part is an array."""
    if not data.startswith(b"PK\x03\x04"):
        return data.startswith(b"PK\x05\x06")
    length = int.from_bytes(data[26:28], "little")
    return bytes(data[30 : 30 + length]).endswith(b".npy")


def read_npz(handle: BinaryIO, size: int) -> dict[str, NDArray[Any]]:
    """Read the arrays of an ``.npz`` file by name; a file that unpacks to too many bytes is refused."""
    with zipfile.ZipFile(handle) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > size + _MOST_UNPACKED or len(entries) > _MOST_ARRAYS:
            raise too_many("numbers", f"{len(entries)} arrays")
        found = {}
        for entry in entries:
            with archive.open(entry) as stream:
                data = bytearray(entry.file_size)
                del data[stream.readinto(data) :]  # type: ignore[attr-defined]
            array = read_npy(memoryview(data), Budget.of_file(len(data)))
            found[entry.filename.removesuffix(".npy")] = array
    return found


def _dtype(code: object) -> np.dtype[Any]:
    if not isinstance(code, str) or _TYPE.fullmatch(code) is None:
        raise not_supported("arrays of objects or records", shown(code))
    return np.dtype(code)


def _array(data: object, kind: object, shape: object, order: str, budget: Budget) -> NDArray[Any]:
    if isinstance(data, str):  # Python 2
        budget.copy(len(data))
        data = data.encode("latin1")
    if not isinstance(data, bytes | memoryview) or not isinstance(kind, _PendingType):
        raise not_supported("arrays of objects", f"{type(data).__name__}, {type(kind).__name__}")
    return _filled(memoryview(data), kind.value, shape, order, budget)


def _filled(
    data: memoryview, dtype: np.dtype[Any], shape: object, order: str, budget: Budget
) -> NDArray[Any]:
    """A writable, aligned array that shares memory with the data if possible, and otherwise copies it."""
    shape = naturals(shape)
    if dtype.itemsize == 0 or math.prod(shape) * dtype.itemsize != len(data):
        raise damaged(f"an array {shape} of {dtype} in {len(data)} bytes")
    array: NDArray[Any] = np.ndarray(shape, dtype, data, order="F" if order == "F" else "C")
    if array.flags.aligned and array.flags.writeable:
        return array
    budget.copy(len(data))
    return array.copy(order="K")
