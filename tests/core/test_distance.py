"""Distances of codes to a direction (LARGE, Eqs. 1 and 3)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.direction import Direction
from large_gui.core.distance import distances, distances_along, judged_distances, layer_distances
from large_gui.core.finding_record import FindingRecord
from large_gui.core.latent import from_half, rounded_to_half

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


SIZES = st.lists(st.integers(1, 5), min_size=1, max_size=6).map(tuple)


def in_s(seed: int, sizes: tuple[int, ...], **more: object) -> tuple[np.ndarray, Direction]:
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal(sum(sizes))
    codes = rng.standard_normal((7, sum(sizes)))
    return codes, Direction("age", normal / np.linalg.norm(normal), layer_sizes=sizes, **more)


@given(st.integers(0, 2**32 - 1), SIZES)
def test_each_layer_of_s_meets_its_own_part_of_the_normal(seed: int, sizes: tuple[int, ...]) -> None:
    codes, direction = in_s(seed, sizes, intercept=0.5)
    ends = np.cumsum(sizes)[:-1]
    parts = zip(np.split(codes, ends, 1), np.split(direction.normal, ends))
    expected = np.stack([code @ normal + 0.5 for code, normal in parts], 1)
    np.testing.assert_allclose(layer_distances(codes, direction), expected, atol=1e-12)
    np.testing.assert_array_equal(
        layer_distances(codes[:, None], direction), layer_distances(codes, direction)
    )
    np.testing.assert_allclose(distances(codes, direction), expected.mean(axis=1), atol=1e-12)


@given(st.integers(0, 2**32 - 1), SIZES)
def test_the_layers_of_s_add_up_to_the_whole(seed: int, sizes: tuple[int, ...]) -> None:
    codes, direction = in_s(seed, sizes)
    np.testing.assert_allclose(
        layer_distances(codes, direction).sum(axis=1), codes @ direction.normal, atol=1e-12
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5))
def test_layers_of_one_length_are_those_of_w_plus(seed: int, layers: int, width: int) -> None:
    codes, direction = in_s(seed, (width,) * layers)
    normal = direction.normal.reshape(layers, width)
    lengths = np.linalg.norm(normal, axis=1)
    rows = Direction("age", normal / lengths[:, None])
    expected = layer_distances(codes.reshape(7, layers, width), rows) * lengths
    np.testing.assert_allclose(layer_distances(codes, direction), expected, atol=1e-12)


def test_importance_weighs_the_layers_of_s() -> None:
    importance = np.array([0.2, 0.3, 0.5])
    codes, direction = in_s(0, (4, 2, 1), layer_importance=importance)
    per_layer = layer_distances(codes, direction)
    np.testing.assert_allclose(distances(codes, direction), per_layer @ importance)
    np.testing.assert_allclose(distances(codes, direction, weighted=False), per_layer.mean(axis=1))


def test_other_codes_than_those_of_s_are_refused() -> None:
    codes, direction = in_s(0, (4, 2, 1))
    with pytest.raises(ValueError, match="width 7, codes have 6"):
        distances(codes[:, :6], direction)
    with pytest.raises(ValueError, match="importance of 2 layers"):
        distances(*in_s(0, (4, 2, 1), layer_importance=np.full(2, 0.5)))


def test_images_that_a_direction_was_learned_from_are_judged_without_it() -> None:
    taught, other = "a" * 64, "b" * 64
    direction = Direction("age", unit((8,)), record=FindingRecord(held_out={taught: 0.25}))
    along = np.array([5.0, 2.0, np.nan])
    np.testing.assert_array_equal(
        judged_distances(direction, [taught, other, taught], along), [0.25, 2, np.nan]
    )
    turned = judged_distances(direction.turned(), [taught, other, ""], -along)
    np.testing.assert_array_equal(turned, [-0.25, -2, np.nan])
    np.testing.assert_array_equal(judged_distances(Direction("age", unit((8,))), [taught] * 3, along), along)


@given(st.integers(1, 9), st.integers(1, 40), st.integers(1, 300), st.booleans())
def test_a_distance_depends_on_no_other_code(layers: int, count: int, width: int, half: bool) -> None:
    rng = np.random.default_rng(count)
    codes = rng.standard_normal((count, layers, width)).astype(np.float16 if half else np.float32)
    directions = [Direction(str(k), unit((width,)), 0.5) for k in range(3)]
    together = distances_along(codes, directions)
    assert together.shape == (count, 3)
    for size in (1, 2, 7):
        parts = [distances_along(codes[i : i + size], directions) for i in range(0, count, size)]
        np.testing.assert_array_equal(np.concatenate(parts), together)
    for column, direction in enumerate(directions):
        np.testing.assert_array_equal(distances(codes.astype(np.float32), direction), together[:, column])
        expected = layer_distances(codes.astype(np.float64), direction).mean(1)
        np.testing.assert_allclose(together[:, column], expected, atol=1e-9)


def test_every_number_of_half_precision_is_read() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    for numbers in (every, every[np.isfinite(every)]):
        found = np.empty(numbers.shape, np.float32)
        from_half(numbers, found)
        np.testing.assert_array_equal(found, numbers.astype(np.float32))
        assert (np.signbit(found) == np.signbit(numbers)).all()


@pytest.mark.parametrize(
    ("code", "rounded"),
    [
        ([1.0001, 2.0], True), ([0.0, 0.0], True), ([1e5, 1.0], False), ([1e-7, 2e-7], False),
        ([np.inf, 1.0], False), ([np.nan, 1.0], False), ([1e-9, 3.0], True),
    ],
)  # fmt: skip
def test_codes_are_rounded_where_half_precision_holds_them(code: list[float], rounded: bool) -> None:
    exact = np.array(code, np.float32)
    found = rounded_to_half(exact)
    assert (found is exact) != rounded
    if rounded:
        assert np.array_equal(found, found.astype(np.float16))
        np.testing.assert_allclose(found, exact, rtol=2**-11, atol=1e-7)
