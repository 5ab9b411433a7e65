"""Directions whose layers are chosen, weighed, or joined to one vector."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.direction import Direction
from large_gui.core.distance import distances, layer_distances, unit_step
from large_gui.core.layers import flattened, narrowed, weighed_by
from large_gui.errors import InputError

ROWS, WIDTH, SIZES = 4, 6, (5, 3, 1, 2)
KINDS = ["w", "w+", "w+ together", "s"]


def drawn(kind: str, seed: int = 0, intercept: float = 0.3) -> tuple[np.ndarray, Direction]:
    """Codes of four layers and a direction along which they are measured."""
    rng = np.random.default_rng(seed)
    shape = {"w": (WIDTH,), "s": (sum(SIZES),)}.get(kind, (ROWS, WIDTH))
    normal = rng.standard_normal(shape)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) if kind == "w+" else np.linalg.norm(normal)
    codes = rng.standard_normal((7, sum(SIZES)) if kind == "s" else (7, ROWS, WIDTH))
    return codes, Direction("age", normal, intercept, layer_sizes=SIZES if kind == "s" else None)


@pytest.mark.parametrize("kind", KINDS)
@given(layers=st.sets(st.integers(1, ROWS), min_size=1), seed=st.integers(0, 99))
def test_chosen_layers_alone_are_counted(kind: str, layers: set[int], seed: int) -> None:
    codes, direction = drawn(kind, seed)
    per_layer = layer_distances(codes, direction)[:, sorted(layer - 1 for layer in layers)]
    found = distances(codes, narrowed(direction, layers, ROWS))
    np.testing.assert_allclose(found, per_layer.mean(1), atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@given(weights=st.lists(st.floats(0.1, 9), min_size=ROWS, max_size=ROWS), seed=st.integers(0, 99))
def test_weights_take_the_place_of_the_importance_and_are_scaled_again_when_narrowed(
    kind: str, weights: list[float], seed: int
) -> None:
    codes, direction = drawn(kind, seed)
    weighed = weighed_by(direction, np.array(weights), ROWS)
    per_layer = layer_distances(codes, direction)
    np.testing.assert_allclose(distances(codes, weighed), per_layer @ weights / sum(weights), atol=1e-12)
    found = distances(codes, narrowed(weighed, (2, 4), ROWS))
    expected = (per_layer @ (np.array(weights) * [0, 1, 0, 1])) / (weights[1] + weights[3])
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 99), flipped=st.booleans())
def test_all_layers_as_one_vector_are_their_sum(kind: str, seed: int, flipped: bool) -> None:
    codes, direction = drawn(kind, seed)
    direction = direction.turned() if flipped else direction
    whole = flattened(direction, ROWS)
    found = distances(codes.reshape(len(codes), -1), whole)
    length = np.sqrt(ROWS) if kind in ("w", "w+") else 1  # of the joined normal
    np.testing.assert_allclose(found * length, layer_distances(codes, direction).sum(1), atol=1e-12)
    assert np.linalg.norm(whole.normal) == pytest.approx(1)
    moved = codes.reshape(len(codes), -1) + 2.5 * whole.normal
    np.testing.assert_allclose(distances(moved, whole) - found, 2.5 * whole.sign, atol=1e-12)


def test_a_direction_that_is_turned_round_stays_so() -> None:
    codes, direction = drawn("w+")
    turned = narrowed(direction.turned(), (2, 3), ROWS)
    np.testing.assert_allclose(distances(codes, turned), -distances(codes, narrowed(direction, (2, 3), ROWS)))


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("importance", [None, (0.5, 0.25, 0.25, 0.0)])
def test_a_unit_step_makes_the_distance_grow_by_one(kind: str, importance: tuple[float, ...] | None) -> None:
    codes, direction = drawn(kind)
    if importance is not None:
        direction = weighed_by(direction, np.array(importance), ROWS)
    moved = codes + unit_step(direction)
    np.testing.assert_allclose(distances(moved, direction) - distances(codes, direction), 1)


def test_what_can_not_be_is_told_in_a_sentence() -> None:
    _, direction = drawn("s")
    asked = [
        (lambda: narrowed(direction, (3, 5), ROWS), "has no layer 5.", "layers 1 to 4, from coarse to fine"),
        (lambda: narrowed(direction, (0, 1), ROWS), "age has no layer 0.", "layers 1 to 4"),
        (lambda: narrowed(Direction("age", np.eye(3)[0]), (2,), 1), "age has no layer 2.", "one layer, 1"),
        (lambda: weighed_by(direction, np.ones(5), ROWS), "5 weights for the 4 layers", "coarsest first"),
        (lambda: weighed_by(Direction("age", np.eye(3)[0]), np.ones(1), 1), "nothing to weigh", "W+ or S"),
        (
            lambda: narrowed(weighed_by(direction, np.array([1, 0, 1, 0]), ROWS), (2, 4), ROWS),
            "None of the chosen layers counts", "direction show",
        ),
    ]  # fmt: skip
    for ask, sentence, hint in asked:
        with pytest.raises(InputError, match=re.escape(sentence)) as caught:
            ask()
        assert hint in caught.value.hint


def test_it_is_noted_what_was_done() -> None:
    found = Direction("age", np.eye(9)[0], provenance="an SVM")
    assert narrowed(found, (9, 1, 3, 2), 9).provenance == "an SVM; layers 1-3, 9 only"
    weighed = weighed_by(replace(found, provenance=""), np.ones(9), 9)
    assert weighed.provenance == "its layers weighed by a file"
    assert narrowed(weighed, (4,), 9).provenance == "its layers weighed by a file; layer 4 only"
    assert flattened(found, 9).provenance == "an SVM; all layers as one vector"
