"""Numbers as tables have them and as people type them."""

from __future__ import annotations

import math
import re

from large_gui.errors import InputError

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
# Groups of three after one kind of space: plain, no-break, thin, narrow no-break.
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([ \u00a0\u2009\u202f])\d{3}(\1\d{3})*([.,]\d*)?", re.ASCII)
_SENTENCES = {
    "empty": "There is no number.",
    "not a finite number": "The number must be finite.",
    "not a number": "That is not a number.",
}
_HINT = "Type a number such as 37.5 or -2."


def plain_number(text: str) -> float:
    """Read a finite number with a decimal point or comma, and nothing else.

    Raises
    ------
    ValueError
        Its text is ``empty``, ``not a finite number`` or ``not a number``.
    """
    if not text:
        raise ValueError("empty")
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("not a finite number")
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def parse_number(text: str) -> float:
    """Read a number that a person typed.

    Like `plain_number`, and with spaces around it, spaces between groups of three digits, or a minus sign
    instead of a hyphen. A single comma is a decimal comma: ``1,234`` is 1.234.

    Raises
    ------
    InputError
        When it is no finite number, or may mean several.
    """
    number = text.strip().replace("\u2212", "-")
    if _GROUPED.fullmatch(number):
        number = "".join(number.split())
    try:
        return plain_number(number)
    except ValueError as error:
        raise InputError(_SENTENCES[str(error)], hint=_HINT) from error
