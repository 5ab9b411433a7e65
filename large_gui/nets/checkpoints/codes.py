"""Files with the code of one image, as LARGE keeps them: ``.npy``, or a pickle, in W, W+ or S."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from large_gui.core.latent import S_SIZES_1024, LatentCode, LatentSpace
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.reader import read_checkpoint

SUFFIXES = (".npy", ".pickle", ".pkl", ".pt")
_ROWS = (14, 16, 18)  # of generators with 256, 512 and 1024 pixels


def read_code(
    file: Path, *, width: int = 512, rows: Collection[int] = _ROWS, s_sizes: Sequence[int] = S_SIZES_1024
) -> LatentCode:
    """Read a code; which space it is in follows from its shape.

    A leading axis of length 1 is dropped. A dict ``S0, S1, ...`` of ``(1, n)`` and a list of ``(n,)`` are
    codes in S, one entry a layer. A batch of W codes looks like one W+ code and is read as that.

    Parameters
    ----------
    width, rows
        D, and the numbers of layers that a W+ code may have.
    s_sizes
        Layers of S.

    Raises
    ------
    ModelFileError
        When the file can't be read or holds anything else.
    """
    content = read_checkpoint(file)
    try:
        return _code(content, width, rows, tuple(s_sizes))
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
