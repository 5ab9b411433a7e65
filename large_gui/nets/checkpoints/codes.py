"""Read files with codes of images: LARGE's, one per image; NVIDIA's projections; latents of many images."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from large_gui.core.latent import S_SIZES_1024, LatentCode, LatentSpace
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.reading.reader import read_checkpoint

SUFFIXES = (".npy", ".npz", ".pickle", ".pkl", ".pt")
WIDTH = 512  # D of the generators that LARGE used
ROWS = (14, 16, 18)  # rows L of generators with 256, 512 and 1024 pixels


def read_code(
    file: Path, *, width: int = WIDTH, rows: Collection[int] = ROWS, s_sizes: Sequence[int] = S_SIZES_1024
) -> LatentCode:
    """Read the code of one image; its shape says which space it is in.

    A leading axis of length 1 is dropped. A dict ``S0, S1, ...`` of ``(1, n)`` and a list of ``(n,)`` are
    codes in S, with one entry per layer. A batch of W codes looks like one W+ code and is read as that.

    Parameters
    ----------
    width, rows
        D, and the numbers of layers that a W+ code may have.
    s_sizes
        Length of each layer's part of an S code.

    Raises
    ------
    ModelFileError
        When the file can't be read or holds anything else.
    """
    with _explained(file, width, rows, s_sizes):
        return _code(read_checkpoint(file), width, rows, tuple(s_sizes))


def read_codes(
    file: Path, *, width: int = WIDTH, rows: Collection[int] = ROWS, s_sizes: Sequence[int] = S_SIZES_1024
) -> dict[str | int, LatentCode]:
    """Read the codes of one image or of many.

    Returns
    -------
    dict
        A single code, as `read_code` returns it, under an empty name; the codes of a dict under its keys,
        which name images; the codes of a stack ``(N, L, D)``, ``(N, 1, D)`` or ``(N, D)`` under their
        numbers, because the programs that write stacks sort images by name.

    Raises
    ------
    ModelFileError
        When the file can't be read or holds anything else.
    """
    content = read_checkpoint(file)
    sizes = tuple(s_sizes)
    with _explained(file, width, rows, s_sizes):
        if isinstance(content, dict) and "S0" not in content and content:
            if not all(isinstance(name, str) for name in content):
                raise TypeError("names that are no text")
            names = [""] if list(content) == ["w"] else [str(name) for name in content]  # projected_w.npz
            return {name: _code(c, width, rows, sizes) for name, c in zip(names, content.values())}
        stacked = _stack(content, width, rows)
        if stacked is None:
            return {"": _code(content, width, rows, sizes)}
        return {i: _code(code, width, rows, sizes) for i, code in enumerate(stacked)}


def _stack(content: object, width: int, rows: Collection[int]) -> Iterable[object] | None:
    """The codes of many images; ``None`` if the content is not a stack of codes."""
    if isinstance(content, list) and content:
        shapes = {tuple(code.shape) for code in content if isinstance(code, Tensor | np.ndarray)}
        one = [(width,), (1, width), *((r, width) for r in rows), *((1, r, width) for r in rows)]
        return content if len(shapes) == 1 and shapes <= set(one) else None
    if not isinstance(content, Tensor | np.ndarray) or content.ndim not in (2, 3) or len(content) < 2:
        return None
    if content.ndim == 2:
        return content if content.shape[1] == width and len(content) not in rows else None
    return content if content.shape[2] == width and content.shape[1] in {1, *rows} else None


@contextmanager
def _explained(file: Path, width: int, rows: Collection[int], s_sizes: Sequence[int]) -> Iterator[None]:
    """Turn the failure to read a code into an error that says what a code is."""
    try:
        yield
    except (TypeError, ValueError, KeyError, IndexError) as error:
        wanted = f"{width} numbers (W), {_either(rows)} times {width} (W+) or {sum(s_sizes)} (S)"
        raise ModelFileError(
            f"{file.name} holds no latent code.", hint=f"A code is {wanted}.", detail=str(error)
        ) from error


def _code(content: object, width: int, rows: Collection[int], s_sizes: tuple[int, ...]) -> LatentCode:
    if isinstance(content, dict):
        layers = [_array(content[f"S{i}"]) for i in range(len(content))]
        return _joined([layer[0] for layer in layers], s_sizes)
    if isinstance(content, list):
        return _joined([_array(layer) for layer in content], s_sizes)
    array = _array(content)
    if array.ndim > 1 and len(array) == 1:
        array = array[0]
    if array.shape in ((width,), (width, 1)):
        return LatentCode(LatentSpace.W, array.ravel())
    if array.shape in ((sum(s_sizes),), (sum(s_sizes), 1)) and sum(s_sizes) not in [r * width for r in rows]:
        return LatentCode(LatentSpace.S, array.ravel(), s_sizes)
    layers_of = {(r, width): r for r in rows} | {(r * width,): r for r in rows}
    if array.shape in layers_of:
        return LatentCode(LatentSpace.W_PLUS, array.reshape(layers_of[array.shape], width))
    raise ValueError(f"an array of shape {array.shape}")


def _joined(layers: list[NDArray[np.float32]], s_sizes: tuple[int, ...]) -> LatentCode:
    found = tuple(layer.shape for layer in layers)
    if found != tuple((n,) for n in s_sizes):
        raise ValueError(f"layers of S with the shapes {found}")
    return LatentCode(LatentSpace.S, np.concatenate(layers), s_sizes)


def _array(value: object) -> NDArray[np.float32]:
    if isinstance(value, Tensor):
        if value.is_complex():
            raise TypeError("complex numbers")
        value = value.detach().float().numpy()
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        raise TypeError(f"{type(value).__name__} instead of an array of numbers")
    with np.errstate(over="ignore"):  # what is too large for float32 is refused as infinite
        array = np.ascontiguousarray(value, np.float32)
    if not np.isfinite(array).all():
        raise ValueError("numbers that are missing or infinite")
    return array


def _either(numbers: Collection[int]) -> str:
    *first, last = sorted(numbers)
    return f"{', '.join(map(str, first))} or {last}" if first else str(last)
