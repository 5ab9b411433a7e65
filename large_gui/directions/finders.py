"""The registry of the finders of directions, by name.

A new one is a file with a ``FINDER`` and one line in `FINDERS`, or a call of `register` in a module that
``LARGE_GUI_EXTENSIONS`` names.
"""

from __future__ import annotations

from large_gui.directions import components, ridge, svm, text
from large_gui.directions.finder import Finder
from large_gui.errors import InputError

FINDERS: dict[str, Finder] = {
    finder.name: finder for finder in (svm.FINDER, ridge.FINDER, components.FINDER, text.FINDER)
}


def register(finder: Finder) -> None:
    """Offer a finder under its name."""
    FINDERS[finder.name] = finder


def finder_named(name: str) -> Finder:
    """The finder of a name.

    Raises
    ------
    InputError
        When there is none.
    """
    if name not in FINDERS:
        raise InputError(f"There is no finder {name!r}.", hint=f"There are: {', '.join(FINDERS)}.")
    return FINDERS[name]
