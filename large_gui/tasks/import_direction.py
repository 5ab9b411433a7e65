"""Read directions that others found: .npy, .npz, .json, .csv, or tensors as .pt, .pkl, .safetensors."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.errors import InputError, ModelFileError

MOST_BYTES = 64 << 20
MOST = 50  # directions of one file
_LONGEST_NAME = 60
_TENSORS = (".pt", ".pth", ".pkl", ".pickle", ".safetensors")
_UNREADABLE = (
    OSError, ValueError, TypeError, KeyError, EOFError, OverflowError, RecursionError, MemoryError,
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_directions(path: Path, width: int, layers: int) -> list[Direction]:
    """Every direction in a file, its rows brought to unit length.

    A table of ``layers`` rows is one direction of W+; one of any other number of rows holds as many of W.

    Parameters
    ----------
    width, layers
        D and L of the model's codes.

    Raises
    ------
    InputError
        When the file can't be read or holds something else.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(
                f"{path.name} is larger than {MOST_BYTES >> 20} MB.", hint="Directions are small files."
            )
        arrays = _arrays(path)
    except _UNREADABLE as error:
        raise InputError(
            f"{path.name} can't be read as numbers.",
            hint="Use .npy or .npz (without pickled objects), .json, .csv or .pt.",
            detail=repr(error),
        ) from error
    found: dict[str, Direction] = {}
    for name, normal in _normals(path, arrays, width, layers):
        if len(found) == MOST:
            raise InputError(f"{path.name} holds more than {MOST} directions.", hint="Take out some of them.")
        unique = unused(name, found)
        found[unique] = Direction(
            unique, _unit(normal, name, path), negative="less", positive="more",
            provenance=f"imported from {path.name}",
        )  # fmt: skip
    if not found:
        raise InputError(f"There are no directions in {path.name}.", hint=_hint(width, layers))
    return list(found.values())


def unused(name: str, known: Mapping[str, object]) -> str:
    """The name, with a number where it is taken."""
    number, result = 1, name
    while result in known:
        number += 1
        result = f"{name}_{number}"
    return result


def _arrays(path: Path) -> dict[str, NDArray[np.float64]]:
    suffix = path.suffix.lower()
    if suffix == ".json":
        content = json.loads(path.read_text("utf-8-sig"))
        table = content if isinstance(content, dict) else {path.stem: content}
        return {str(name): np.asarray(value, np.float64) for name, value in table.items()}
    if suffix == ".csv":
        return {path.stem: _csv(path.read_text("utf-8-sig"))}
    if suffix in _TENSORS:
        return _tensors(path)
    if suffix == ".npy":
        with path.open("rb") as stream:
            return {path.stem: _npy(stream)}
    if suffix != ".npz":
        raise ValueError(f"unknown suffix {suffix!r}")
    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
            raise ValueError(f"unpacks to more than {MOST_BYTES} bytes")
        return {name.removesuffix(".npy"): _npy(BytesIO(archive.read(name))) for name in archive.namelist()}


def _tensors(path: Path) -> dict[str, NDArray[np.float64]]:
    """A tensor or a dict of them, as the published directions of InterFaceGAN are; nothing is executed."""
    from large_gui.nets.checkpoints.reader import read_checkpoint

    try:
        content = read_checkpoint(path)
    except ModelFileError as error:
        raise InputError(error.sentence, hint=error.hint, detail=error.detail) from error
    table = content if isinstance(content, dict) else {path.stem: content}
    return {str(name): np.asarray(value, np.float64) for name, value in table.items()}


def _npy(stream: BinaryIO) -> NDArray[np.float64]:
    """An array of real numbers; what its header promises is checked before memory is taken for it."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    if dtype.kind not in "fiu" or math.prod(shape) * dtype.itemsize > MOST_BYTES:
        raise ValueError(f"{shape} of {dtype}")
    stream.seek(0)
    return np.asarray(np.load(stream, allow_pickle=False), np.float64)


def _csv(text: str) -> NDArray[np.float64]:
    """Rows of numbers between commas, semicolons, tabs or blanks."""
    marks = [mark for mark in (";", "\t", ",") if mark in text]
    if marks[:1] == [";"]:
        text = text.replace(",", ".")  # a decimal comma
    rows = [line.split(marks[0] if marks else None) for line in text.splitlines() if line.strip()]
    return np.array([[float(cell) for cell in row] for row in rows])


def _normals(
    path: Path, arrays: Mapping[str, NDArray[np.float64]], width: int, layers: int
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Single normals, ``(D,)`` or ``(L, D)``, with their names."""
    for key, array in arrays.items():
        name = clean(key) or clean(path.stem) or "imported"
        one = array
        while one.ndim > 1 and one.shape[0] == 1:
            one = one[0]
        if one.shape == (width, 1):  # a column
            one = one[:, 0]
        if one.shape in ((width,), (layers, width)):
            yield name, one
        elif one.shape[0:] and one.shape[1:] in ((width,), (layers, width)):
            yield from ((f"{name}_{i}", row) for i, row in enumerate(one, 1))
        else:
            shape = " x ".join(map(str, array.shape)) or "a single number"
            raise InputError(
                f"{name} in {path.name} has the wrong shape: {shape}.", hint=_hint(width, layers)
            )


def clean(name: str) -> str:
    """A name as directions have it: words with underscores, no dash in front, not too long."""
    words = "".join(c if c.isprintable() else " " for c in name).split()
    return "_".join(words).lstrip("-_")[:_LONGEST_NAME]


def _unit(normal: NDArray[np.float64], name: str, path: Path) -> NDArray[np.float64]:
    hint = "Every row must have finite numbers that are not all zero."
    if not np.isfinite(normal).all():
        raise InputError(f"{name} in {path.name} has numbers that are missing or infinite.", hint=hint)
    largest = np.abs(normal).max(-1, keepdims=True)
    if (largest == 0).any():
        raise InputError(f"{name} in {path.name} has a row of zeros.", hint=hint)
    scaled = normal / largest  # so that no square is too large or too small
    return np.asarray(scaled / np.linalg.norm(scaled, axis=-1, keepdims=True))


def _hint(width: int, layers: int) -> str:
    return f"A direction is {width} numbers, or {layers} rows of {width} numbers."
