"""Keep directions for a model, so that they are there by name for every folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.models.own_directions import keep_own, read_own, remove_own
from large_gui.tasks.imports.directions import clean

__all__ = ["check_name", "keep", "read_own", "remove_own", "renamed"]


def check_name(model: Model, name: str) -> None:
    """Refuse a name for a direction that one in the model's pack has.

    Raises
    ------
    InputError
        When it is taken.
    """
    if clean(name) in model.pack.directions:
        raise InputError(
            f"The model {model.name!r} came with a direction {clean(name)!r}.", hint="Choose another --name."
        )


def keep(model: Model, directions: Sequence[Direction]) -> list[Path]:
    """Keep directions for a model under their names.

    Returns
    -------
    The files of earlier directions of these names, which were moved out of the way.

    Raises
    ------
    InputError
        When a name is taken by a direction of the pack, one is of another model, or they can't be written.
    """
    for direction in directions:
        check_name(model, direction.name)
        model.check_fits(direction)
    return keep_own(model.name, list(directions))


def renamed(directions: Sequence[Direction], name: str) -> list[Direction]:
    """Directions under a name, with a number behind it if they are several; as they are if it is empty."""
    name = clean(name)
    if not name:
        return list(directions)
    if len(directions) == 1:
        return [replace(directions[0], name=name)]
    return [replace(direction, name=f"{name}_{i}") for i, direction in enumerate(directions, 1)]
