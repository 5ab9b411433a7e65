"""The code of one image, with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Row = tuple[int, int, bytes, float, str]  # layers, width, code, inversion error, flags


@dataclass(frozen=True, eq=False)
class Inverted:
    """The code of one image, with its quality and flags.

    Attributes
    ----------
    code
        ``(L, D)`` float32; L = 1 for a W code.
    inversion_error
        Error of the code, from `Model.quality`; NaN if it was not measured.
    flags
        Short warnings, such as how the crop was found; without ``;``.
    """

    code: NDArray[np.float32]
    inversion_error: float = float("nan")
    flags: tuple[str, ...] = ()

    def check(self) -> None:
        """Check that it can be kept.

        Raises
        ------
        ValueError
            When the code is not ``(L, D)`` or a flag has a ``;``.
        """
        if self.code.ndim != 2 or any(";" in flag for flag in self.flags):
            raise ValueError(f"code {self.code.shape} is not (L, D), or ';' in {self.flags}")

    def as_row(self) -> Row:
        """What a table keeps of it.

        Raises
        ------
        ValueError
            When it can't be kept.
        """
        self.check()
        layers, width = self.code.shape
        blob = np.ascontiguousarray(self.code, "<f4").tobytes()
        return layers, width, blob, self.inversion_error, ";".join(self.flags)

    @classmethod
    def from_row(cls, layers: int, width: int, blob: bytes, error: float | None, flags: str) -> Self:
        """Read what `as_row` returned; SQLite stores NaN as NULL.

        Raises
        ------
        ValueError
            When the code has not as many bytes as its size says.
        """
        if len(blob) != 4 * layers * width:
            raise ValueError(f"code of {len(blob)} bytes for {layers} x {width}")
        code = np.frombuffer(blob, "<f4").reshape(layers, width).astype(np.float32)
        error = float("nan") if error is None else float(error)
        return cls(code, error, tuple(flags.split(";")) if flags else ())
