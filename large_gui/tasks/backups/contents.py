"""Match images of two folders by their contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from large_gui.core.words import natural


@dataclass(frozen=True)
class Matched:
    """The images of one folder in another.

    Attributes
    ----------
    places
        The path there of each image that was found.
    missing
        Those that were not found, in order; also a copy of an image where there are fewer copies.
    """

    places: dict[str, str]
    missing: list[str]


def match(before: Mapping[str, str], now: Mapping[str, str]) -> Matched:
    """Match images, given as SHA-256 by path, by content alone; names only choose between copies of one."""
    free: dict[str, list[str]] = {}
    for path in sorted(now, key=natural, reverse=True):
        free.setdefault(now[path], []).append(path)
    places: dict[str, str] = {}
    for path, sha in before.items():
        if now.get(path) == sha:  # it lies where it lay
            places[path] = path
            free[sha].remove(path)
    missing = []
    for path in sorted(before.keys() - places.keys(), key=natural):
        copies = free.get(before[path])
        if copies:
            places[path] = copies.pop()
        else:
            missing.append(path)
    return Matched(places, missing)
