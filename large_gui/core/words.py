"""Counts, distances and texts as people read them, the same in every sentence, cell and sheet."""

from __future__ import annotations

import math


def count(n: int, one: str, many: str = "") -> str:
    """A number and its noun: ``1 label``, ``1,200 labels``; ``many`` is ``one`` with an s unless given."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def signed(distance: float) -> str:
    """A distance to two places: ``+0.12``, ``-1.30``, and ``0.00`` without a sign."""
    text = f"{distance:+.2f}"
    return "0.00" if text in ("-0.00", "+0.00") else text


def estimate(value: float, low: float = math.nan, high: float = math.nan, unit: str = "") -> str:
    """A calibrated value with its interval and unit: ``21 (12–30) years``.

    It has as many places as the interval is worth: none if that is 10 wide or more, else one or two.
    """
    known = math.isfinite(low) and math.isfinite(high)
    width = high - low if known else abs(value)
    places = 0 if width >= 10 else 1 if width >= 1 else 2

    def spelled(number: float) -> str:
        return f"{round(number, places) + 0.0:.{places}f}"  # adding zero takes the minus from a zero

    between = f" ({spelled(low)}{' to ' if low < 0 else '–'}{spelled(high)})" if known else ""
    return f"{spelled(value)}{between} {unit}".rstrip()


def printable(text: str) -> str:
    """The text as one line: what can't be shown, such as a control character, becomes ``\\ufffd``."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
