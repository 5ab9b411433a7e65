"""Counts, distances and texts as people read them, the same in every sentence, cell and sheet."""

from __future__ import annotations

import math
import re


def count(n: int, one: str, many: str = "") -> str:
    """A number and its noun: ``1 label``, ``1,200 labels``; ``many`` is ``one`` with an s unless given."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def signed(distance: float) -> str:
    """A distance to two places: ``+0.12``, ``-1.30``, and ``0.00`` without a sign."""
    text = f"{distance:+.2f}"
    return "0.00" if text in ("-0.00", "+0.00") else text


def estimate(
    value: float, low: float = math.nan, high: float = math.nan, unit: str = "", typical: float = math.nan
) -> str:
    """A calibrated value with its interval and unit: ``21 (12–30) years``.

    It has as many places as the interval is worth: none if that is 10 wide or more, else one or two.

    Parameters
    ----------
    typical
        The width of a usual interval of the same line, so that all its values have as many places.
    """
    known = math.isfinite(low) and math.isfinite(high)
    width = typical if math.isfinite(typical) else high - low if known else abs(value)
    places = 0 if width >= 10 else 1 if width >= 1 else 2

    def spelled(number: float) -> str:
        return minus(f"{round(number, places) + 0.0:.{places}f}")  # adding zero takes the minus from a zero

    to = " to " if spelled(low).startswith(minus("-")) else "–"
    between = f" ({spelled(low)}{to}{spelled(high)})" if known else ""
    return f"{spelled(value)}{between} {unit}".rstrip()


def numeral(number: float, error: float, least: int, of_error: int) -> str:
    """A number with all significant digits that mean something, and at least some.

    Parameters
    ----------
    error
        How far off it may be, or how wide its interval is; where nobody knows (NaN, 0), it counts as 1.
    least
        How many digits it has at least.
    of_error
        To how many of its own digits the error tells what means something.
    """
    scale = error if 0 < error < math.inf else 1.0
    digits = least
    if number and math.isfinite(number):
        digits = max(least, math.floor(math.log10(abs(number))) - math.floor(math.log10(scale)) + of_error)
    return f"{number:.{min(digits, 15)}g}"


def exact(number: float) -> str:
    """The shortest text that is read as this number again, without a point that nobody needs."""
    text = f"{number:.15g}"
    return text if float(text) == number else repr(number)


def minus(text: str) -> str:
    """The text of a number with a true minus, which is as wide as a plus, for each hyphen."""
    return text.replace("-", "\N{MINUS SIGN}")


def spaced(name: str) -> str:
    """The name of a tag or a direction as people write it; it is kept with underscores for spaces."""
    return name.replace("_", " ")


def printable(text: str) -> str:
    """The text as one line: what can't be shown, such as a control character, becomes ``\\ufffd``."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def shown(text: str) -> str:
    """The text for a terminal, which would obey a control character: it is written as ``\\x1b`` instead.

    What stands for a byte that is no text stays, because the stream that is written to escapes it.
    """
    return "".join(
        c if c.isprintable() or 0xDC80 <= ord(c) <= 0xDCFF else c.encode("unicode_escape").decode()
        for c in text
    )


def natural(text: str) -> list[tuple[int, str]]:
    """The key by which people sort names: ``dose 5`` comes before ``dose 10``."""
    found = []
    for part in re.split(r"([0-9]+)", text):
        digits = part.lstrip("0") if part[:1].isdecimal() else ""
        found.append((len(digits), digits) if part[:1].isdecimal() else (-1, part))
    return found


def about(seconds: float) -> str:
    """A duration as a person says it before something is begun: ``about a minute``."""
    if seconds < 8:
        return "a few seconds"
    if seconds < 50:
        return f"about {5 * round(seconds / 5)} seconds"
    if seconds < 90:
        return "about a minute"
    minutes = round(seconds / 60)
    return f"about {minutes} minutes" if minutes < 90 else f"about {count(round(minutes / 60), 'hour')}"


def megabytes(size: int) -> str:
    """A number of bytes as people read it: ``12.3 MB``, ``1.24 GB``."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """A duration as it runs, such as ``45 s``, ``3 min``, ``2 h 10 min`` or ``3 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{minutes // 60} h {minutes % 60} min" if hours < 48 else f"{round(hours / 24):,} days"
