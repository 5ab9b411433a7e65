"""Write the sorted images as a CSV, whole or not at all."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from large_gui.core.words import exact, numeral
from large_gui.errors import InputError
from large_gui.files import written_whole


@dataclass(frozen=True, slots=True)
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
        Whether the person left the label out of the calibration.
    inversion_error
        Error of the code, as a percentile of the errors of good images.
    flags
        Short warnings, such as how the crop was found.
    sha256
        SHA-256 of the file's content.
    model, direction
        Names of the model pack and of the direction.
    grade
        Name of the grade, if the person sorts into grades.
    reason
        Why the image could not be placed.
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
    grade: str = ""
    reason: str = ""


ALL_COLUMNS = tuple(field.name for field in fields(SortedRow))
COLUMNS = tuple(name for name in ALL_COLUMNS if name != "grade")  # what `large-gui sort` writes
# First lines of the tables that `large-gui sort` writes, now and in earlier versions.
HEADERS = frozenset({
    ",".join(COLUMNS),
    "path,rank,distance,prediction,pi_low,pi_high,label,excluded,inversion_error,flags,sha256,model,direction",
    "path,rank,distance,prediction,pi_low,pi_high,label,excluded,inversion_error,flags,sha256,model,direction"
    ",reason",
    "group,path,duplicate,sha256",  # of `large-gui duplicates`
})  # fmt: skip
_PREDICTED = frozenset({"prediction", "pi_low", "pi_high"})
SEPARATORS = (",", ";", "\t")
# Characters that begin a formula, or that spreadsheets drop before one.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(
    rows: Iterable[SortedRow], path: Path, *, columns: Sequence[str] = COLUMNS, separator: str = ",",
    bom: bool = False, decimal_comma: bool = False,
) -> None:  # fmt: skip
    """Write rows as UTF-8 CSV with ``\\n`` line ends; an earlier file is replaced only by a complete one.

    Numbers have a point and up to 6 significant digits: a prediction and its interval more, where three
    digits of the interval's width need them, and a label all of its own. NaN and None are empty; ``excluded``
    is 0 or 1; flags are joined by ``;``. Text is written exactly, so that a path that is read back still
    names its file. Only
    with ``bom``, which is for spreadsheets, text that begins with ``=``, ``+``, ``-``, ``@`` or a tab gets an
    apostrophe in front, so that a spreadsheet does not take it for a formula. Bytes of a name that are not
    UTF-8 are written as ``\\xff``.

    Parameters
    ----------
    columns
        Which of `ALL_COLUMNS`, in which order.
    separator
        One of `SEPARATORS`.
    bom
        Whether to begin with a byte order mark, by which spreadsheets recognise UTF-8.
    decimal_comma
        Whether to write numbers with a decimal comma; the separator can't be a comma then.

    Raises
    ------
    InputError
        When a column or separator is not possible, or the file can't be written; an earlier file is then
        unchanged.
    """
    check_columns(columns, ALL_COLUMNS)
    if separator not in SEPARATORS:
        raise InputError(
            f"Cells can't be separated by {separator!r}.", hint="Choose a comma, a semicolon or a tab."
        )
    if decimal_comma and separator == ",":
        raise InputError(
            "Numbers with a comma can't be separated by commas.", hint="Choose a semicolon or a tab."
        )
    with (
        written_whole(path) as temporary,
        temporary.open("x", encoding="utf-8", newline="") as file,
    ):
        file.write("\ufeff" if bom else "")
        writer = csv.writer(file, lineterminator="\n", delimiter=separator)
        writer.writerow(columns)
        writer.writerows(cells(row, columns, decimal_comma=decimal_comma, bom=bom) for row in rows)


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], path: Path) -> None:
    """Write rows that are no images as UTF-8 CSV; an earlier file is replaced only by a complete one.

    Raises
    ------
    InputError
        When the file can't be written; an earlier file is then unchanged.
    """
    with (
        written_whole(path) as temporary,
        temporary.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def check_columns(columns: Sequence[str], known: Sequence[str] = COLUMNS) -> None:
    """Refuse a choice of columns that no table can have.

    Raises
    ------
    InputError
        When a column is not known or chosen twice, or none is chosen.
    """
    for place, name in enumerate(columns):
        if name not in known or name in columns[:place]:
            raise InputError(
                f"The column {name!r} was chosen twice."
                if name in known
                else f"There is no column {name!r}.",
                hint=f"There are: {', '.join(known)}.",
            )
    if not columns:
        raise InputError("No column was chosen.", hint=f"There are: {', '.join(known)}.")


def cells(
    row: SortedRow, columns: Sequence[str], *, decimal_comma: bool = False, bom: bool = False
) -> list[str]:
    """The cells of a row as `write_csv` writes them."""
    return [_cell(row, name, decimal_comma, bom) for name in columns]


def written_cells(rows: Iterable[SortedRow], columns: Sequence[str] = COLUMNS) -> list[list[str]]:
    """The cells of rows as `write_csv` writes them."""
    return [cells(row, columns) for row in rows]


def _spelled(row: SortedRow, name: str, value: float) -> str:
    """A number of a row, with the digits that its column needs."""
    if name == "label":
        return exact(value)
    if name not in _PREDICTED:
        return f"{value:.6g}"
    width = math.nan if row.pi_low is None or row.pi_high is None else row.pi_high - row.pi_low
    return numeral(value, width, 6, 3)


def _cell(row: SortedRow, name: str, decimal_comma: bool, guarded: bool) -> str:
    value: str | float | tuple[str, ...] | None = getattr(row, name)
    if value is None:
        return ""
    if isinstance(value, int):  # bool too
        return str(int(value))
    if isinstance(value, float):
        text = "" if math.isnan(value) else _spelled(row, name, value)
        return text.replace(".", ",") if decimal_comma else text
    text = value if isinstance(value, str) else ";".join(value)
    if not text.isascii():  # bytes of names that are not UTF-8 are surrogates, which can't be encoded
        text = os.fsencode(text).decode("utf-8", "backslashreplace")
    return f"'{text}" if guarded and text.startswith(FORMULA) else text
