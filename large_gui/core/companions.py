"""What usually changes along with a distance: the step of a walk that can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def companion_step(normal: NDArray[np.floating], codes: NDArray[np.floating]) -> NDArray[np.float64]:
    """How codes change on average when the distance along a normal grows by 1.

    A normal that was fitted to correlated codes says what to measure. A step along it changes next to
    nothing that can be seen; the codes that lie farther out differ from the others by ``Σn / (nᵀΣn)``.

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
