"""What every source of codes can do: the cache of this machine, and read-only folders of codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from large_gui.project.codes.inverted import Inverted

Block = tuple[NDArray[np.intp], NDArray[Any]]  # which of the images that were asked for, and their codes


@dataclass(frozen=True, eq=False)
class Known:
    """What a source says of N images without reading their codes.

    Attributes
    ----------
    found
        ``(N,)``: whether it has the code of an image.
    inversion_error
        ``(N,)``: errors as of `Inverted`; NaN where none is known.
    flags
        Flags as of `Inverted`, N of them; images share the tuples.
    """

    found: NDArray[np.bool_]
    inversion_error: NDArray[np.float64]
    flags: list[tuple[str, ...]]


class CodeSource(Protocol):
    """Codes of images by the SHA-256 of their content and the key of the model that made them."""

    def get_many(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        """The codes that it has of these images; for many images `blocks` is meant."""

    def known(self, shas: Sequence[str], model_key: str) -> Known:
        """Which of N images it has codes of, and what it knows of those beside the numbers."""

    def blocks(self, shas: Sequence[str], model_key: str) -> Iterator[Block]:
        """The codes of many images, some at a time, in the order in which they are read fastest.

        Yields
        ------
        Places ``(n,)`` in ``shas``, and codes ``(n, L, D)`` as float16 or float32, which may be overwritten
        by the next block. An image whose code it doesn't have is left out. All codes of a block have the same
        shape.
        """
