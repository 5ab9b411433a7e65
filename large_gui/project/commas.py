"""Find out what the commas of a column of numbers mean: ``1,200`` is a thousand or one and a fifth."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

_SIGN = r"[+\-\u2212]?"
_GROUPS = rf"{_SIGN}[1-9]\d{{0,2}}(,\d{{3}})+"
_GROUPED = re.compile(rf"{_GROUPS}(\.\d*)?", re.ASCII)
_SURELY_GROUPED = re.compile(rf"{_GROUPS}\.\d*|{_SIGN}\d{{1,3}}(,\d{{3}}){{2,}}", re.ASCII)
_DECIMAL = re.compile(rf"{_SIGN}(\d+,\d*|,\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_POINT = re.compile(rf"{_SIGN}(\d+\.\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Commas(StrEnum):
    """What a comma in a number means."""

    DECIMAL = "decimal commas"
    THOUSANDS = "commas between thousands"


class Reading(NamedTuple):
    """How the numbers of a column are read.

    Attributes
    ----------
    commas
        What its commas mean.
    doubtful
        A number that may mean two things, where none of the column tells which; otherwise empty.
    """

    commas: Commas
    doubtful: str = ""


def reading_of(numbers: Iterable[str], separator: str) -> Reading:
    """How to read a column of numbers, which all write commas in one way.

    A number such as ``3,5`` or ``0,125`` has a decimal comma. Where none has, ``1,200,000``, ``1,200.5`` or a
    decimal point anywhere shows that commas stand between thousands. If all that is left is like ``1,200``,
    the column is doubtful. It is then read as programs write it that put this separator between cells: those
    that use semicolons do so because commas are decimal.
    """
    with_comma = [number for number in map(str.strip, numbers) if "," in number or _POINT.fullmatch(number)]
    doubtful = ""
    shows_thousands = False
    for number in with_comma:
        if "," not in number or _SURELY_GROUPED.fullmatch(number):
            shows_thousands = True
        elif _GROUPED.fullmatch(number):
            doubtful = doubtful or number
        elif _DECIMAL.fullmatch(number):
            return Reading(Commas.DECIMAL)
    if shows_thousands:
        return Reading(Commas.THOUSANDS)
    return Reading(Commas.THOUSANDS if separator == "," and doubtful else Commas.DECIMAL, doubtful)


def without_thousands(number: str) -> str:
    """A number without the commas between its thousands; anything else as it is."""
    return number.replace(",", "") if _GROUPED.fullmatch(number) else number
