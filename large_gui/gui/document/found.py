"""Directions as the editor keeps them, and the labels that come with one that was found from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.choices import Chosen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.direction import Direction
    from large_gui.gui.document.view import ViewState
    from large_gui.project.store import Label
    from large_gui.project.value import Value


class Kept(NamedTuple):
    """A direction and the distances ``(N,)`` along it."""

    direction: Direction
    distances: NDArray[np.float64]


class Directions(NamedTuple):
    """Directions by name, ``None`` for one that is not there; the chosen one; and what it was found from.

    Attributes
    ----------
    labels, values
        Labels by path and the value that they measure, each by the name of a direction. ``None`` stands
        for what is not there.
    """

    changed: Mapping[str, Kept | None]
    chosen: Chosen
    labels: Mapping[str, Mapping[str, Label | None]] = {}
    values: Mapping[str, Value | None] = {}


def found_from_values(state: Directions) -> list[str]:
    """The names of the directions that were found from values of images."""
    from large_gui.tasks.finding.find import FINDERS, Need

    finders = {name: FINDERS.get(kept.direction.found_by) for name, kept in state.changed.items() if kept}
    return [name for name, finder in finders.items() if finder and Need.VALUES in finder.needs]


def with_labels(
    view: ViewState, old: Directions, new: Directions, fed: Sequence[str]
) -> tuple[Directions, Directions]:
    """Give directions the labels that belong to no direction yet.

    Parameters
    ----------
    old, new
        The states before and after the directions are added.
    fed
        The names of those that get the labels.
    """
    from dataclasses import replace

    assert view.session is not None and view.store is not None
    given = {view.session.paths[i]: label for i, label in view.session.labels.items()}
    if view.value_id or not given or not fed:
        return old, new
    known, values = {name: view.store.labels(name) for name in fed}, view.store.values()
    named = view.value if view.value.name else None
    before = {name: {path: known[name].get(path) for path in given} for name in fed}
    after = {name: named and replace(named, id=name) for name in fed}
    return (
        old._replace(labels=before, values={name: values.get(name) for name in fed}),
        new._replace(labels=dict.fromkeys(fed, given), values=after),
    )
