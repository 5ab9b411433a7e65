"""The Fréchet distance of features: Heusel et al. 2017 (arXiv:1706.08500), Eq. 6.

With the features of FID's Inception it is FID. With any other network it is another quantity and must be
reported under that network's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from large_gui.metrics.feature_network import (
    Bytes,
    FeatureNetwork,
    Features,
    features_of,
    generated_images,
)
from large_gui.metrics.halves import error_by_halves
from large_gui.nets.generator import Generator, drawn_codes

_BLOCK = 4096  # rows


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean ``(D,)`` and covariance ``(D, D)`` of features."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def of(cls, features: Features) -> Self:
        """The moments of rows of features ``(N, D)``, N at least 2; the covariance is the unbiased one."""
        mean = features.mean(0, dtype=np.float64)
        covariance = np.zeros((len(mean), len(mean)))
        for begin in range(0, len(features), _BLOCK):  # in blocks, so that no second copy is in memory
            rows = features[begin : begin + _BLOCK] - mean
            covariance += rows.T @ rows
        return cls(mean, covariance / (len(features) - 1))


def frechet_distance(one: Moments, other: Moments) -> float:
    """The squared Fréchet distance of two normal distributions with these moments.

    ``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))``. The trace of the root is the sum of the roots of the
    eigenvalues of ``C1^(1/2) C2 C1^(1/2)``, which is symmetric and has those of ``C1 C2``: no complex root
    of a nearly singular matrix has to be repaired, as with a square root of the product.
    """
    return _distance(one, _root(one.covariance), other)


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T)


def _distance(one: Moments, root: NDArray[np.float64], other: Moments) -> float:
    shift = one.mean - other.mean
    values = np.linalg.eigvalsh(root @ other.covariance @ root)
    roots = np.sqrt(np.clip(values, 0, None)).sum()
    return float(shift @ shift + np.trace(one.covariance) + np.trace(other.covariance) - 2 * roots)


def frechet_error(real: Features, generated: Features, seed: int) -> float:
    """The standard error of the distance, by `error_by_halves`."""
    (error,) = error_by_halves(
        lambda r, g: np.array([frechet_distance(Moments.of(r), Moments.of(g))]), real, generated, seed
    )
    return float(error)


class FrechetToFolder:
    """The distance of any number of generators to the same real images, whose moments are computed once.

    Parameters
    ----------
    network
        Makes the features. It is moved to ``device``.
    real
        The real images, in batches of bytes ``(B, 3, S, S)``: `in_batches` of an array, for one. They are
        read once and not kept.
    device
        ``cpu`` or ``cuda``; generators must be there too.

    Attributes
    ----------
    name
        What the figure is called.
    """

    def __init__(self, network: FeatureNetwork, real: Iterable[Bytes], device: str = "cpu") -> None:
        self._network, self._device = network.to(device), device
        self.name = frechet_name(network)
        self._real = Moments.of(features_of(self._network, real, device))
        self._root = _root(self._real.covariance)

    def of(self, generator: Generator, count: int, seed: int = 0) -> float:
        """The distance of ``count`` images of random z to the real ones.

        A seed gives the same z in every call, so that figures of snapshots differ by the generator alone.
        Neither torch's random numbers nor the generator are changed.
        """
        images = generated_images(generator, drawn_codes(generator, count, seed), self._device)
        return _distance(self._real, self._root, Moments.of(features_of(self._network, images, self._device)))


def frechet_name(network: FeatureNetwork) -> str:
    """``FID`` if the network is FID's own, otherwise ``Fréchet distance`` with the network's name."""
    return "FID" if network.is_fids else f"Fréchet distance ({network.name})"
