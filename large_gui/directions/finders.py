"""The registry of the finders of directions, by name.

A new one is a file with a ``FINDER`` and one line in `FINDERS`, or a call of `register` in a module that
``LARGE_GUI_EXTENSIONS`` names.
"""

from __future__ import annotations

from large_gui.directions import components, ganspace, rank, ridge, sefa, svm, text
from large_gui.directions.finder import Finder
from large_gui.errors import InputError

_ALL = (svm.FINDER, ridge.FINDER, rank.FINDER, components.FINDER, sefa.FINDER, ganspace.FINDER, text.FINDER)
FINDERS: dict[str, Finder] = {finder.name: finder for finder in _ALL}


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
