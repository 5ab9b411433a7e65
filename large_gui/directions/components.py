"""The directions along which codes vary most: principal components, which need no labels (GANSpace)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from large_gui.core.direction import Direction
from large_gui.core.options import option
from large_gui.core.principal import COMPONENTS, components
from large_gui.core.reporter import Reporter
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.errors import InputError

_FEWEST = 3  # different codes


@dataclass(frozen=True)
class Options:
    """How many are found."""

    count: int = option(COMPONENTS, "how many components, the largest first", low=1, high=100)


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The principal components of samples, in W: rows of W+ codes are averaged first.

    Raises
    ------
    InputError
        When there are too few codes.

    References
    ----------
    Härkönen et al., "GANSpace: discovering interpretable GAN controls", 2020 (arXiv:2004.02546).
    """
    codes = materials.samples.mean(1)
    different = len({code.tobytes() for code in codes})
    if different < _FEWEST:
        raise InputError(
            f"{different} different codes are too few to find directions in.",
            hint="Take a folder with more images.",
        )
    found = components(codes, min(options.count, different - 1))  # N codes differ along N - 1 components
    return [replace(one, name=f"{materials.name}_{i}") for i, one in enumerate(found, 1)]


FINDER = Finder(
    "components", "Principal components",
    "The directions along which codes vary most. They need no tags; what they mean has to be seen.",
    frozenset({Need.SAMPLES}), find, Options, _FEWEST, "component",
)  # fmt: skip
