"""The layers of a generator by groups, as a person writes them: all, coarse, middle, fine, or numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from large_gui.errors import InputError

ALL = "all"
NAMED = {
    "coarse": (1, 8),
    "middle": (9, 32),
    "fine": (33, 1 << 20),
}  # pixels a side, as in the StyleGAN paper
ABOUT = f"{ALL}, {', '.join(NAMED)}, or numbers such as 1-4, the coarsest first; several with commas"
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


class LayerGroup(NamedTuple):
    """Some layers.

    Attributes
    ----------
    name
        What a direction that acts on them has in its name; empty for all layers.
    rows
        Rows of W+, from 0.
    """

    name: str
    rows: tuple[int, ...]

    def importance(self, layers: int) -> NDArray[np.float64] | None:
        """The same share for each of the layers, 0 for the others ``(L,)``; ``None`` where all count."""
        if len(self.rows) == layers or layers == 1:
            return None
        shares = np.zeros(layers)
        shares[list(self.rows)] = 1 / len(self.rows)
        return shares


def layer_groups(text: str, resolutions: Sequence[int]) -> list[LayerGroup]:
    """Read groups of layers.

    Parameters
    ----------
    text
        Groups with commas between them.
    resolutions
        Side of the images of each row's convolution, in pixels.

    Raises
    ------
    InputError
        When one is no group, has no layers, or stands there twice.
    """
    found: list[LayerGroup] = []
    for part in (part.strip().lower() for part in text.split(",")):
        group = _group(part, resolutions)
        if any(group.rows == other.rows for other in found):
            raise InputError(f"The layers {part} are given twice.", hint="Give each group once.")
        found.append(group)
    return found


def _group(part: str, resolutions: Sequence[int]) -> LayerGroup:
    most = len(resolutions)
    if part == ALL:
        return LayerGroup("", tuple(range(most)))
    if part in NAMED:
        low, high = NAMED[part]
        rows = tuple(row for row, side in enumerate(resolutions) if low <= side <= high)
        if not rows:
            raise InputError(
                f"This generator has no {part} layers.",
                hint=f"Its layers are 1 to {most}; name some of them.",
            )
        return LayerGroup(part, rows)
    numbers = _RANGE.fullmatch(part)
    if numbers is None:
        raise InputError(f"The option layers can't be {part!r}.", hint=f"It is {ABOUT}.")
    first = int(numbers[1])
    last = int(numbers[2] or first)
    if not 1 <= first <= last <= most:
        raise InputError(
            f"There are no layers {part}.", hint=f"The layers of this generator are 1 to {most}."
        )
    return LayerGroup(part, tuple(range(first - 1, last)))
