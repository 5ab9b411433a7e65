"""Which directions were learned from what a person said an image's value is."""

from __future__ import annotations

from large_gui.core.direction import Direction
from large_gui.directions.finder import Need
from large_gui.directions.finders import FINDERS


def is_learned(direction: Direction) -> bool:
    """Whether a direction was learned from values, or from which of two images has more of it."""
    finder = FINDERS.get(direction.found_by)
    return finder is not None and bool(finder.needs & {Need.VALUES, Need.PAIRS})
