"""Torch's older file format: five pickles in a row, then the bytes of the storages.

Pickles that hold tensors contain the same format, with one storage each (``_load_from_bytes``).
"""

from __future__ import annotations

import re
from typing import Any

import torch

from large_gui.nets.checkpoints.reading.pickled import Known, Names
from large_gui.nets.checkpoints.reading.refusals import Budget, cut_off, damaged, not_supported
from large_gui.nets.checkpoints.reading.tensors import Storage, StorageId, storage_names
from large_gui.nets.checkpoints.reading.unpickler import Unpickler

_MAGIC = 0x1950A86A20F9469CFC6C
# A pickle of the magic number and nothing else; from protocol 4 on it stands in a frame.
_BEGINNING = re.compile(
    rb"\x80[\x02-\x05](\x95.{8})?\x8a\x0a" + re.escape(_MAGIC.to_bytes(10, "little")) + rb"\.", re.DOTALL
)
_VERSION = 1001


def is_legacy(data: memoryview) -> bool:
    """Whether the data begins with the format's magic number."""
    return _BEGINNING.match(data) is not None


def read_legacy(data: memoryview, known: Names, budget: Budget) -> Any:
    """Read the saved object."""
    position = 0
    header = []
    for _ in range(3):
        part = Unpickler(data, position, {}, budget)
        header.append(part.load())
        position = part.position
    magic, version, system = header
    if magic != _MAGIC or version != _VERSION or not isinstance(system, dict):
        raise not_supported("an unknown format of torch", f"version {version!r:.40}")
    if system.get("little_endian") is not True:
        raise not_supported("numbers in the byte order of another kind of computer")

    storages = _Storages(len(data) - position, budget)
    content = Unpickler(data, position, known, budget, storages.persistent)
    result = content.load()
    keys = Unpickler(data, content.position, {}, budget)
    storages.fill(keys.load(), data, keys.position)
    return result


def read_nested(data: object, *, budget: Budget) -> Storage:
    """Read a storage from its own small file; only storages are allowed in it, so it can't nest."""
    if not isinstance(data, bytes | memoryview) or not is_legacy(memoryview(data)):
        raise damaged("tensor bytes of an unknown format")
    storage = read_legacy(memoryview(data), storage_names(), budget)
    if not isinstance(storage, Storage):
        raise damaged(f"a {type(storage).__name__} in place of a storage")
    return storage


class _Storages:
    """The storages of one file. The pickle names them before their bytes come, so they are filled last."""

    def __init__(self, available: int, budget: Budget) -> None:
        self._available = available  # bytes of the file that may belong to storages
        self._budget = budget
        self._made: dict[str, tuple[StorageId, torch.Tensor]] = {}

    def persistent(self, persistent_id: object) -> Storage | Known:
        match persistent_id:
            case ("module", Known() as kind, _, _):  # a class with its source text, which is dropped
                return kind
        asked = StorageId.parse(persistent_id)
        if asked.key not in self._made:
            self._available -= asked.nbytes
            if self._available < 0:
                raise cut_off(f"storage {asked.key:.40} of {asked.nbytes} bytes")
            self._budget.copy(asked.nbytes)
            self._made[asked.key] = (asked, torch.empty(asked.nbytes, dtype=torch.uint8))
        first, memory = self._made[asked.key]
        if first != asked:
            raise damaged(f"storage {asked.key:.40} has two sizes")
        return Storage(memory.untyped_storage(), asked.dtype)

    def fill(self, keys: object, data: memoryview, position: int) -> None:
        if not isinstance(keys, list) or set(keys) != set(self._made) or len(keys) != len(self._made):
            raise damaged("the list of storages doesn't fit")
        for key in keys:
            asked, memory = self._made[key]
            start, end = position + 8, position + 8 + asked.nbytes
            count = int.from_bytes(data[position:start], "little")
            if end > len(data):
                raise cut_off(f"storage {key:.40} ends at {end}, {len(data)} bytes are there")
            if count * asked.dtype.itemsize != asked.nbytes:
                raise damaged(f"storage {key:.40} has two sizes")
            memory.numpy().data[:] = data[start:end]
            position = end
