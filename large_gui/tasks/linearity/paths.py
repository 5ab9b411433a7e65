"""Figures of a generator's paths: how evenly its pictures change from one code to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from large_gui.tasks.linearity.measuring import Figure, Measuring

if TYPE_CHECKING:
    from large_gui.metrics.path_length import Sampling, Space


def path_length(space: Space, sampling: Sampling) -> Callable[[Measuring], list[Figure]]:
    """The metric of perceptual path length in a space, at the ends of paths or anywhere on them."""

    def measured(measuring: Measuring) -> list[Figure]:
        found = measuring.path_lengths(space, sampling)
        name, network = f"PPL {space.upper()} {sampling}", measuring.distance.name
        more = {"mean_1_to_99": found.mean_without_tails}
        return [Figure(name, found.mean, found.error, network, len(found.lengths), "pairs", more=more)]

    return measured
