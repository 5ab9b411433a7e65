"""Add new directions to the open folder in such a way that none is replaced unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from large_gui.gui.document.document import Document

if TYPE_CHECKING:
    from large_gui.core.direction import Direction


def add_new(
    document: Document, directions: Iterable[Direction], replacing: str = "", *, stay: bool = False,
    kept: Callable[[list[str]], None] | None = None,
) -> list[str]:  # fmt: skip
    """Measure and keep directions, each under a name that is not taken.

    Parameters
    ----------
    replacing
        The name of a direction that one of them may take the place of.
    stay
        Whether the folder stays sorted as it is; else it is sorted by the first of them afterwards.
    kept
        Called with their names once they are measured and kept.

    Returns
    -------
    The names under which they will be kept; none if they can't be measured now, which the person is told.
    """
    from dataclasses import replace

    from large_gui.tasks.imports.directions import unused

    session = document.session
    if session is None:
        return []
    taken = {direction.name: direction for direction in session.directions}
    taken.pop(replacing, None)
    new: list[Direction] = []
    for direction in directions:
        direction = replace(direction, name=unused(direction.name, taken))
        taken[direction.name] = direction
        new.append(direction)
    names = [direction.name for direction in new]

    def told() -> None:
        if kept is not None:
            kept(names)

    return names if document.add_directions(new, stay=stay, kept=told) else []
