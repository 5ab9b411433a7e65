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
    """A direction, the distances ``(n,)`` along it, and the contents that they are of, by SHA-256."""

    direction: Direction
    distances: NDArray[np.float64]
    of: Sequence[str]


class Directions(NamedTuple):
    """Directions by name, ``None`` for one that is not there; the chosen one; and what it was found from.

    Attributes
    ----------
    labels, values
        Labels by number and the value that they measure, each by the name of a direction. ``None`` stands
        for what is not there.
    """

    changed: Mapping[str, Kept | None]
    chosen: Chosen
    labels: Mapping[str, Mapping[int, Label | None]] = {}
    values: Mapping[str, Value | None] = {}


def found_from_values(state: Directions) -> list[str]:
    """The names of the directions that were found from values of images."""
    from large_gui.tasks.finding.learned import is_learned

    return [name for name, kept in state.changed.items() if kept and is_learned(kept.direction)]


def with_labels(
    view: ViewState, old: Directions, new: Directions, fed: Sequence[str]
) -> tuple[Directions, Directions]:
    """Give directions the labels in hand.

    Parameters
    ----------
    old, new
        The states before and after the directions are added.
    fed
        The names of those that get the labels.
    """
    from dataclasses import replace

    assert view.session is not None and view.store is not None
    given = dict(view.session.labels)
    fed = [name for name in fed if name != view.value_id]
    if not given or not fed:
        return old, new
    known, values = {name: view.store.labels(name) for name in fed}, view.store.values()
    named = values.get(view.value_id)
    paths = view.session.paths
    before = {name: {i: known[name].get(paths[i]) for i in given} for name in fed}
    after = {name: named and replace(named, id=name) for name in fed}
    return (
        old._replace(labels=before, values={name: values.get(name) for name in fed}),
        new._replace(labels=dict.fromkeys(fed, given), values=after),
    )


def learned_name(view: ViewState) -> str:
    """What a direction is called that is learned from the values in hand.

    It takes the place of the direction that was learned from this value before, and of no other one.
    """
    from large_gui.project.value import Value
    from large_gui.tasks.imports.directions import clean, unused

    session = view.session
    assert session is not None
    others = {d.name: d for d in session.directions if not may_replace(view, d.name)}
    if view.chosen.name and view.chosen.name not in others:
        return view.chosen.name
    chosen = session.direction
    came = chosen is not None and chosen.name not in view.own  # its name says what the values are
    unnamed = view.value == Value.unnamed(view.value_id) and not came
    name = ("" if unnamed else clean(view.value.name)) or "learned"
    return unused(f"{name}_learned", others) if name in others else name


def may_replace(view: ViewState, name: str) -> bool:
    """Whether a direction was learned in this folder, so that one that is learned anew takes its place."""
    from large_gui.tasks.finding.learned import is_learned

    session = view.session
    known = session.directions if session is not None else []
    return name in view.own and any(d.name == name and is_learned(d) for d in known)


def taught_by(view: ViewState) -> int:
    """How many of the values in hand the chosen direction was learned from."""
    session = view.session
    return sum(session.taught(i) for i in session.labels) if session is not None else 0
