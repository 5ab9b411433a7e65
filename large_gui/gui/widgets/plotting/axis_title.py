"""Titles of axes that are said in fewer words where an axis is too short for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

_SHORTEST = 4  # letters that a shortened end keeps, or it says nothing
_GAP = "…"
Width = Callable[[str], float]


class Title(NamedTuple):
    """What an axis is called.

    Attributes
    ----------
    words
        All of it, or what stands in the middle of two ends.
    low, high
        Words for the two ends, which are shortened alike.
    brief
        What is said where even shortened words have no room.
    """

    words: str
    low: str = ""
    high: str = ""
    brief: str = ""

    @property
    def whole(self) -> str:
        """The title in all its words."""
        return f"{self.low}{self.words}{self.high}"

    def within(self, room: float, width: Width) -> str:
        """The title in so many words as there is room for.

        Parameters
        ----------
        room
            How many pixels there are.
        width
            Tells how many pixels a text takes.
        """
        if width(self.whole) <= room:
            return self.whole
        if self.low and self.high:
            left = room - width(self.words)
            low, high = width(self.low), width(self.high)
            low, high = (
                max(left / 2, left - high),
                max(left / 2, left - low),
            )  # what one leaves, the other has
            if min(low, high) >= width("n" * _SHORTEST + _GAP):
                return f"{shortened(self.low, low, width)}{self.words}{shortened(self.high, high, width)}"
        return shortened(self.brief or self.words, room, width)


def shortened(text: str, room: float, width: Width) -> str:
    """A text without words of its middle, or without letters of it where its first and last have no room."""
    if width(text) <= room:
        return text
    words = text.split()
    for kept in range(len(words) - 1, 1, -1):
        first, last = words[: (kept + 1) // 2], words[len(words) - kept // 2 :]
        fewer = f"{' '.join(first)} {_GAP} {' '.join(last)}"
        if width(fewer) <= room:
            return fewer
    for kept in range(len(text) - 1, 1, -1):
        fewer = f"{text[: (kept + 1) // 2].rstrip()}{_GAP}{text[len(text) - kept // 2 :].lstrip()}"
        if width(fewer) <= room:
            return fewer
    return _GAP
