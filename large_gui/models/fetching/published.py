"""The generators that the program can fetch: the package on PyPI, and the hash that its file must have.

What is downloaded is decided here and never by a pack's own files, which may come from anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from large_gui.models.pack import Pack


@dataclass(frozen=True)
class Wheel:
    """One file of a package on PyPI.

    Attributes
    ----------
    size
        Size of the file in bytes.
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
    """The package with the generator of a pack that came with the program; ``None`` for other packs."""
    return GENERATORS.get(pack.name) if pack.came_with_the_program else None
