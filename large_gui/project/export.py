"""Write the sorted images as a CSV, whole or not at all."""

from __future__ import annotations

import csv
import math
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from large_gui.errors import InputError


@dataclass(frozen=True)
class SortedRow:
    """One image in the order; the fields are the CSV's columns.

    Attributes
    ----------
    path
        Relative to the folder of images, with ``/`` between the parts.
    rank
        Place in the order, from 1; ``None`` for an image that could not be placed.
    distance
        Signed distance along the direction.
    prediction, pi_low, pi_high
        Calibrated value and its prediction interval, in the labels' unit; ``None`` without a calibration.
    label
        The value a person gave, in its unit.
    excluded
        Left out of the calibration by the person.
    inversion_error
        How unlike the image its reconstruction is, as the encoder measures it.
    flags
        Short warnings, such as how the crop was found.
    sha256
        Of the file's content.
    model, direction
        Names of the model pack and of the direction.
    """

    path: str
    rank: int | None
    distance: float | None
    prediction: float | None = None
    pi_low: float | None = None
    pi_high: float | None = None
    label: float | None = None
    excluded: bool = False
    inversion_error: float | None = None
    flags: tuple[str, ...] = ()
    sha256: str = ""
    model: str = ""
    direction: str = ""


COLUMNS = tuple(field.name for field in fields(SortedRow))


def write_csv(rows: Iterable[SortedRow], path: Path) -> None:
    """Write rows as UTF-8 CSV with ``\\n`` line ends; an earlier file is replaced only by a complete one.

    Numbers have a point and up to 6 significant digits; NaN and None are empty; ``excluded`` is 0 or 1; flags
    are joined by ``;``. A path that begins with ``=``, ``+``, ``-`` or ``@`` stays as it is, although a
    spreadsheet may take it for a formula: read back, it must still name the file.

    Raises
    ------
    InputError
        When the file can't be written; an earlier one is then as it was.
    """
    temporary = path.parent / f".{uuid.uuid4().hex}.tmp"
    try:
        # Names that are not UTF-8 reach Python as surrogates; they go back out as the bytes they were.
        with temporary.open("x", encoding="utf-8", errors="surrogateescape", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            f"The table {path} can't be written.",
            hint="Choose a folder that exists and that you may write to, with room on the disk.",
            detail=str(error),
        ) from error
    finally:
        with suppress(OSError):  # it is gone after the move, and was never there if it could not be opened
            temporary.unlink()


def _cell(value: str | float | tuple[str, ...] | None) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, int):  # bool too
        return str(int(value))
    if isinstance(value, tuple):
        return ";".join(value)
    return value if isinstance(value, str) else format(value, ".6g")
