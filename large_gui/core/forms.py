"""Read JSON strictly: what is missing, of another type, or impossible is a ValueError that says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = 1e15  # of numbers; their squares fit into float32
DTYPES = ("float32", "float64")


def table(form: object, what: str) -> Mapping[str, Any]:
    """A JSON object, which is a table of names and values.

    Parameters
    ----------
    what
        What the object is, for the sentence.
    """
    if not isinstance(form, dict):
        raise ValueError(f"{what!r} is not there, or not a table of names and values")
    return form


def versioned(form: object, kind: str, newest: int) -> tuple[Mapping[str, Any], int]:
    """The table of a form that says its kind and version, and the version; 0 where it says neither.

    Raises
    ------
    ValueError
        Also when it is of another kind, or of a version that is not known.
    """
    values = table(form, f"a {kind}")
    if "kind" not in values and "version" not in values:
        return values, 0
    if values.get("kind") != kind:
        raise ValueError(f"it is not a {kind}")
    version = values.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= newest:
        raise ValueError(f"a {kind} is of the version {version!r}, which is not known here")
    return values, version


def require(values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Refuse a table in which one of the names is missing."""
    missing = [name for name in names if name not in values]
    if missing:
        raise ValueError(f"{missing[0]!r} is not there")


def text(values: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """A text; without a default it must be there."""
    value = values.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key!r} is not there, or not text")
    return value


def truth(values: Mapping[str, Any], key: str) -> bool:
    """Yes or no."""
    value = values.get(key)
    if not isinstance(value, bool):
        raise ValueError(f"{key!r} is not there, or neither true nor false")
    return value


def number(values: Mapping[str, Any], key: str, *, least: float = -LARGEST, most: float = LARGEST) -> float:
    """A finite number between two ends."""
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{key!r} is not there, or not a possible number")
    return float(value)


def array(value: object, key: str, dtype: str) -> NDArray[np.floating]:
    """A list of finite numbers, or a list of such lists of one length, as an array of a `DTYPES` type."""
    wrong = ValueError(f"{key!r} is not a table of numbers")
    if dtype not in DTYPES:
        raise ValueError(f"{key!r} is of numbers {dtype!r}, which is none of {', '.join(DTYPES)}")
    rows: list[Any] = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    for row in rows:
        if not isinstance(row, list) or len(row) != len(rows[0]) or not set(map(type, row)) <= {int, float}:
            raise wrong
    try:
        numbers = np.array(value, np.float64)
    except OverflowError as error:  # a whole number beyond all floats
        raise wrong from error
    if not numbers.size or not (np.abs(numbers) < LARGEST).all():
        raise wrong
    return numbers.astype(dtype)


def dtype_of(numbers: NDArray[Any]) -> str:
    """The type of `DTYPES` that holds the numbers exactly."""
    return "float32" if numbers.dtype.kind == "f" and numbers.dtype.itemsize <= 4 else "float64"
