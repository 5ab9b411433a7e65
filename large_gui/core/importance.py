"""How important every layer is for a change of the image, from the gradients (LARGE, section 3.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def importance_of_gradients(
    gradients: NDArray[np.floating], layer_sizes: tuple[int, ...] | None = None
) -> NDArray[np.float64]:
    """Layer importance: the mean magnitude of every layer's gradient, all of them scaled to sum to 1.

    Parameters
    ----------
    gradients
        ``(L, D)`` in W+, or ``(sum of layer_sizes,)`` in S with all layers joined.
    layer_sizes
        Length of every layer's part in S.

    Returns
    -------
    ``(L,)``, non-negative.

    Raises
    ------
    ValueError
        When the gradients have another shape, or are all zero or not finite.

    References
    ----------
    YotamNitzan/LARGE, commit 6bee1c5, which divides by the sum over all channels instead.
    """
    magnitudes = np.abs(np.asarray(gradients, np.float64))
    if layer_sizes is not None and magnitudes.shape == (sum(layer_sizes),):
        means = np.array([layer.mean() for layer in np.split(magnitudes, np.cumsum(layer_sizes)[:-1])])
    elif layer_sizes is None and magnitudes.ndim == 2:
        means = magnitudes.mean(1)
    else:
        raise ValueError(f"gradients of shape {magnitudes.shape} for layers {layer_sizes}")
    total = means.sum()
    if not 0 < total < np.inf:
        raise ValueError("gradients that are zero or not finite weigh no layer")
    return np.asarray(means / total)
