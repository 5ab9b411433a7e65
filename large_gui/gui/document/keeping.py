"""Keep a direction for every folder of its model, or stop that; the open folder has it either way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from large_gui.errors import LargeError

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.gui.document.view import ViewState


def is_kept(view: ViewState, direction: Direction) -> bool:
    """Whether a direction is kept just as it is here; an earlier version of it does not count."""
    from large_gui.core.direction import direction_sha256

    model = view.model
    if model is None or direction.name not in model.kept:
        return False
    as_found = replace(direction, flipped=False)
    return direction_sha256(model.directions[direction.name]) == direction_sha256(as_found)


def keep(view: ViewState, direction: Direction) -> None:
    """Offer a direction in every folder that is measured by the same model."""
    from large_gui.tasks.finding import own
    from large_gui.tasks.models import open_model

    assert view.model is not None
    try:
        moved = own.keep(open_model(view.model.name), [direction])
    except LargeError as error:
        view.tell_error(error)
        return
    _changed(view)
    earlier = f"The earlier one of that name is now {moved[0]}." if moved else ""
    told = f"{_spoken(direction)} is now offered in every folder that {view.model.title} measures."
    view.notice.emit(told, earlier, False)


def stop(view: ViewState, direction: Direction) -> None:
    """Offer a direction in other folders no more; the open folder keeps it as one of its own."""
    from large_gui.tasks.finding import own

    assert view.model is not None and view.store is not None
    if view.is_read_only():
        return
    try:
        if direction.name not in view.own:
            view.store.set_directions({direction.name: direction})
            view.own |= {direction.name}
        file = own.remove_own(view.model.name, direction.name)
    except LargeError as error:
        view.tell_error(error)
        return
    _changed(view)
    told = f"{_spoken(direction)} is not offered in other folders any more; this one keeps it."
    view.notice.emit(told, f"Its file is now {file}.", False)


def _changed(view: ViewState) -> None:
    view.refresh_model()
    view.directions_changed.emit()


def _spoken(direction: Direction) -> str:
    return direction.name.replace("_", " ").capitalize()
