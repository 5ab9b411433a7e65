"""Directions: what they refuse, and the same hyperplane from the other side."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.direction import Direction
from large_gui.core.distance import layer_distances
from large_gui.core.latent import LatentSpace


def draw(seed: int, shape: tuple[int, ...], name: str = "age") -> Direction:
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal(shape)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    importance = rng.random(shape[0])
    return Direction(
        name,
        normal,
        float(rng.standard_normal()),
        "middle age",
        importance / importance.sum() if len(shape) == 2 else None,
        "young",
        "old",
        "fitted to 500 labels",
    )


@given(st.integers(0, 2**32 - 1), st.sampled_from([(8,), (5, 8)]), st.sampled_from(["age", "-age", "a-b"]))
def test_turning_twice_gives_the_direction_back(seed: int, shape: tuple[int, ...], name: str) -> None:
    one = draw(seed, shape, name)
    again = one.turned().turned()
    for field, value in vars(one).items():
        np.testing.assert_array_equal(getattr(again, field), value, err_msg=field)


@given(st.integers(0, 2**32 - 1))
def test_turning_changes_the_sign_of_every_distance(seed: int) -> None:
    one = draw(seed, (5, 8))
    codes = np.random.default_rng(seed).standard_normal((7, 5, 8))
    np.testing.assert_array_equal(layer_distances(codes, one.turned()), -layer_distances(codes, one))


def test_turned_round_the_ends_of_the_order_change_places_and_the_rest_is_as_it_was_found() -> None:
    one = draw(0, (5, 8))
    other = one.turned()
    assert (other.spelled, other.low, other.high, other.sign) == ("-age", "old", "young", -1)
    assert (one.spelled, one.low, one.high, one.sign) == ("age", "young", "old", 1)
    assert other.flipped and not one.flipped
    assert (other.name, other.negative, other.positive) == ("age", "young", "old")
    assert other.normal is one.normal and other.intercept == one.intercept
    assert (other.intercept_means, other.provenance) == (one.intercept_means, one.provenance)
    assert other.layer_importance is one.layer_importance
    assert other.space is one.space


def test_turned_round_in_s_it_keeps_its_layers() -> None:
    one = replace(draw(0, (8,)), layer_sizes=(4, 3, 1))
    codes = np.random.default_rng(0).standard_normal((7, 8))
    assert one.turned().layer_sizes == one.layer_sizes
    np.testing.assert_array_equal(layer_distances(codes, one.turned()), -layer_distances(codes, one))


def test_the_space_follows_from_the_shape() -> None:
    assert draw(0, (8,)).space is LatentSpace.W
    assert draw(0, (5, 8)).space is LatentSpace.W_PLUS
    assert replace(draw(0, (8,)), layer_sizes=(4, 3, 1)).space is LatentSpace.S


def test_what_is_no_direction_is_refused() -> None:
    unit = np.eye(1, 8)[0]
    with pytest.raises(ValueError, match="unit length"):
        Direction("long", 2 * unit)
    for importance in ([0.5, 0.6], [1.5, -0.5], [[1.0]]):
        with pytest.raises(ValueError, match="layer importance"):
            Direction("odd", unit, layer_importance=np.array(importance))


@pytest.mark.parametrize("sizes", [(), (4, 3), (8, 0), (9, -1), (4, 3, 2)])
def test_layers_that_do_not_make_up_the_normal_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"joined of layers|empty"):
        replace(draw(0, (8,)), layer_sizes=sizes)
    with pytest.raises(ValueError, match=r"joined of layers|empty"):
        replace(draw(0, (2, 8)), layer_importance=None, layer_sizes=(*sizes, 8))
