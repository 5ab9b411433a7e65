"""Where a direction comes from, and taking in new ones so that none is replaced unasked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from large_gui.core.choices import Chosen
from large_gui.gui.document.document import Document

if TYPE_CHECKING:
    from large_gui.core.direction import Direction

BUILT_IN, FROM_TAGS, FOUND, IMPORTED = "Built-in", "From tags", "Found", "Imported"
KINDS = (BUILT_IN, FROM_TAGS, FOUND, IMPORTED)  # in the order in which they are listed


def kind(direction: Direction, own: frozenset[str]) -> str:
    """Where a direction comes from, one of `KINDS`; ``own`` are the names of the person's own."""
    if direction.name not in own:
        return BUILT_IN
    if direction.provenance.startswith("imported"):
        return IMPORTED
    return FROM_TAGS if direction.provenance.startswith("linear SVM on") else FOUND


def add_new(
    document: Document, directions: Iterable[Direction], replacing: str = "", *,
    chosen: Chosen | None = None, first: bool = False,
) -> list[str]:  # fmt: skip
    """Measure and keep directions, each under a name that is not taken; returns the names.

    Parameters
    ----------
    replacing
        Name of a direction that one of them may take the place of.
    chosen
        What the folder is sorted by afterwards; one of the new directions unless given.
    first
        Choose the first of the new directions instead of the last.
    """
    from dataclasses import replace

    from large_gui.tasks.imports.directions import unused

    session = document.session
    directions = list(directions)
    if session is None or not directions:
        return []
    taken = {direction.name: direction for direction in session.directions}
    taken.pop(replacing, None)
    new = []
    for direction in directions:
        direction = replace(direction, name=unused(direction.name, taken))
        taken[direction.name] = direction
        new.append(direction)
    if chosen is None:
        one = new[0 if first else -1]
        chosen = Chosen(one.name, one.flipped)
    document.add_directions(new, chosen)
    return [direction.name for direction in new]


def too_early(document: Document) -> bool:
    """Whether images are still being inverted, which is told: a direction wants all of them."""
    session = document.session
    waiting = session is not None and bool(document.job.busy) and any(
        not sha and path not in session.failures for path, sha in zip(session.paths, session.sha256)
    )  # fmt: skip
    if waiting:
        hint = "Wait until that is done, or cancel it."
        document.notice.emit("Images are still being inverted.", hint, True)
    return waiting
