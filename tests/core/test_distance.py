"""Distances of codes to a direction (LARGE, Eqs. 1 and 3)."""

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.core.distance import distances, layer_distances

RNG = np.random.default_rng(0)


def unit(shape: tuple[int, ...]) -> np.ndarray:
    normal = RNG.standard_normal(shape)
    return normal / np.linalg.norm(normal, axis=-1, keepdims=True)


def test_w_distance_is_the_projection_plus_the_intercept() -> None:
    direction = Direction("age", unit((8,)), intercept=0.5)
    codes = RNG.standard_normal((5, 8))
    np.testing.assert_allclose(distances(codes, direction), codes @ direction.normal + 0.5)
    assert layer_distances(codes, direction).shape == (5, 1)


def test_moving_along_the_normal_adds_the_step() -> None:
    direction = Direction("age", unit((8,)))
    codes = RNG.standard_normal((5, 8))
    moved = codes + 2.5 * direction.normal
    np.testing.assert_allclose(distances(moved, direction) - distances(codes, direction), 2.5)


def test_w_direction_serves_every_layer_of_w_plus() -> None:
    direction = Direction("age", unit((8,)))
    codes = RNG.standard_normal((5, 3, 8))
    per_layer = layer_distances(codes, direction)
    for layer in range(3):
        np.testing.assert_allclose(per_layer[:, layer], codes[:, layer] @ direction.normal)


def test_each_layer_of_w_plus_has_its_own_normal() -> None:
    direction = Direction("age", unit((3, 8)))
    codes = RNG.standard_normal((5, 3, 8))
    expected = (codes * direction.normal).sum(axis=2)
    np.testing.assert_allclose(layer_distances(codes, direction), expected)
    np.testing.assert_allclose(distances(codes, direction), expected.mean(axis=1))


def test_importance_weighs_the_layers_unless_told_otherwise() -> None:
    importance = np.array([0.2, 0.3, 0.5])
    direction = Direction("age", unit((8,)), layer_importance=importance)
    codes = RNG.standard_normal((5, 3, 8))
    per_layer = layer_distances(codes, direction)
    np.testing.assert_allclose(distances(codes, direction), per_layer @ importance)
    np.testing.assert_allclose(distances(codes, direction, weighted=False), per_layer.mean(axis=1))
    np.testing.assert_allclose(distances(codes[:, 0], direction), per_layer[:, 0])


def test_unequal_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="width 8, codes have 7"):
        distances(np.zeros((2, 7)), Direction("age", unit((8,))))
    with pytest.raises(ValueError, match="3 layers, codes have 4"):
        distances(np.zeros((2, 4, 8)), Direction("age", unit((3, 8))))
    with pytest.raises(ValueError, match="importance of 3 layers"):
        distances(np.zeros((2, 4, 8)), Direction("age", unit((8,)), layer_importance=np.full(3, 1 / 3)))
