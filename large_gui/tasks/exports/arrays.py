"""Write arrays into an ``.npz`` a piece at a time, so that none of them needs to be in memory."""

from __future__ import annotations

import zipfile
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def begin_array(file: IO[bytes], dtype: DTypeLike, shape: tuple[int, ...]) -> None:
    """Write the header of an array; its bytes must follow."""
    descr = np.lib.format.dtype_to_descr(np.dtype(dtype))
    about = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, about)


def add_array(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    """Write a whole array."""
    with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
        np.lib.format.write_array(file, array, allow_pickle=False)
