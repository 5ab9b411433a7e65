"""What is searched for in a folder for which there is no direction yet, so that it can be sorted at once."""

from __future__ import annotations

from large_gui.tasks.finding.find import FINDERS, Search

_FINDER, _FIRST = "components", 5  # they need nothing that a person says; how many of them


def first_search() -> Search:
    """A search for the few directions along which the images of the folder differ most."""
    finder = FINDERS[_FINDER]
    return Search(finder.name, finder.options(count=_FIRST), finder.finds)
