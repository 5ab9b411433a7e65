"""Tell where a direction comes from, in the words under which the directions page lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.core.direction import FROM_FILE

if TYPE_CHECKING:
    from large_gui.core.direction import Direction

BUILT_IN, FROM_TAGS, FOUND, IMPORTED = "Built-in", "From tags", "Found", "Imported"
KINDS = (BUILT_IN, FROM_TAGS, FOUND, IMPORTED)  # in the order in which they are listed


def kind(direction: Direction, own: frozenset[str]) -> str:
    """Return where a direction comes from, which is one of `KINDS`.

    Parameters
    ----------
    own
        The names of the person's own directions.
    """
    from large_gui.tasks.find_direction import FINDERS, Need

    if direction.name not in own:
        return BUILT_IN
    if direction.found_by == FROM_FILE:
        return IMPORTED
    finder = FINDERS.get(direction.found_by)
    return FROM_TAGS if finder is not None and Need.TAGS in finder.needs else FOUND
