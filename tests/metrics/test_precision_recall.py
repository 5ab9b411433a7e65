"""Precision and recall on sets whose answer is known, against torch-fidelity, and within bounded memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from large_gui.metrics.precision_recall import (
    neighbour_distances,
    precision_recall,
    precision_recall_errors,
)
from tests.metrics.test_frechet import drawn


def line(*places: float) -> np.ndarray:
    return np.array(places, np.float32)[:, None]


def test_the_radius_is_the_third_neighbour_among_the_others() -> None:
    assert neighbour_distances(line(0, 1, 3, 6, 10)).tolist() == [6, 5, 3, 5, 9]
    assert neighbour_distances(line(0, 4)).tolist() == [4, 4]


def test_one_mode_of_two_is_real_and_half_of_the_variety() -> None:
    left, right = np.linspace(0, 1, 40), np.linspace(100, 101, 40)
    real, generated = line(*left, *right), line(*(left + 0.01), *(left + 0.02))
    assert precision_recall(real, generated).tolist() == [pytest.approx(1, abs=0.03), pytest.approx(0.5)]
    far = line(*(left + 1000), *(left + 1001))
    assert precision_recall(real, far).tolist() == [0, 0]
    assert precision_recall(real, real).tolist() == [1, 1]


def test_identical_images_lie_within_each_other() -> None:
    """Their radius is zero, and so is the distance."""
    one = np.tile(drawn(1), (10, 1))
    assert precision_recall(one, one).tolist() == [1, 1]


def test_errors_are_seeded_and_of_the_size_of_the_spread() -> None:
    sets = drawn(200, 8, 1), drawn(200, 8, 2, shift=1)
    errors = precision_recall_errors(*sets, seed=0)
    assert errors.tolist() == precision_recall_errors(*sets, seed=0).tolist()
    found = [precision_recall(drawn(200, 8, 10 + s), drawn(200, 8, 50 + s, shift=1)) for s in range(30)]
    assert errors == pytest.approx(np.std(found, axis=0, ddof=1), rel=0.6)


def test_memory_is_that_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("large_gui.metrics.precision_recall.MEMORY", 2)
    real, generated = drawn(4000, 4, 1), drawn(4000, 4, 2)
    precision_recall(real[:50], generated[:50])  # loads what it needs
    tracemalloc.start()
    precision_recall(real, generated)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16e6  # all distances at once would be 128 MB
