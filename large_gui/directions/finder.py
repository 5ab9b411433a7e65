"""What a finder of directions is: its options, what it needs, and how it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from large_gui.models.texts import ReadsText
    from large_gui.nets.generator import Generator


class Need(StrEnum):
    """What a finder works with; whoever calls it brings just that."""

    TAGS = "tags"  # images that have something, and images that don't
    VALUES = "values"  # images with a value each
    SAMPLES = "samples"  # codes drawn from the model, or those of many images
    WEIGHTS = "weights"  # the generator's own
    TEXT = "text"  # words that a person types
    CLIP = "clip"  # a model that reads texts: the model itself, or another that an option names


@dataclass(frozen=True, eq=False)
class Materials:
    """What a finder is given; only what it needs is there.

    Attributes
    ----------
    name
        What the direction is to be called; of several, each gets a number behind it.
    codes
        The codes ``(N, L, D)`` of the tagged or labelled images.
    images
        SHA-256 of each of these images, N of them.
    tags
        Whether each of these images has the attribute, ``(N,)``.
    values
        The value ``(N,)`` of each of these images.
    samples
        Further codes ``(M, L, D)``; L is 1 where they were drawn in W.
    generator
        A function that loads and returns the generator of the model. A finder that needs CLIP is given it
        where the model has one.
    text
        The words that the person typed.
    reads_text
        A function that returns the model of a name, started; an empty name is the model itself. It raises a
        `ModelFileError` when that model reads no texts.
    folder
        Where files may be kept that belong to the model and take long to make again.
    """

    name: str
    codes: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 1, 1), np.float32))
    images: Sequence[str] = ()
    tags: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    samples: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 1, 1), np.float32))
    generator: Callable[[], Generator] | None = None
    text: str = ""
    reads_text: Callable[[str], ReadsText] | None = None
    folder: Path | None = None


@dataclass(frozen=True)
class NoOptions:
    """The options of a finder that has nothing to set."""


@dataclass(frozen=True)
class Finder:
    """A way to find directions; `large_gui.directions.finders` lists them.

    Attributes
    ----------
    name
        As typed on the command line.
    title, about
        For a person: its name in the window, and what it does in a sentence or two.
    needs
        What it works with.
    find
        The function that finds. It is called with the materials, the options and a reporter, once `check`
        found enough images, and raises `InputError` when the materials will not do.
    options
        A dataclass whose fields are made with `large_gui.core.options.option`.
    fewest
        The fewest tagged images of each kind, labelled images, or samples that it takes.
    called
        What a found direction is called unless a person says otherwise; if it is empty, as the finder is.
    """

    name: str
    title: str
    about: str
    needs: frozenset[Need]
    find: Callable[[Materials, Any, Reporter], list[Direction]]
    options: type[Any] = NoOptions
    fewest: int = 2
    called: str = ""

    @property
    def finds(self) -> str:
        """What a found direction is called unless a person says otherwise."""
        return self.called or self.name

    def check(self, said: Sequence[float]) -> None:
        """Refuse too few images.

        Parameters
        ----------
        said
            The value or the tag (1 or 0) of each.

        Raises
        ------
        InputError
            When it needs tags or values, and there are fewer than it takes.
        """
        if Need.TAGS in self.needs:
            has = sum(value > 0 for value in said)
            without = len(said) - has
            if min(has, without) < self.fewest:
                raise InputError(
                    f"{has} images with it and {without} without are too few to find a direction.",
                    hint=f"Tag at least {self.fewest} of each; 20 or more of each make it good.",
                )
        elif Need.VALUES in self.needs and len(said) < self.fewest:
            are = "is" if len(said) == 1 else "are"
            raise InputError(
                f"{count(len(said), 'image')} with a value {are} too few to find a direction.",
                hint=f"Give values to at least {self.fewest}.",
            )

    def check_samples(self, samples: int) -> None:
        """Refuse too few samples.

        Raises
        ------
        InputError
            When it needs nothing but samples, and there are fewer than it takes.
        """
        if not {Need.TAGS, Need.VALUES} & self.needs and samples < self.fewest:
            are = "is" if samples == 1 else "are"
            raise InputError(
                f"{count(samples, 'code')} {are} too few to find directions in.",
                hint=f"Take a folder with more images; it takes at least {self.fewest}.",
            )
