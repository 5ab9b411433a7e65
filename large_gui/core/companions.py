"""Find out how codes usually change together with a distance, to show a direction in pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def companion_step(normal: NDArray[np.floating], codes: NDArray[np.floating]) -> NDArray[np.float64]:
    """How codes change on average when the distance along a normal grows by 1.

    A normal that was fitted to correlated codes measures well, but a step along it changes almost nothing
    that can be seen. Codes with a larger distance differ from the others by ``Σn / (nᵀΣn)`` on average.

    Parameters
    ----------
    normal
        ``(D,)``, of unit length.
    codes
        ``(N, D)``, whose covariance is Σ.

    Returns
    -------
    ``(D,)``; its product with the normal is 1.

    References
    ----------
    Haufe et al., "On the interpretation of weight vectors of linear models in multivariate neuroimaging",
    NeuroImage 2014, Eq. 6.
    """
    centred = np.asarray(codes, np.float64) - codes.mean(0, dtype=np.float64)
    along = centred @ np.asarray(normal, np.float64)
    together = centred.T @ along
    return np.asarray(together / (normal @ together))
