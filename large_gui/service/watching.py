"""The requests about a folder that changes while it is open, and about images that show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from large_gui.service.requests import Request

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.watching.changes import Changes  # noqa: F401 - see `Request`


@dataclass(frozen=True)
class MeasureFiles(Request[None]):
    """Measure some images of a folder; the parts of the result are pieces of `Measured`."""

    folder: Path
    paths: Sequence[str]
    model: str
    directions: Sequence[Direction]
    device: str = "auto"
    engine: str = "local"


@dataclass(frozen=True)
class LookAgain(Request["Changes"]):
    """Look what has changed in an open folder, of which ``known`` are the images that are shown."""

    quick: ClassVar[bool] = True
    dropped: Sequence[Path]
    known: Sequence[str]


@dataclass(frozen=True)
class FindDuplicates(Request[list[tuple[str, ...]]]):
    """Find groups of contents whose codes lie so near that they show the same."""

    sha256: Sequence[str]
    model: str
