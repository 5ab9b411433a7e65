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
    return with_signs(normals[:count]), lengths[:count] ** 2 / np.square(lengths).sum()


def with_signs(normals: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normals ``(K, D)``, each turned so that its largest entry is positive, the same in every run."""
    largest = np.take_along_axis(normals, np.abs(normals).argmax(1)[:, None], 1)
    return normals * np.sign(largest)


class Scatter:
    """The mean and the scatter of any number of codes, of which no more than a piece is held.

    Attributes
    ----------
    count
        How many codes were added.
    """

    def __init__(self) -> None:
        self.count = 0
        self._origin: NDArray[np.float64] = np.zeros(0)  # near the codes, so that no digits are lost
        self._sum: NDArray[np.float64] = np.zeros(0)
        self._squares: NDArray[np.float64] = np.zeros((0, 0))

    def add(self, codes: NDArray[np.floating]) -> None:
        """Add a piece ``(n, D)``."""
        if not self.count:
            width = codes.shape[1]
            self._origin = codes.mean(0, dtype=np.float64)
            self._sum, self._squares = np.zeros(width), np.zeros((width, width))
        moved = codes - self._origin
        self.count += len(codes)
        self._sum += moved.sum(0)
        self._squares += moved.T @ moved

    @property
    def mean(self) -> NDArray[np.float64]:
        """The mean of all codes, ``(D,)``."""
        return self._origin + self._sum / self.count

    def principal(self, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """As `principal_directions` of all codes at once."""
        moved = self._sum / self.count
        variances, vectors = np.linalg.eigh(self._squares / self.count - np.outer(moved, moved))
        return with_signs(vectors.T[::-1][:count]), variances[::-1][:count] / variances.sum()


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
