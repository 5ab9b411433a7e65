"""Read a weight for every layer from a file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.errors import InputError, ModelFileError

_MOST_BYTES = 1 << 20
_TEXTS = (".csv", ".txt")
_KINDS = ".npy, .csv or .txt"


def read_weights(file: Path) -> NDArray[np.float64]:
    """The weights ``(L,)`` of layers in a file, scaled to sum 1.

    Parameters
    ----------
    file
        ``.npy``, or text with numbers between commas, semicolons, blanks or ends of lines.

    Raises
    ------
    InputError
        When it can't be read as numbers, or they are not finite, not negative and not all zero.
    """
    if not file.is_file():
        raise InputError(f"There is no file {file}.", hint=f"Give a {_KINDS} file with one number per layer.")
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("too large")
        weights = _texts(file) if file.suffix.lower() in _TEXTS else _array(file)
    except (OSError, ValueError, TypeError, ModelFileError) as error:
        raise InputError(
            f"{file.name} can't be read as weights of layers.",
            hint=f"Give a {_KINDS} file with one number per layer.",
            detail=repr(error),
        ) from error
    hint = "Give one number >= 0 for each layer, the coarsest first."
    for layer, weight in enumerate(weights, 1):
        if not np.isfinite(weight) or weight < 0:
            raise InputError(f"{file.name} gives layer {layer} the weight {weight:g}.", hint=hint)
    if not weights.any():
        raise InputError(f"{file.name} gives no layer any weight.", hint=hint)
    largest = weights.max()
    return np.asarray(weights / largest / (weights / largest).sum())  # so that no sum is too large


def _texts(file: Path) -> NDArray[np.float64]:
    text = file.read_text("utf-8-sig")
    if ";" in text:
        text = text.replace(",", ".")  # a decimal comma
    cells = [cell for cell in re.split(r"[;,\s]+", text) if cell]
    return np.array(cells, np.float64)


def _array(file: Path) -> NDArray[np.float64]:
    from large_gui.nets.checkpoints.reading.reader import read_checkpoint

    array = np.asarray(read_checkpoint(file))
    if array.dtype.kind not in "fiu":
        raise ValueError(f"an array of {array.dtype}")
    return np.asarray(array, np.float64).ravel()
