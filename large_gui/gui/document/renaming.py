"""Give a direction of the person's own another name, in its place among the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from large_gui.core.choices import Chosen
    from large_gui.core.direction import Direction
    from large_gui.gui.document.view import ViewState


class Renamed(NamedTuple):
    """The name that a direction has before, the direction as it is then, and the chosen one."""

    before: str
    direction: Direction
    chosen: Chosen


def write_renamed(view: ViewState, state: Renamed) -> None:
    """Write a renamed direction to the project, and tell every view.

    Raises
    ------
    LargeError
        When it can't be written.
    """
    session, name = view.session, state.direction.name
    assert view.store is not None and session is not None
    view.store.rename_direction(state.before, state.direction)
    view.own = (view.own - {state.before}) | {name}
    session.rename_direction(state.before, state.direction)
    view.show_direction(state.chosen)
    view.directions_changed.emit()
