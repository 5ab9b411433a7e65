"""Figures of a generator's pictures: how near they are to real ones, how real, how varied."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from large_gui.tasks.linearity.measuring import Figure, Measuring


def frechet(measuring: Measuring) -> list[Figure]:
    """The Fréchet distance of features; FID if the features are those of its Inception."""
    from large_gui.metrics.frechet import Moments, frechet_distance, frechet_error

    real, generated, network = measuring.real_features, measuring.generated_features, measuring.network
    value = frechet_distance(Moments.of(real), Moments.of(generated))
    error = frechet_error(real, generated, measuring.settings.seed)
    name = "FID" if network.is_fids else "Fréchet distance"
    more = {"real_images": len(real)}
    return [Figure(name, value, error, network.name, len(generated), more=more)]


def kid(measuring: Measuring) -> list[Figure]:
    """The kernel distance of features; KID if the features are those of FID's Inception."""
    from large_gui.metrics.kid import kid as measured

    real, generated, network = measuring.real_features, measuring.generated_features, measuring.network
    found = measured(real, generated, measuring.settings.seed)
    name = "KID" if network.is_fids else "Kernel distance"
    more = {"real_images": len(real), "subset": found.subset}
    return [Figure(name, found.value, found.error, network.name, len(generated), more=more)]


def precision_and_recall(measuring: Measuring) -> list[Figure]:
    """Precision and recall, of as many real images as generated ones."""
    from large_gui.metrics.precision_recall import precision_recall, precision_recall_errors

    fewer = min(len(measuring.real_features), len(measuring.generated_features))
    seed, network = measuring.settings.seed, measuring.network.name
    real, generated = _some(measuring.real_features, fewer, seed), measuring.generated_features[:fewer]
    values = precision_recall(real, generated)
    errors = precision_recall_errors(real, generated, seed)
    return [
        Figure(name, float(value), float(error), network, fewer, better="higher", more={"real_images": fewer})
        for name, value, error in zip(("Precision", "Recall"), values, errors)
    ]


def _some(rows: NDArray[np.float32], n: int, seed: int) -> NDArray[np.float32]:
    """``n`` random rows; generated ones are in random order as they are."""
    return rows[np.random.default_rng([seed, 3]).permutation(len(rows))[:n]]
