"""The figure that the snapshots of a run are judged by while it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from large_gui.training.gan.loop import ShownMetric

_MOST_REAL = 5_000  # photographs that snapshots are compared with
_GENERATED, _FEWER = 2_000, 500  # images of a snapshot; fewer where drawing them takes long
_QUICK_SIDE = 128  # pixels a side up to which a processor draws quickly


def shown_metric(pixels: NDArray[np.uint8], device: str) -> ShownMetric:
    """The Fréchet distance of a snapshot's images to the photographs, with the features of the program.

    The same codes are drawn for every snapshot, so that the figures of a run can be compared.

    Parameters
    ----------
    pixels
        The photographs ``(N, 3, S, S)``.
    """
    from large_gui.metrics.feature_network import default_network, in_batches
    from large_gui.metrics.frechet import FrechetToFolder
    from large_gui.training.gan.loop import ShownMetric

    spread = np.linspace(0, len(pixels) - 1, min(len(pixels), _MOST_REAL)).astype(int)
    distance = FrechetToFolder(default_network(), in_batches(pixels, spread), device)
    quick = device != "cpu" or pixels.shape[-1] <= _QUICK_SIDE
    count = _GENERATED if quick else _FEWER
    return ShownMetric(distance.name, lambda generator: distance.of(generator, count))
