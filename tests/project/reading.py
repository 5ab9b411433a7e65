"""All that the window reads of a project when it opens one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from large_gui.project.store import ProjectStore


def what_is_read(store: ProjectStore) -> Iterator[Callable[[], object]]:
    """Functions that read each part of a project."""
    yield from (store.opened, store.values, store.tags, store.groupings)
    yield from (store.chosen_direction, store.directions)
    for of_value in (store.labels, store.grades, store.comparisons):
        yield partial(of_value, "age")
