"""An unpickler that makes plain data only: it calls no functions except those that it was given.

It replaces `pickle.Unpickler`, which trusts sizes and memo indices, sets attributes of what it makes, and
would need a second parser that judges the file first.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from large_gui.nets.checkpoints.reading.pickled import Known, Names, Pending, plain_key
from large_gui.nets.checkpoints.reading.refusals import (
    Budget,
    cut_off,
    damaged,
    not_supported,
    would_run_code,
)

_LONGEST_INTEGER = 128  # bytes
_LONGEST_LINE = 300


@dataclass
class Stub:
    """An object of a class of another program, of which only the data was kept.

    Attributes
    ----------
    kind
        ``Generator`` and the like for NVIDIA's networks, otherwise the dotted name of the class.
    state
        Its attributes.
    """

    kind: str
    state: dict[str, Any] = field(default_factory=dict)


class Unpickler:
    """Reads one pickle of protocol 2 to 5 that starts at ``position``; afterwards ``position`` is its end.

    Parameters
    ----------
    data
        The file. Long byte strings in the result are views of it.
    known
        All names that the pickle may mention.
    persistent
        Called with every persistent id in the pickle; returns the object that the id stands for.

    Notes
    -----
    The methods raise `ModelFileError` if the file is refused, and other exceptions if it is malformed. The
    caller turns those into a `ModelFileError`.
    """

    def __init__(
        self,
        data: memoryview,
        position: int,
        known: Names,
        budget: Budget,
        persistent: Callable[[Any], object] | None = None,
    ) -> None:
        self.position = position
        self._data = data
        self._known = known
        self._budget = budget
        self._persistent = persistent
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []  # the stacks under the marks
        self._memo: dict[int, Any] = {}

    def load(self) -> Any:
        """Read the pickled object."""
        if self._take(1)[0] != pickle.PROTO[0] or not 2 <= self._take(1)[0] <= pickle.HIGHEST_PROTOCOL:
            raise not_supported("a pickle of an unknown protocol")
        while True:
            self._budget.step()
            code = self._take(1)[0]
            if code == pickle.STOP[0]:
                return self._stack.pop()
            operation = _OPERATIONS.get(code)
            if operation is None:
                raise damaged(f"pickle instruction {code:#x} before byte {self.position}")
            operation(self)

    def _take(self, size: int) -> memoryview:
        end = self.position + size
        if end > len(self._data):
            raise cut_off(f"{size} bytes wanted at {self.position}, {len(self._data)} are there")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def _number(self, layout: str) -> Any:
        return struct.unpack(layout, self._take(struct.calcsize(layout)))[0]

    def _line(self) -> str:
        line = bytes(self._data[self.position : self.position + _LONGEST_LINE])
        end = line.find(b"\n")
        if end < 0 and len(line) < _LONGEST_LINE:
            raise cut_off(f"no end of line after {self.position}")
        if end < 0:
            raise damaged(f"no end of line after {self.position}")
        self.position += end + 1
        return line[:end].decode()

    def _since_mark(self) -> list[Any]:
        items, self._stack = self._stack, self._below.pop()
        return items

    # The instructions, by what they do to the stack.

    def _push(self, value: object) -> None:
        self._stack.append(value)

    def _text(self, size_layout: str, encoding: str = "utf-8") -> None:
        self._push(str(self._take(self._number(size_layout)), encoding))

    def _bytes(self, size_layout: str) -> None:
        view = self._take(self._number(size_layout))
        self._push(bytes(view) if len(view) < 256 else view)  # short ones may be keys

    def _integer(self, size_layout: str) -> None:
        size = self._number(size_layout)
        if not 0 <= size <= _LONGEST_INTEGER:
            raise damaged(f"an integer of {size} bytes")
        self._push(int.from_bytes(self._take(size), "little", signed=True))

    def _tuple(self, size: int) -> None:
        items = [self._stack.pop() for _ in range(size)]
        self._push(tuple(reversed(items)))

    def _mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def _drop(self) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._since_mark()

    def _drop_since_mark(self) -> None:
        self._since_mark()

    def _frame(self) -> None:
        if self._number("<Q") > len(self._data) - self.position:
            raise cut_off(f"a frame at {self.position}")

    def _remember(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    def _recall(self, index: int) -> None:
        self._push(self._memo[index])

    def _append(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if type(target) is not list:
            raise damaged(f"items for a {type(target).__name__}")
        target.extend(items)

    def _set_items(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if type(target) is not dict or len(items) % 2:
            raise damaged(f"{len(items)} keys and values for a {type(target).__name__}")
        for key, value in zip(items[::2], items[1::2]):
            target[plain_key(key)] = value

    def _add_items(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if type(target) is not set:
            raise damaged(f"elements for a {type(target).__name__}")
        target.update(map(plain_key, items))

    def _mention(self, module: object, name: object) -> None:
        if not (isinstance(module, str) and isinstance(name, str)):
            raise damaged("a name that is not text")
        known = self._known.get((module, name))
        if known is None:
            raise would_run_code(f"{module}.{name}")
        self._push(known)

    def _call(self) -> None:
        arguments, function = self._stack.pop(), self._stack.pop()
        if not (isinstance(function, Known) and isinstance(arguments, tuple)):
            raise damaged(f"a call of a {type(function).__name__}")
        if function.call is None:
            raise would_run_code(function.name)
        self._budget.step(len(arguments))
        self._push(function.call(*arguments))

    def _call_with_keywords(self) -> None:
        keywords = self._stack.pop()
        if type(keywords) is not dict or keywords:
            raise damaged("a call with keywords")
        self._call()

    def _build(self) -> None:
        state, target = self._stack.pop(), self._stack[-1]
        if not isinstance(state, dict | tuple):
            raise damaged(f"a {type(state).__name__} as the state of a {type(target).__name__}")
        self._budget.step(len(state))
        if isinstance(target, Pending):
            target.build(state)
        elif isinstance(target, Stub):
            if not (isinstance(state, dict) and all(isinstance(key, str) for key in state)):
                raise damaged(f"a {type(state).__name__} as the state of {target.kind}")
            target.state.update(state)
        elif not isinstance(target, dict | Tensor):  # of which attributes are dropped
            raise damaged(f"attributes of a {type(target).__name__}")

    def _persist(self) -> None:
        if self._persistent is None:
            raise damaged("a persistent id outside of a torch file")
        self._push(self._persistent(self._stack.pop()))

    def _refuse(self, name: str) -> None:
        raise would_run_code(name)


# Instructions that are missing here are refused: the text ones of protocols 0 and 1, out-of-band buffers.
_OPERATIONS: dict[int, Callable[[Unpickler], None]] = {
    code[0]: operation
    for code, operation in {
        pickle.FRAME: lambda u: u._frame(),
        pickle.MARK: lambda u: u._mark(),
        pickle.POP: lambda u: u._drop(),
        pickle.POP_MARK: lambda u: u._drop_since_mark(),
        pickle.DUP: lambda u: u._push(u._stack[-1]),
        pickle.BINPUT: lambda u: u._remember(u._number("<B")),
        pickle.LONG_BINPUT: lambda u: u._remember(u._number("<I")),
        pickle.MEMOIZE: lambda u: u._remember(len(u._memo)),
        pickle.BINGET: lambda u: u._recall(u._number("<B")),
        pickle.LONG_BINGET: lambda u: u._recall(u._number("<I")),
        pickle.NONE: lambda u: u._push(None),
        pickle.NEWTRUE: lambda u: u._push(True),
        pickle.NEWFALSE: lambda u: u._push(False),
        pickle.BININT: lambda u: u._push(u._number("<i")),
        pickle.BININT1: lambda u: u._push(u._number("<B")),
        pickle.BININT2: lambda u: u._push(u._number("<H")),
        pickle.LONG1: lambda u: u._integer("<B"),
        pickle.LONG4: lambda u: u._integer("<i"),
        pickle.BINFLOAT: lambda u: u._push(u._number(">d")),
        pickle.SHORT_BINUNICODE: lambda u: u._text("<B"),
        pickle.BINUNICODE: lambda u: u._text("<I"),
        pickle.BINUNICODE8: lambda u: u._text("<Q"),
        pickle.SHORT_BINSTRING: lambda u: u._text("<B", "latin1"),  # Python 2: text or bytes
        pickle.BINSTRING: lambda u: u._text("<I", "latin1"),
        pickle.SHORT_BINBYTES: lambda u: u._bytes("<B"),
        pickle.BINBYTES: lambda u: u._bytes("<I"),
        pickle.BINBYTES8: lambda u: u._bytes("<Q"),
        pickle.BYTEARRAY8: lambda u: u._bytes("<Q"),
        pickle.EMPTY_TUPLE: lambda u: u._push(()),
        pickle.TUPLE1: lambda u: u._tuple(1),
        pickle.TUPLE2: lambda u: u._tuple(2),
        pickle.TUPLE3: lambda u: u._tuple(3),
        pickle.TUPLE: lambda u: u._push(tuple(u._since_mark())),
        pickle.EMPTY_LIST: lambda u: u._push([]),
        pickle.APPEND: lambda u: u._append([u._stack.pop()]),
        pickle.APPENDS: lambda u: u._append(u._since_mark()),
        pickle.EMPTY_DICT: lambda u: u._push({}),
        pickle.SETITEM: lambda u: u._set_items([u._stack.pop(-2), u._stack.pop()]),
        pickle.SETITEMS: lambda u: u._set_items(u._since_mark()),
        pickle.EMPTY_SET: lambda u: u._push(set()),
        pickle.ADDITEMS: lambda u: u._add_items(u._since_mark()),
        pickle.FROZENSET: lambda u: u._push(set(map(plain_key, u._since_mark()))),
        pickle.GLOBAL: lambda u: u._mention(u._line(), u._line()),
        pickle.STACK_GLOBAL: lambda u: u._mention(u._stack.pop(-2), u._stack.pop()),
        pickle.REDUCE: lambda u: u._call(),
        pickle.NEWOBJ: lambda u: u._call(),
        pickle.NEWOBJ_EX: lambda u: u._call_with_keywords(),
        pickle.BUILD: lambda u: u._build(),
        pickle.BINPERSID: lambda u: u._persist(),
        pickle.INST: lambda u: u._refuse(f"{u._line()}.{u._line()}"),
        pickle.OBJ: lambda u: u._refuse("an object made the old way"),
        pickle.EXT1: lambda u: u._refuse(f"extension {u._number('<B')}"),
        pickle.EXT2: lambda u: u._refuse(f"extension {u._number('<H')}"),
        pickle.EXT4: lambda u: u._refuse(f"extension {u._number('<i')}"),
    }.items()
}
