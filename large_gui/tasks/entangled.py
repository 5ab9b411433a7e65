"""Find another direction whose distances correlate with those of the chosen one in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ENTANGLED = 0.5  # correlation of two directions in a folder that a person should know about
_FEWEST = 30  # with fewer images a correlation means little
_SURE = 1.96  # standard errors of Fisher's z


@dataclass(frozen=True)
class Entangled:
    """Another direction, and how its distances correlate with those of the chosen one in a folder."""

    direction: str
    correlation: float


def most_entangled(
    chosen: str, distances: NDArray[np.float64], names: Sequence[str], table: NDArray[np.float64]
) -> Entangled | None:
    """The other direction whose distances correlate most with the chosen one's; ``None`` if that is little.

    Parameters
    ----------
    chosen
        Name of the chosen direction.
    distances
        ``(n,)`` distances along it, of the images that have a rank.
    names, table
        All K directions, and the distances ``(n, K)`` of the same images along them.
    """
    n = len(distances)
    if n < _FEWEST:
        return None
    spread = distances.std() * table.std(0)
    # A column that is not measured for all images, or does not vary, has no correlation.
    r = np.divide(
        (distances - distances.mean()) @ table / n, spread, where=spread > 1e-12, out=np.zeros(len(names))
    )
    r[names.index(chosen)] = 0.0
    r[~np.isfinite(r)] = 0.0
    most = int(np.abs(r).argmax())
    # The low end of the correlation's 95 % interval (Fisher 1921) must be large, not only its estimate.
    z = np.arctanh(min(abs(float(r[most])), 1 - 1e-12))
    surely = np.tanh(z - _SURE / np.sqrt(n - 3))
    return Entangled(names[most], float(r[most])) if surely >= _ENTANGLED else None
