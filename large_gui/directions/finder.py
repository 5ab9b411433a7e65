"""What a finder of directions is: its options, what it needs, and how it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter

if TYPE_CHECKING:
    from large_gui.nets.generator import Generator


class Need(StrEnum):
    """What a finder works with; whoever calls it brings just that."""

    TAGS = "tags"  # images that have something, and images that don't
    VALUES = "values"  # images with a value each
    SAMPLES = "samples"  # codes drawn from the model, or those of many images
    WEIGHTS = "weights"  # the generator's own
    TEXT = "text"  # words that a person types


@dataclass(frozen=True, eq=False)
class Materials:
    """What a finder is given; only what it needs is there.

    Attributes
    ----------
    name
        What the direction is to be called; of several, each gets a number behind it.
    codes
        ``(N, L, D)``, of tagged or labelled images or of samples; L is 1 where samples were drawn in W.
    tags
        ``(N,)``, true where the attribute is there.
    values
        ``(N,)`` real values.
    generator
        Gives the generator of the model.
    text
        Words.
    """

    name: str
    codes: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 1, 1), np.float32))
    tags: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    generator: Callable[[], Generator] | None = None
    text: str = ""


@dataclass(frozen=True)
class NoOptions:
    """Of a finder that has none."""


@dataclass(frozen=True)
class Finder:
    """A way to find directions; `large_gui.directions.finders` lists them.

    Attributes
    ----------
    name
        As typed on the command line, and what a found direction is called unless a person says otherwise.
    title, about
        For a person: its name in the window, and what it does in a sentence or two.
    needs
        What it works with.
    find
        Called with the materials, the options and a reporter; raises `InputError` when there is too little.
    options
        A dataclass whose fields are made with `large_gui.core.options.option`.
    fewest
        Images of each kind, or images in all, that it takes at least.
    """

    name: str
    title: str
    about: str
    needs: frozenset[Need]
    find: Callable[[Materials, Any, Reporter], list[Direction]]
    options: type[Any] = NoOptions
    fewest: int = 2
