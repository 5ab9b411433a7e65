"""Turn what an unpickler made into plain data that is safe to walk: not deep, without cycles, not endless."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from torch import Tensor

from large_gui.nets.checkpoints.reading.pickled import Known, Pending
from large_gui.nets.checkpoints.reading.refusals import damaged, not_supported
from large_gui.nets.checkpoints.reading.tensors import Storage
from large_gui.nets.checkpoints.reading.unpickler import Stub

_DEEPEST = 64
_MOST_SHARING = 4  # times that the same element may appear, on average
_SMALL = 100_000


_LEAVES = (str, bytes, int, float, complex, type(None), np.generic)


def plain(content: object, file_size: int) -> object:
    """Replace every unfinished object and storage in the content by the finished object.

    Parameters
    ----------
    file_size
        Size of the file in bytes. A file whose tensors have many more elements than that, or whose objects
        are repeated many times, was made to exhaust a program that walks through it, and is refused.
    """
    settling = _Settling()
    result, objects = settling.settle(content, 0)
    if objects > _MOST_SHARING * settling.visited + _SMALL:
        raise damaged("its objects repeat without end")
    if settling.elements > _MOST_SHARING * file_size + _SMALL:
        raise damaged(f"its tensors have {settling.elements} elements")
    return result


class _Settling:
    """One pass over the content; each object is settled once, however often it appears."""

    def __init__(self) -> None:
        self.visited = 0
        self.elements = 0
        self._open: set[int] = set()
        # identity -> (the object, so that its identity isn't used again; settled; objects in it)
        self._done: dict[int, tuple[object, object, int]] = {}

    def settle(self, value: object, depth: int) -> tuple[Any, int]:
        """The settled object, and how many objects it holds when repeated ones are counted each time."""
        self.visited += 1
        if isinstance(value, _LEAVES):
            return value, 1
        key = id(value)
        if key not in self._done:
            if depth > _DEEPEST or key in self._open:
                raise not_supported("objects that are nested too deeply or hold themselves")
            self._open.add(key)
            self._done[key] = (value, *self._settled(value, depth))
            self._open.remove(key)
        return self._done[key][1:]

    def _settled(self, value: object, depth: int) -> tuple[object, int]:
        match value:
            case list() | tuple():
                items, count = self._all(value, depth)
                return type(value)(items), count
            case dict():
                items, count = self._all(value.values(), depth)
                return dict(zip(value, items)), count
            case set():
                return value, 1 + len(value)
            case Stub():
                state, count = self.settle(value.state, depth + 1)
                return Stub(value.kind, state), 1 + count
            case Pending():
                return self._settled(value.value, depth)
            case Storage():
                return self._settled(value.tensor(), depth)
            case Tensor():
                self.elements += value.numel()
            case np.ndarray():
                self.elements += value.size
            case Known():
                return value.name, 1
            case np.dtype():
                return str(value), 1
            case memoryview():
                return bytes(value), 1
            case _:
                raise damaged(f"an unfinished {type(value).__name__}")
        return value, 1

    def _all(self, values: Iterable[object], depth: int) -> tuple[list[object], int]:
        settled = [self.settle(value, depth + 1) for value in values]
        return [value for value, _ in settled], 1 + sum(count for _, count in settled)
