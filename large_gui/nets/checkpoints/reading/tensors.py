"""The tensors of a pickle: storages, and views of them whose bounds are checked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from large_gui.nets.checkpoints.reading.pickled import Known, Names, by_name
from large_gui.nets.checkpoints.reading.refusals import damaged, not_supported, shown

_MOST_DIMENSIONS = 64
_MOST_BYTES = 2**50  # small enough for 64-bit arithmetic inside of torch
_ALIGNMENT = 16

_STORAGES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
    "ComplexFloatStorage": torch.complex64,
    "ComplexDoubleStorage": torch.complex128,
    "UntypedStorage": torch.uint8,
}
_DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16,
    torch.float8_e4m3fn, torch.float8_e4m3fnuz, torch.float8_e5m2, torch.float8_e5m2fnuz,
    torch.int64, torch.int32, torch.int16, torch.int8,
    torch.uint64, torch.uint32, torch.uint16, torch.uint8,
    torch.bool, torch.complex32, torch.complex64, torch.complex128,
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class KnownType(Known):
    """The name of a storage class or of an element type."""

    dtype: torch.dtype = torch.uint8


@dataclass(frozen=True, eq=False)
class Storage:
    """The memory of one or more tensors."""

    memory: torch.UntypedStorage
    dtype: torch.dtype

    @classmethod
    def over(cls, data: memoryview, dtype: torch.dtype) -> Storage:
        """A storage that shares memory with the writable ``data``, or holds a copy if that is not aligned."""
        if len(data) == 0:
            return cls(torch.empty(0, dtype=torch.uint8).untyped_storage(), dtype)
        content = torch.frombuffer(data, dtype=torch.uint8)
        if content.data_ptr() % _ALIGNMENT:
            content = content.clone()
        return cls(content.untyped_storage(), dtype)

    def tensor(self) -> Tensor:
        """The whole storage as one tensor ``(n,)``."""
        count = self.memory.nbytes() // self.dtype.itemsize
        return torch.empty(0, dtype=self.dtype).set_(self.memory, 0, (count,), (1,))


@dataclass(frozen=True)
class StorageId:
    """The reference in torch's pickles to a storage whose bytes lie outside of the pickle."""

    dtype: torch.dtype
    key: str
    nbytes: int

    @classmethod
    def parse(cls, persistent_id: Any) -> StorageId:
        """Read the tuple ``("storage", class, key, device, number of elements[, view])``."""
        tag, kind, key, _, count, *view = persistent_id
        if tag != "storage" or not isinstance(kind, KnownType) or not isinstance(key, str):
            raise damaged(f"persistent id {shown(tag)}, {shown(kind)}, {shown(key)}")
        if view not in ([], [None]):
            raise not_supported("storages of an old kind")
        (elements,) = naturals((count,))
        return cls(kind.dtype, key, elements * kind.dtype.itemsize)


def tensor_names() -> Names:
    """The names of torch that stand for data."""
    calls: dict[str, Callable[..., object]] = {
        "torch._utils._rebuild_tensor": _tensor,
        "torch._utils._rebuild_tensor_v2": _tensor_v2,
        "torch._utils._rebuild_tensor_v3": _tensor_v3,
        "torch._utils._rebuild_parameter": _parameter,
        "torch._utils._rebuild_parameter_with_state": _parameter,
        "torch._tensor._rebuild_from_type_v2": _subclass,
        "torch.Size": naturals,
        "torch.device": _device,
    }
    mentioned = ("torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer")
    known = [Known(name, call) for name, call in calls.items()] + [Known(name) for name in mentioned]
    known += [KnownType(str(dtype), dtype=dtype) for dtype in _DTYPES]
    known += [
        KnownType(f"{module}.{name}", dtype=dtype)
        for name, dtype in _STORAGES.items()
        for module in ("torch", "torch.cuda", "torch.storage")
    ]
    return by_name(known)


def storage_names() -> Names:
    """The names of torch's storage classes only."""
    return {key: known for key, known in tensor_names().items() if key[1] in _STORAGES}


def _tensor(storage: object, offset: object, size: object, stride: object) -> Tensor:
    if not isinstance(storage, Storage):
        raise damaged(f"a tensor over a {type(storage).__name__}")
    return _view(storage, storage.dtype, offset, size, stride)


def _tensor_v2(
    storage: object, offset: object, size: object, stride: object, _grad: object, _hooks: object,
    metadata: object = None,
) -> Tensor:  # fmt: skip
    if metadata:  # conjugated or negated views: the bytes alone would be wrong
        raise not_supported("tensors with special views")
    return _tensor(storage, offset, size, stride)


def _tensor_v3(
    storage: object, offset: object, size: object, stride: object, grad: object, hooks: object,
    kind: object, metadata: object = None,
) -> Tensor:  # fmt: skip
    if not (isinstance(storage, Storage) and isinstance(kind, KnownType)):
        raise damaged(f"a tensor of type {shown(kind)}")
    return _tensor_v2(Storage(storage.memory, kind.dtype), offset, size, stride, grad, hooks, metadata)


def _parameter(data: object, _grad: object, _hooks: object, _state: object = None) -> Tensor:
    if not isinstance(data, Tensor):
        raise damaged(f"a parameter made of a {type(data).__name__}")
    return data


def _subclass(function: object, _type: object, arguments: object, _state: object) -> Tensor:
    makers = (_tensor_v2, _tensor_v3, _parameter)
    if not (isinstance(function, Known) and function.call in makers and isinstance(arguments, tuple)):
        raise damaged("a tensor made by another function")
    made = function.call(*arguments)
    assert isinstance(made, Tensor)
    return made


def _view(storage: Storage, dtype: torch.dtype, offset: object, size: object, stride: object) -> Tensor:
    """A view that lies inside the storage and repeats no element, so that a small file stays small."""
    (first,), sizes, strides = naturals((offset,)), naturals(size), naturals(stride)
    if len(sizes) != len(strides):
        raise damaged(f"a tensor with {len(sizes)} sizes and {len(strides)} strides")
    there = storage.memory.nbytes() // dtype.itemsize
    count = math.prod(sizes)
    last = first + sum((length - 1) * step for length, step in zip(sizes, strides))
    if count > 0 and (last >= there or count > there):
        raise damaged(f"a tensor {sizes} at {first} with strides {strides} in {there} elements")
    return torch.empty(0, dtype=dtype).set_(storage.memory, first, sizes, strides)


def naturals(numbers: object = ()) -> tuple[int, ...]:
    """Return the numbers if they can be sizes or positions; refuse them otherwise."""
    if not isinstance(numbers, tuple | list) or len(numbers) > _MOST_DIMENSIONS:
        raise damaged(f"a {type(numbers).__name__} as sizes")
    if not all(type(n) is int and 0 <= n < _MOST_BYTES for n in numbers):
        raise damaged(f"{', '.join(map(shown, numbers))} as sizes")
    return tuple(numbers)


def _device(kind: object, index: object = None) -> str:
    return "" if not isinstance(kind, str) else kind if index is None else f"{kind}:{shown(index)}"
