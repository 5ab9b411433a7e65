"""Read directions from files of this program or of others.

Other programs write arrays as .npy, .npz, .json or .csv, or tensors as .pt, .pkl or .safetensors; these have
no names for the ends, no intercept and no layer importance. This program's own JSON form has all of that
(`core.direction.Direction.as_json`).
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import FROM_FILE, Direction
from large_gui.errors import InputError, ModelFileError

MOST_BYTES = 64 << 20
MOST = 128  # directions in one file
_MOST_NUMBERS, _MOST_ROWS = 1_250_000, 20_000  # in a text file
_MOST_TEXT, _LONGEST_LINE = 16 << 20, 1 << 20  # characters
_LONGEST_NAME = 60
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_TENSORS = (".npy", ".npz", ".pt", ".pth", ".pkl", ".pickle", ".safetensors")
_UNREADABLE = (
    OSError, ValueError, TypeError, KeyError, EOFError, OverflowError, RecursionError, MemoryError,
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_directions(path: Path, width: int, layers: int) -> list[Direction]:
    """Read every direction in a file; every row of an array is brought to unit length.

    A direction in this program's JSON form, or a list of them, is returned as it was saved, but for what it
    was found by, which is the file. An array of
    ``layers`` rows is one direction in W+; in any other array, every row is a direction in W.

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
        most = _MOST_TEXT if path.suffix.lower() in (".json", ".csv") else MOST_BYTES
        if path.stat().st_size > most:
            raise InputError(
                f"{path.name} is larger than {most >> 20} MB.", hint="Directions are small files."
            )
        saved, arrays = _read(path)
    except _UNREADABLE as error:
        raise InputError(
            f"{path.name} can't be read as numbers.",
            hint="Use .npy or .npz (without pickled objects), .json, .csv, .pt, .pkl or .safetensors.",
            detail=repr(error),
        ) from error
    found: dict[str, Direction] = {}
    for direction in (*saved, *_from_arrays(path, arrays, width, layers)):
        if len(found) == MOST:
            raise InputError(f"{path.name} holds more than {MOST} directions.", hint="Take out some of them.")
        _check_size(direction, path, width, layers)
        unique = unused(direction.name, found)
        found[unique] = replace(direction, name=unique)
    if not found:
        raise InputError(f"There are no directions in {path.name}.", hint=_hint(width, layers))
    return list(found.values())


def unused(name: str, known: Mapping[str, object]) -> str:
    """The name, with a number added if it is taken."""
    number, result = 1, name
    while result in known:
        number += 1
        result = f"{name}_{number}"
    return result


def _read(path: Path) -> tuple[list[Direction], dict[str, NDArray[np.float64]]]:
    """Read the saved directions of a file, or its arrays."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        content = json.loads(_text(path))
        forms = content if isinstance(content, list) else [content]
        if any(map(_is_saved, forms)):
            return [_saved(form, path) for form in forms], {}
        table = content if isinstance(content, dict) else {path.stem: content}
        return [], {str(name): np.asarray(value, np.float64) for name, value in table.items()}
    if suffix == ".csv":
        return [], {path.stem: _csv(_text(path))}
    if suffix in _TENSORS:
        return [], _tensors(path)
    raise ValueError(f"unknown suffix {suffix!r}")


def _is_saved(form: object) -> bool:
    """Whether JSON is a direction in this program's form, and not a table of arrays by name."""
    return isinstance(form, dict) and ("kind" in form or isinstance(form.get("name"), str))


def _saved(form: object, path: Path) -> Direction:
    """Read a direction in this program's form; its name and words are made printable."""
    try:
        read = Direction.from_json(form)
    except ValueError as error:
        raise InputError(
            f"A direction in {path.name} can't be read: {error}.",
            hint="Save it again, or choose another file.",
        ) from error
    name = clean(read.name) or clean(path.stem) or "imported"
    shown = read.printable()
    provenance = shown.provenance or f"imported from {path.name}"
    return replace(shown, name=name, provenance=provenance, found_by=FROM_FILE)


def _from_arrays(
    path: Path, arrays: Mapping[str, NDArray[np.float64]], width: int, layers: int
) -> Iterator[Direction]:
    """The directions of arrays, of which only the normal is known."""
    for name, normal in _normals(path, arrays, width, layers):
        yield Direction(
            name, _unit(normal, name, path), negative="less", positive="more",
            provenance=f"imported from {path.name}", found_by=FROM_FILE,
        )  # fmt: skip


def _check_size(direction: Direction, path: Path, width: int, layers: int) -> None:
    """Refuse a direction that does not fit the model's codes."""
    importance = direction.layer_importance
    if direction.normal.shape not in ((width,), (layers, width)):
        shape = " x ".join(map(str, direction.normal.shape))
        raise InputError(
            f"{direction.name} in {path.name} has the wrong shape: {shape}.", hint=_hint(width, layers)
        )
    if importance is not None and len(importance) != len(direction.layer_sizes or range(layers)):
        raise InputError(
            f"{direction.name} in {path.name} has an importance for each of {len(importance)} layers.",
            hint=f"The model's codes have {layers} layers.",
        )


def _tensors(path: Path) -> dict[str, NDArray[np.float64]]:
    """Read an array or a dict of arrays, such as InterFaceGAN's directions; nothing is executed."""
    from large_gui.nets.checkpoints.reading.reader import read_checkpoint

    try:
        content = read_checkpoint(path)
    except ModelFileError as error:
        hint = error.hint or "Use .npy, .npz, .json, .csv, .pt, .pkl or .safetensors."
        raise InputError(error.sentence, hint=hint, detail=error.detail) from error
    if not isinstance(content, dict):
        return {path.stem: _real(content)}
    for components in ("lat_comp", "comp"):  # GANSpace, whose files also have means and deviations
        if components in content:
            return {"component": _real(content[components])}
    if path.stem.startswith("projected_w") or any(
        PurePath(str(n)).suffix.lower() in _PICTURES for n in content
    ):
        raise _codes(path)
    return {str(name): _real(value) for name, value in content.items()}


def _codes(path: Path) -> InputError:
    return InputError(
        f"{path.name} holds codes of images, not directions.",
        hint="Import codes as a model (large-gui model import-codes). Several directions of W+ need names"
        " of their own, as in .npz.",
    )


def _real(value: object) -> NDArray[np.float64]:
    """An array of real numbers, from an array or a tensor of any precision."""
    from torch import Tensor, bfloat16

    if isinstance(value, Tensor):
        value = value.detach()
        value = (value.float() if value.dtype == bfloat16 else value).numpy()
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"an array of {array.dtype}")
    return np.asarray(array, np.float64)


def _text(path: Path) -> str:
    """Read the text of a file; refuse one with more numbers or rows than directions can have."""
    data = path.read_bytes()
    if (
        sum(data.count(mark) for mark in b",; \t\n") > _MOST_NUMBERS
        or sum(map(data.count, b"[{")) > _MOST_ROWS
    ):
        raise InputError(f"{path.name} holds more than {MOST} directions.", hint="Take out some of them.")
    return data.decode("utf-8-sig")


def _csv(text: str) -> NDArray[np.float64]:
    """Read rows of numbers that are separated by commas, semicolons, tabs or blanks."""
    marks = [mark for mark in (";", "\t", ",") if mark in text]
    if marks[:1] == [";"]:
        text = text.replace(",", ".")  # a decimal comma
    written = [line for line in text.splitlines() if line.strip()]
    if max(map(len, written), default=0) > _LONGEST_LINE:
        raise ValueError("a line that is longer than any direction")
    lines = (line.split(marks[0] if marks else None) for line in written)
    return np.array([np.array(cells, np.float64) for cells in lines])


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
        if one.ndim == 3 and one.shape[1] == 1 != layers:  # W directions as GANSpace stacks them
            one = one[:, 0]
        if one.shape in ((width,), (layers, width)) and not (key == "w" and array.ndim == 3):
            yield name, one
        elif one.shape[1:] == (layers, width) or (key == "w" and array.shape[1:] == (layers, width)):
            raise _codes(path)
        elif one.shape[0:] and one.shape[1:] == (width,):
            yield from ((f"{name}_{i}", row) for i, row in enumerate(one, 1))
        else:
            shape = " x ".join(map(str, array.shape)) or "a single number"
            raise InputError(
                f"{name} in {path.name} has the wrong shape: {shape}.", hint=_hint(width, layers)
            )


def clean(name: str) -> str:
    """Turn a text into the name of a direction: words with underscores, no dash in front, not too long."""
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
