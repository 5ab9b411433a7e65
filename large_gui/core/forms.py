"""Read JSON strictly: a value that is missing, of another type or impossible raises a ValueError."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 1e15  # no number may be larger; the square of this one fits into float32
DTYPES = ("float32", "float64")


class UnknownVersion(ValueError):
    """A newer version of this program wrote the form."""


def table(form: object, what: str) -> Mapping[str, Any]:
    """Return a JSON object, which is a table of names and values, or refuse anything else.

    Parameters
    ----------
    what
        What the object should be, for the error message.
    """
    if not isinstance(form, dict):
        raise ValueError(f"{what!r} is not there, or not a table of names and values")
    return form


def document(form: object, what: str = "it") -> Mapping[str, Any]:
    """Return a JSON object that is a whole of its own, such as a file, or refuse anything else.

    Parameters
    ----------
    what
        Begins the error message: ``a fit``.
    """
    if not isinstance(form, dict):
        raise ValueError(f"{what} is not a table of names and values")
    return form


def versioned(form: object, kind: str, newest: int) -> tuple[Mapping[str, Any], int]:
    """Return the table and the version of a form; the version is 0 if it says neither kind nor version.

    Raises
    ------
    ValueError
        When the form is no table, is of another kind, or of a version that is not known. It is an
        `UnknownVersion` if that is a newer one.
    """
    values = document(form, f"a {kind}")
    if "kind" not in values and "version" not in values:
        return values, 0
    if values.get("kind") != kind:
        raise ValueError(f"it is not a {kind}")
    version = values.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= newest:
        newer = type(version) is int and version > newest
        wrong = UnknownVersion if newer else ValueError
        raise wrong(f"a {kind} is of the version {version!r:.40}, which is not known here")
    return values, version


def require(values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Refuse a table in which one of the names is missing."""
    missing = [name for name in names if name not in values]
    if missing:
        raise ValueError(f"{missing[0]!r} is not there")


def text(values: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return the text under a key; without a default it must be there."""
    value = values.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key!r} is not there, or not text")
    return value


def truth(values: Mapping[str, Any], key: str) -> bool:
    """Return the true or false under a key."""
    value = values.get(key)
    if not isinstance(value, bool):
        raise ValueError(f"{key!r} is not there, or neither true nor false")
    return value


def number(values: Mapping[str, Any], key: str, *, least: float = -LARGEST, most: float = LARGEST) -> float:
    """Return the number under a key, which must be finite and between two ends."""
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{key!r} is not there, or not a possible number")
    return float(value)


def count(values: Mapping[str, Any], key: str, most: int, default: int | None = None) -> int:
    """Return the whole number under a key, from 1 to ``most``; without a default it must be there."""
    value = values.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise ValueError(f"{key!r} is not there, or not a possible number")
    return value


def array(value: object, key: str, dtype: str) -> NDArray[np.floating]:
    """Return a list of finite numbers, or a list of equally long such lists, as an array of a type."""
    wrong = ValueError(f"{key!r} is not a table of numbers")
    if dtype not in DTYPES:
        raise ValueError(f"{key!r} is of numbers {dtype!r:.40}, which is none of {', '.join(DTYPES)}")
    rows: list[Any] = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    for row in rows:
        if not isinstance(row, list) or len(row) != len(rows[0]) or not set(map(type, row)) <= {int, float}:
            raise wrong
    try:
        numbers = np.array(value, np.float64)
    except OverflowError as error:  # a whole number that is too large for a float
        raise wrong from error
    if not numbers.size or not (np.abs(numbers) < LARGEST).all():
        raise wrong
    return numbers.astype(dtype)


def dtype_of(numbers: NDArray[Any]) -> str:
    """The type of `DTYPES` that holds the numbers exactly."""
    return "float32" if numbers.dtype.kind == "f" and numbers.dtype.itemsize <= 4 else "float64"


def or_none(
    values: Mapping[str, Any], key: str, otherwise: float, *, least: float = -LARGEST, most: float = LARGEST
) -> float:
    """Return the number under a key, which must be there; or what is meant by ``None`` in its place."""
    require(values, (key,))
    return otherwise if values[key] is None else number(values, key, least=least, most=most)
