"""Directions without labels: principal components of W (Härkönen et al. 2020, arXiv:2004.02546)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction

COMPONENTS = 5  # directions that every generator gets


def principal_directions(
    codes: NDArray[np.floating], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The directions along which codes vary most.

    Parameters
    ----------
    codes
        ``(N, D)``, drawn from the generator's mapping network, or of many images.

    Returns
    -------
    normals, shares
        ``(count, D)`` unit vectors, each with its largest entry positive, and the share of the variance
        along each.
    """
    centred = np.asarray(codes, np.float64) - codes.mean(0, dtype=np.float64)
    _, lengths, normals = np.linalg.svd(centred, full_matrices=False)
    normals = normals[:count]
    largest = np.take_along_axis(normals, np.abs(normals).argmax(1)[:, None], 1)
    return normals * np.sign(largest), lengths[:count] ** 2 / np.square(lengths).sum()


def components(
    codes: NDArray[np.floating], count: int = COMPONENTS, layer_sizes: tuple[int, ...] | None = None
) -> list[Direction]:
    """The principal components of codes ``(N, D)``; distance 0 is their mean."""
    mean = codes.mean(0)
    layers = len(layer_sizes or (0,))  # the intercept belongs to each, and a distance is their mean
    return [
        Direction(
            f"component_{i}", normal.astype(np.float32), -float(mean @ normal) / layers,
            intercept_means="the average image", negative="less", positive="more",
            provenance=f"principal component {i} of the codes, {share:.0%} of their variance (GANSpace)",
            layer_sizes=layer_sizes,
        )
        for i, (normal, share) in enumerate(zip(*principal_directions(codes, count)), 1)
    ]  # fmt: skip
