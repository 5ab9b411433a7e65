"""Read directions from files of this program or of others.

Other programs write arrays as .npy, .npz, .json or .csv, or tensors as .pt, .pkl or .safetensors; these have
no names for the ends, no intercept and no layer importance. This program's own JSON form has all of that
(`core.direction.Direction.as_json`).
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import FROM_FILE, Direction
from large_gui.core.forms import UnknownVersion
from large_gui.core.words import count
from large_gui.errors import InputError, ModelFileError
from large_gui.models.model import Model
from large_gui.models.spaces import sizes_in_s, why_not_measured

MOST_BYTES = 64 << 20
MOST = 128  # directions in one file
_MOST_NUMBERS, _MOST_ROWS = 1_250_000, 20_000  # in a text file
_MOST_TEXT, _LONGEST_LINE = 16 << 20, 1 << 20  # characters
_LONGEST_NAME = 60
_GIVE = (
    "Give a file of the kind .npy or .npz (without pickled objects), .json, .csv, .pt, .pkl or .safetensors."
)
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_TENSORS = (".npy", ".npz", ".pt", ".pth", ".pkl", ".pickle", ".safetensors")
_UNREADABLE = (
    OSError, ValueError, TypeError, KeyError, EOFError, OverflowError, RecursionError, MemoryError,
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True)
class _Sizes:
    """Width and number of the layers of W+, and the lengths of those of S."""

    width: int
    layers: int
    in_s: tuple[int, ...]

    @property
    def whole(self) -> int:
        """Length of the joined layers of S; -1 where there is none, or a vector as long is one of W."""
        joined = sum(self.in_s)
        return joined if joined and (joined != self.width or self.layers == 1) else -1

    @property
    def hint(self) -> str:
        """What a direction is."""
        also = f", or {sum(self.in_s)} in S" if self.whole > 0 else ""
        rows = f", or {self.layers} rows of {self.width} numbers" if self.layers > 1 else ""
        return f"A direction is {self.width} numbers{rows}{also}."


def directions_for(model: Model, path: Path) -> list[Direction]:
    """Read every direction in a file, as `read_directions`, of which the model can measure each.

    Raises
    ------
    LargeError
        When the file can't be read, holds something else, or directions in S whose styles the model can't
        compute now.
    """
    rows, width = model.shape
    found = read_directions(path, width, rows, sizes_in_s(model))
    for direction in found:
        if (why := why_not_measured(model, direction)) is not None:
            raise why
    return found


def read_directions(path: Path, width: int, layers: int, in_s: tuple[int, ...] = ()) -> list[Direction]:
    """Read every direction in a file; each is brought to unit length.

    A direction in this program's JSON form, or a list of them, is returned as it was saved, but for what it
    was found by, which is the file. An array of ``layers`` rows is one direction in W+; in any other array,
    every row is a direction in W, or in S if it is as long as all layers of S. LARGE's files with a vector
    for each layer are directions in S as well.

    Parameters
    ----------
    width, layers
        D and L of the model's codes.
    in_s
        Lengths of the layers of S; empty if the model has none.

    Raises
    ------
    InputError
        When the file can't be read or holds something else.
    """
    if not path.is_file():
        there = (
            "is a folder" if path.is_dir() else "is not an ordinary file" if path.exists() else "is not there"
        )
        raise InputError(f"{path.name} {there}.", hint=_GIVE)
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
            hint="It may be cut off, or hold words or rows of different lengths."
            if path.suffix.lower() in (*_TENSORS, ".json", ".csv")
            else _GIVE,
            detail=repr(error),
        ) from error
    found: dict[str, Direction] = {}
    sizes = _Sizes(width, layers, in_s)
    for direction in (*saved, *_from_arrays(path, arrays, sizes)):
        if len(found) == MOST:
            raise InputError(f"{path.name} holds more than {MOST} directions.", hint="Take out some of them.")
        _check_size(direction, path, sizes)
        unique = unused(direction.name, found)
        found[unique] = replace(direction, name=unique)
    if not found:
        raise InputError(f"There are no directions in {path.name}.", hint=sizes.hint)
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
        newer = isinstance(error, UnknownVersion)
        raise InputError(
            f"A direction in {path.name} can't be read: {error}.",
            hint="Update the program." if newer else "Save it again, or choose another file.",
        ) from error
    name = clean(read.name) or clean(path.stem) or "imported"
    shown = read.printable()
    provenance = shown.provenance or f"imported from {path.name}"
    return replace(shown, name=name, provenance=provenance, found_by=FROM_FILE)


def _from_arrays(path: Path, arrays: Mapping[str, NDArray[np.float64]], sizes: _Sizes) -> Iterator[Direction]:
    """The directions of arrays, of which only the normal is known."""
    for name, normal in _normals(path, arrays, sizes):
        yield Direction(
            name, _unit(normal, name, path), negative="less", positive="more",
            provenance=f"imported from {path.name}", found_by=FROM_FILE,
            layer_sizes=sizes.in_s if normal.shape == (sizes.whole,) else None,
        )  # fmt: skip


def _check_size(direction: Direction, path: Path, sizes: _Sizes) -> None:
    """Refuse a direction that does not fit the model's codes."""
    importance, in_s = direction.layer_importance, direction.layer_sizes
    fits = direction.normal.shape in ((sizes.width,), (sizes.layers, sizes.width))
    if in_s is not None:  # codes that were imported in S may not know their layers
        fits = in_s == sizes.in_s if sizes.in_s else direction.normal.shape == (sizes.width,)
    if not fits:
        shape = " x ".join(map(str, direction.normal.shape))
        where = f"{shape} in S, in {len(in_s)} layers" if in_s is not None else shape
        raise InputError(f"{direction.name} in {path.name} has the wrong shape: {where}.", hint=sizes.hint)
    layers = len(in_s or range(sizes.layers))
    if importance is not None and len(importance) != layers:
        raise InputError(
            f"{direction.name} in {path.name} has an importance for each of {len(importance)} layers.",
            hint=f"The model's codes have {count(layers, 'layer')}.",
        )


def _tensors(path: Path) -> dict[str, NDArray[np.float64]]:
    """Read an array or a dict of arrays, such as InterFaceGAN's directions; nothing is executed."""
    from large_gui.nets.checkpoints.reading.reader import read_checkpoint

    try:
        content = read_checkpoint(path)
    except ModelFileError as error:
        hint = error.hint or "Use .npy, .npz, .json, .csv, .pt, .pkl or .safetensors."
        raise InputError(error.sentence, hint=hint, detail=error.detail) from error
    if (layers := _layers_of_s(content)) is not None:
        return {path.stem: np.concatenate([_real(layer).ravel() for layer in layers])}
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


def _layers_of_s(content: object) -> Sequence[object] | None:
    """The vectors of LARGE's files in S: a dict of S0, S1, ..., or a list of vectors of different lengths."""
    if isinstance(content, dict) and content and content.keys() == {f"S{i}" for i in range(len(content))}:
        return [content[f"S{i}"] for i in range(len(content))]
    if isinstance(content, list) and len({np.shape(layer) for layer in content}) > 1:
        return content
    return None


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
    path: Path, arrays: Mapping[str, NDArray[np.float64]], sizes: _Sizes
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Single normals, ``(D,)``, ``(L, D)`` or those of S joined, with their names."""
    width, layers = sizes.width, sizes.layers
    for key, array in arrays.items():
        name = clean(key) or clean(path.stem) or "imported"
        one = array
        while one.ndim > 1 and one.shape[0] == 1:
            one = one[0]
        if one.shape in ((width, 1), (sizes.whole, 1)):  # a column
            one = one[:, 0]
        if one.ndim == 3 and one.shape[1] == 1 != layers:  # W directions as GANSpace stacks them
            one = one[:, 0]
        if one.shape in ((width,), (layers, width)) and not (key == "w" and array.ndim == 3):
            yield name, one
        elif one.shape[1:] == (layers, width) or (key == "w" and array.shape[1:] == (layers, width)):
            raise _codes(path)
        elif one.shape == (sizes.whole,):
            yield name, one
        elif one.shape[0:] and one.shape[1:] in ((width,), (sizes.whole,)):
            yield from ((f"{name}_{i}", row) for i, row in enumerate(one, 1))
        else:
            shape = " x ".join(map(str, array.shape)) or "a single number"
            raise InputError(f"{name} in {path.name} has the wrong shape: {shape}.", hint=sizes.hint)


def clean(name: str) -> str:
    """Turn a text into the name of a direction: words with underscores, no dash in front, not too long."""
    words = "".join(c if c.isprintable() else " " for c in name).split()
    return "_".join(words).lstrip("-_")[:_LONGEST_NAME]


def _unit(normal: NDArray[np.float64], name: str, path: Path) -> NDArray[np.float64]:
    if not np.isfinite(normal).all():
        raise InputError(
            f"{name} in {path.name} has numbers that are missing or infinite.", hint="Every number is finite."
        )
    if not normal.any():
        raise InputError(f"{name} in {path.name} is all zeros.", hint="A direction has some length.")
    return unit_normal(normal)


def unit_normal(normal: NDArray[np.floating]) -> NDArray[np.float64]:
    """A normal that is not all zeros, brought to unit length.

    Rows of W+ that are equally long, such as those of a repeated W normal, are each brought to it. Other rows
    are together, so that every layer keeps its part in the plane, as in LARGE's files.
    """
    scaled = normal / np.abs(normal).max()  # so that no square is too large or too small
    lengths = np.linalg.norm(scaled, axis=-1, keepdims=True)
    alike = np.allclose(lengths, lengths.mean(), rtol=1e-3, atol=0)
    return np.asarray(scaled / (lengths if alike else np.linalg.norm(scaled)), np.float64)
