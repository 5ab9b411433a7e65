"""Layer importance of gradients (LARGE, section 3.2)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from large_gui.core.direction import Direction
from large_gui.core.importance import importance_of_gradients

GRADIENTS = arrays(np.float64, (4, 6), elements=st.floats(-1e3, 1e3)).filter(lambda g: np.abs(g).max() > 1e-3)


@given(GRADIENTS, st.floats(1e-3, 1e3))
def test_it_is_what_a_direction_takes(gradients: np.ndarray, scale: float) -> None:
    importance = importance_of_gradients(gradients)
    Direction("age", np.eye(1, 6)[0], layer_importance=importance)
    assert importance.sum() == pytest.approx(1)
    np.testing.assert_allclose(importance_of_gradients(-scale * gradients), importance, atol=1e-12)
    np.testing.assert_allclose(importance_of_gradients(gradients[::-1]), importance[::-1], atol=1e-12)


@given(GRADIENTS)
def test_layers_of_one_length_are_the_same_joined(gradients: np.ndarray) -> None:
    joined = importance_of_gradients(gradients.ravel(), (6,) * 4)
    np.testing.assert_allclose(joined, importance_of_gradients(gradients), atol=1e-12)


def test_a_longer_layer_counts_no_more() -> None:
    np.testing.assert_allclose(importance_of_gradients(np.array([2.0, -2, 2, -6]), (3, 1)), [0.25, 0.75])


@pytest.mark.parametrize(
    ("gradients", "sizes"),
    [
        (np.zeros((2, 3)), None),
        (np.full((2, 3), np.nan), None),
        (np.ones(6), None),
        (np.ones(6), (2, 3)),
        (np.ones((2, 3)), (3, 3)),
    ],
)
def test_what_weighs_no_layer_is_refused(gradients: np.ndarray, sizes: tuple[int, ...] | None) -> None:
    with pytest.raises(ValueError, match="gradients"):
        importance_of_gradients(gradients, sizes)
