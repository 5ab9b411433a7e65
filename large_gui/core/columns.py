"""Columns of what is known of a million images: arrays take a tenth of what an object an image takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Rows = slice | NDArray[np.intp] | NDArray[np.bool_]
_DIGEST = 32  # bytes of a SHA-256
_AT_ONCE = 4096  # hashes that are spelled together


class Coded(Sequence[T]):
    """A column in which few values differ: for each row, the number of its value in a table of values.

    Parameters
    ----------
    kinds
        Values without duplicates that can be hashed; not all of them need to occur.
    which
        ``(N,)``, the number in ``kinds`` of each row's value.
    """

    def __init__(self, kinds: Iterable[T], which: NDArray[np.integer[Any]]) -> None:
        self.which = which.astype(np.int32, copy=False)
        self._numbers = {kind: number for number, kind in enumerate(kinds)}
        self.kinds = list(self._numbers)

    @classmethod
    def filled(cls, value: T, rows: int) -> Self:
        """A column of one value, as a start for `put`."""
        return cls([value], np.zeros(rows, np.int32))

    @classmethod
    def of(cls, values: Sequence[T]) -> Self:
        """The column of these values."""
        column = cls([], np.zeros(len(values), np.int32))
        column.put(slice(None), values)
        return column

    def put(self, rows: Rows, values: Iterable[T]) -> None:
        """Set the values of some rows."""
        self.which[rows] = [self._number(value) for value in values]

    def _number(self, value: T) -> int:
        number = self._numbers.setdefault(value, len(self.kinds))
        if number == len(self.kinds):
            self.kinds.append(value)
        return number

    def __len__(self) -> int:
        return len(self.which)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: Rows) -> Self: ...
    def __getitem__(self, at: int | Rows) -> T | Self:
        if isinstance(at, slice | np.ndarray):
            return type(self)(self.kinds, self.which[at])
        return self.kinds[self.which.item(at)]

    def __iter__(self) -> Iterator[T]:
        return (self.kinds[number] for number in self.which)


class Flags(Coded[tuple[str, ...]]):
    """The flags of every image."""

    def having(self, *flags: str) -> NDArray[np.bool_]:
        """Which images have one of these flags, ``(N,)``."""
        has = np.array([not set(flags).isdisjoint(kind) for kind in self.kinds], np.bool_)
        return np.asarray(has[self.which]) if len(has) else np.zeros(0, np.bool_)

    def marked(self, flag: str, rows: NDArray[np.bool_]) -> Flags:
        """The flags with one more, behind the others, of some images."""
        result = Flags(self.kinds, self.which.copy())
        more = np.zeros(len(self.kinds), np.int32)
        for number in np.unique(self.which[rows]):
            more[number] = result._number((*self.kinds[number], flag))
        result.which[rows] = more[self.which[rows]]
        return result

    def followed_by(self, flags: tuple[str, ...], rows: int) -> Flags:
        """The column with some more rows, all of which have these flags."""
        result = Flags(self.kinds, np.append(self.which, np.zeros(rows, np.int32)))
        result.put(slice(len(self), None), [flags] * rows)
        return result

    def counts(self) -> Counter[str]:
        """How many images have each of the flags that occur."""
        found: Counter[str] = Counter()
        for kind, images in zip(self.kinds, np.bincount(self.which, minlength=len(self.kinds)).tolist()):
            found.update({flag: images for flag in kind if images})
        return found


class Hashes(Sequence[str]):
    """SHA-256 of every image, kept as ``(N, 32)`` bytes and read as hexadecimal digits."""

    def __init__(self, digests: NDArray[np.uint8]) -> None:
        self.digests = digests

    @classmethod
    def empty(cls, rows: int) -> Hashes:
        """A column of zeros, as a start for `put`."""
        return cls(np.zeros((rows, _DIGEST), np.uint8))

    def put(self, rows: Rows, digits: Sequence[str]) -> None:
        """Set the hashes of some rows.

        Raises
        ------
        ValueError
            When one of them is no SHA-256.
        """
        packed = np.frombuffer(bytes.fromhex("".join(digits)), np.uint8)
        self.digests[rows] = packed.reshape(len(digits), _DIGEST)

    def __len__(self) -> int:
        return len(self.digests)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: Rows) -> Hashes: ...
    def __getitem__(self, at: int | Rows) -> str | Hashes:
        if isinstance(at, slice | np.ndarray):
            return Hashes(self.digests[at])
        return bytes(self.digests[at]).hex()

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _AT_ONCE):
            digits = self.digests[start : start + _AT_ONCE].tobytes().hex()
            yield from (digits[i : i + 2 * _DIGEST] for i in range(0, len(digits), 2 * _DIGEST))
