"""Read numbers from tables and as people type them, and the values that labels measure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from large_gui.errors import InputError

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
# Groups of three after one kind of space: plain, no-break, thin, narrow no-break.
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([ \u00a0\u2009\u202f])\d{3}(\1\d{3})*([.,]\d*)?", re.ASCII)
_SENTENCES = {
    "empty": "There is no number.",
    "not a finite number": "The number must be finite.",
    "not a number": "That is not a number.",
    "too large": "Numbers beyond a million million can't be labels.",
}
LARGEST = 1e12  # with larger numbers, sums of squares lose digits and the labels of an axis overlap
_HINT = "Type a number such as 37.5 or -2."


def plain_number(text: str) -> float:
    """Read a finite number with a decimal point or comma, and nothing else.

    Raises
    ------
    ValueError
        With the text ``empty``, ``not a finite number``, ``not a number`` or ``too large``.
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
    if abs(value) > LARGEST:
        raise ValueError("too large")
    return value


def parse_number(text: str) -> float:
    """Read a number that a person typed.

    It may be anything that `plain_number` reads, with spaces around it, spaces between groups of three
    digits, or a minus sign instead of a hyphen. A single comma is a decimal comma: ``1,234`` is 1.234.

    Raises
    ------
    InputError
        When it is no finite number, or may mean several numbers.
    """
    number = text.strip().replace("\u2212", "-")
    if _GROUPED.fullmatch(number):
        number = "".join(number.split())
    try:
        return plain_number(number)
    except ValueError as error:
        raise InputError(_SENTENCES[str(error)], hint=_HINT) from error


@dataclass(frozen=True)
class Value:
    """A value that labels measure, with its name, its unit, and the ends of what it can be."""

    id: str
    name: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf

    @classmethod
    def unnamed(cls, value_id: str) -> Value:
        """A value that nobody has named yet, which gets the name of its direction."""
        return cls(value_id, value_id.replace("_", " "))

    @property
    def possible(self) -> tuple[float, float]:
        """The ends of what the value can be."""
        return self.low, self.high

    @property
    def bounded(self) -> str:
        """The ends in words, ``0 to 120 years``; empty if there are none."""
        if not math.isfinite(self.low):
            return ""
        return f"{spelled(self.low)} to {spelled(self.high)} {self.unit}".rstrip()

    @property
    def spelled(self) -> str:
        """The value as a person types it: ``age, years, 0 to 120``."""
        ends = f"{spelled(self.low)} to {spelled(self.high)}" if self.bounded else ""
        return ", ".join(part for part in (self.name, self.unit, ends) if part)

    def holds(self, number: float) -> bool:
        """Whether a label can be this number."""
        return self.low <= number <= self.high and abs(number) <= LARGEST

    def check(self, number: float) -> None:
        """Refuse a label that is outside of what the value can be.

        Raises
        ------
        InputError
            When the number lies outside.
        """
        if not self.low <= number <= self.high:
            raise InputError(
                f"{spelled(number)} is outside {self.bounded}.",
                hint="Correct it, or change what the value can be.",
            )


_END = r"[+\u2212-]?[\d.]*\d(?:e[+-]?\d+)?"
_ENDS = re.compile(rf"({_END})\s*(?:to|[-\u2013\u2014\u2026]|\.\.+)\s*({_END})", re.IGNORECASE)


def spelled(number: float) -> str:
    """A number as text, with all of its digits and no more."""
    return f"{number:.15g}"


def parse_value(value_id: str, text: str) -> Value:
    """Read name, unit and possible range, such as ``age, years, 0 to 120``; all but the name may be missing.

    Raises
    ------
    InputError
        When the range can't be understood.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    low, high = -math.inf, math.inf
    ends = _ENDS.fullmatch(parts[-1]) if len(parts) > 1 else None
    if ends is not None:
        parts.pop()
        low, high = (parse_number(end) for end in ends.groups())
    if len(parts) > 2 or not low < high:
        raise InputError(
            "That can't be understood.", hint="Type name, unit and range, such as: age, years, 0 to 120."
        )
    name = parts[0] if parts else Value.unnamed(value_id).name
    return Value(value_id, name, parts[1] if len(parts) > 1 else "", low, high)
