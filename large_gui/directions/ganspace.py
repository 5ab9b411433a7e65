"""The directions along which the codes of generated images vary most (GANSpace), of any number of codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.options import option
from large_gui.core.principal import Scatter
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.layer_groups import ABOUT, ALL, layer_groups

if TYPE_CHECKING:
    from large_gui.nets.generator import Generator

_PIECE = 10_000  # codes that are in memory together


@dataclass(frozen=True)
class Options:
    """How many are found, of how many codes, and where they act."""

    count: int = option(10, "how many, those along which most varies first", low=1, high=100)
    samples: int = option(100_000, "how many codes are drawn", low=1000, high=10_000_000)
    layers: str = option(ALL, f"groups of layers on which they act: {ABOUT}")


def drawn_in_pieces(generator: Generator, samples: int, reporter: Reporter) -> Iterator[NDArray[np.float32]]:
    """Codes ``(n, D)`` of the mapping network, the same in every run, a piece at a time."""
    from large_gui.nets.generator import drawn_codes

    for seed, done in enumerate(range(0, samples, _PIECE)):
        reporter.check_cancelled()
        reporter.progress(done, samples, "Drawing codes")
        yield drawn_codes(generator, min(_PIECE, samples - done), seed)


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The principal components of W, which act on each group of layers.

    Only a sum and a matrix ``(D, D)`` are kept of the codes, so that memory does not depend on their number.

    Raises
    ------
    InputError
        When the generator has no such layers.

    References
    ----------
    Härkönen et al., "GANSpace: discovering interpretable GAN controls", NeurIPS 2020 (arXiv:2004.02546),
    section 2.2 and, for layer ranges, 2.4.
    """
    from large_gui.nets.affines import resolutions

    assert materials.generator is not None
    generator = materials.generator()
    groups = layer_groups(options.layers, resolutions(generator))
    scatter = Scatter()
    for codes in drawn_in_pieces(generator, options.samples, reporter):
        scatter.add(codes)
    normals, shares = scatter.principal(options.count)
    return [
        Direction(
            "_".join(filter(None, (materials.name, group.name, str(i)))), normal.astype(np.float32),
            -float(scatter.mean @ normal), intercept_means="the average image",
            layer_importance=group.importance(materials.layers), negative="less", positive="more",
            provenance=f"principal component {i} of {count(options.samples, 'drawn code')}, {share:.0%} of "
            f"their variance{f', on {group.name} layers' if group.name else ''} (GANSpace)",
        )
        for group in groups
        for i, (normal, share) in enumerate(zip(normals, shares), 1)
    ]  # fmt: skip


FINDER = Finder(
    "ganspace", "Components of the generator",
    "The directions along which the codes of generated images vary most. They need no images; what they mean "
    "has to be seen.",
    frozenset({Need.WEIGHTS}), find, Options, 1,
)  # fmt: skip
