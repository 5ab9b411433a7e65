"""The generators that the program fetches: which package from PyPI, and the hash that it must have.

What is downloaded is decided here and never by a pack's own files, which may come from anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from large_gui.models.pack import Pack


@dataclass(frozen=True)
class Wheel:
    """A package on PyPI, one file of it.

    Attributes
    ----------
    size
        Of the file, in bytes.
    """

    package: str
    version: str
    sha256: str
    size: int


GENERATORS = {
    "faces": Wheel(
        "random-face",
        "2021.7.21.1",
        "e5d10e2be7df63f06123855ec591ca35dcb1d059eba47ddcb175d7d26b4019b5",
        37_588_926,
    ),
}


def published_generator(pack: Pack) -> Wheel | None:
    """Where the generator of a pack that came with the program is published; no other pack has any."""
    return GENERATORS.get(pack.name) if pack.came_with_the_program else None
