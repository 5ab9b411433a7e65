"""Sums of directions, and a direction without what it shares with others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.finding_record import FindingRecord
from large_gui.errors import InputError
from large_gui.models.library import open_model
from large_gui.models.model import Model
from large_gui.tasks.finding.edit import mix, without
from tests.packs import about, write_pack

SHAPE = (2, 3)


@pytest.fixture
def model(home: Any) -> Model:
    return small(home)


def small(home: Any) -> Model:
    write_pack("small", about(files={"directions.json": "0" * 64, "encoder.safetensors": "0" * 64}))
    found = open_model("small")
    assert found.shape == SHAPE
    return found


def direction(seed: int, rows: int = 0, *, weighed: bool = False, **more: Any) -> Direction:
    """In W, or in W+ where there are rows."""
    random = np.random.default_rng(seed)
    normal = random.standard_normal((rows, 3) if rows else 3)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    importance = random.random(2) if weighed else None
    shares = None if importance is None else importance / importance.sum()
    return Direction(f"d{seed}", normal, float(random.normal()), layer_importance=shares, **more)


KINDS = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from([0, 2]), st.booleans(), st.booleans(), st.floats(-3, 3)),
    min_size=1, max_size=4, unique_by=lambda one: one[0],
)  # fmt: skip


def test_distances_of_a_sum_are_the_sum_of_distances(model: Model) -> None:
    codes = np.random.default_rng(0).standard_normal((20, *SHAPE))

    @settings(max_examples=60, deadline=None)
    @given(KINDS)
    def holds(parts: list[tuple[int, int, bool, bool, float]]) -> None:
        given = [
            (direction(seed, rows, weighed=weighed, flipped=flipped), weight)
            for seed, rows, weighed, flipped, weight in parts
        ]
        expected = sum(weight * distances(codes, one) for one, weight in given)
        try:
            found = distances(codes, mix(given, "m", model))
        except InputError:
            assert max(abs(weight) for _, weight in given) < 1e-300 or np.ptp(expected) < 1e-2
            return
        scale = np.ptp(expected) / np.ptp(found)
        np.testing.assert_allclose(found * scale, expected, atol=1e-4 * max(1, scale))

    holds()


def test_a_sum_in_w_stays_in_w_and_says_what_it_is_of(model: Model) -> None:
    one, other = direction(1), direction(2, flipped=True)
    made = mix([(one, 1.0), (other, -0.5)], "my sum", model)
    assert made.name == "my_sum" and made.normal.shape == (3,) and made.found_by == "mix"
    assert made.provenance == "sum of directions: d1=1 -d2=-0.5"
    assert made.record.model_key == model.key and made.record.options == {"parts": "d1=1 -d2=-0.5"}
    weighed = mix([(direction(3, weighed=True), 1.0), (direction(4), 1.0)], "w", model)
    assert weighed.normal.shape == SHAPE and weighed.layer_importance is not None


def in_s(seed: int, sizes: tuple[int, ...] = (2, 4), **more: Any) -> Direction:
    normal = np.random.default_rng(seed).standard_normal(sum(sizes))
    return Direction(f"s{seed}", normal / np.linalg.norm(normal), layer_sizes=sizes, **more)


def test_directions_in_s_are_mixed_with_their_like(model: Model) -> None:
    made = mix([(in_s(1), 2.0), (in_s(2), 1.0)], "s", model)
    assert made.layer_sizes == (2, 4)
    cleared = without(in_s(1), [in_s(2)], "s", model)
    assert abs(cleared.normal @ in_s(2).normal) < 1e-6
    other = in_s(3, layer_importance=np.array([0.5, 0.5]))
    for parts, why in (
        ([(in_s(1), 1.0), (other, 1.0)], "weigh their layers differently"),
        ([(in_s(1), 1.0), (direction(1), 1.0)], r"of different spaces: s1 \(S\), d1 \(W\)"),
        ([(in_s(1), 1.0), (in_s(1, (3, 3)), 1.0)], "of different spaces"),
    ):
        with pytest.raises(InputError, match=why):
            mix(parts, "s", model)


@pytest.mark.parametrize(
    ("weights", "why"),
    [([1.0, -1.0], "cancel each other"), ([float("nan"), 1.0], "finite weights"), ([0.0, 0.0], "cancel"),
     ([], "takes directions")],
)  # fmt: skip
def test_sums_that_are_nothing(model: Model, weights: list[float], why: str) -> None:
    with pytest.raises(InputError, match=why):
        mix([(direction(1), weight) for weight in weights], "m", model)


def test_a_direction_of_another_model_is_refused(model: Model) -> None:
    foreign = replace(direction(1), record=FindingRecord(model_key="another"))
    with pytest.raises(InputError, match="not one of the codes of 'small'"):
        mix([(foreign, 1.0)], "m", model)
    with pytest.raises(InputError, match="not one of the codes of 'small'"):
        without(direction(2), [foreign], "m", model)


@pytest.mark.parametrize("rows", [0, 2])
@pytest.mark.parametrize("others", [[(2, 0)], [(2, 2)], [(2, 0), (3, 2)], [(2, 0), (2, 0)]])
def test_nothing_of_the_others_is_left(model: Model, rows: int, others: list[tuple[int, int]]) -> None:
    given = [direction(*other) for other in others]
    left = without(direction(1, rows), given, "", model)
    assert left.name == "d1_only" and left.found_by == "orthogonalise"
    assert "d1 without what it shares with d2" in left.provenance
    for other in given:
        products = np.broadcast_to(left.normal, SHAPE) * np.broadcast_to(other.normal, SHAPE)
        np.testing.assert_allclose(products.sum(1), 0, atol=1e-6)
    once = without(left, given, "", model)
    np.testing.assert_allclose(once.normal, left.normal, atol=1e-6)


def test_what_leaves_nothing_is_told(model: Model) -> None:
    same = replace(direction(1), name="same")
    with pytest.raises(InputError, match="Nothing is left of d1 without same"):
        without(direction(1), [same], "", model)
    with pytest.raises(InputError, match="Nothing is to be taken out"):
        without(direction(1), [], "", model)


def test_rows_that_are_of_unit_length_together_keep_their_shares(model: Model) -> None:
    together = replace(direction(1, 2), normal=direction(1, 2).normal * np.array([[0.6], [0.8]]))
    left = without(together, [direction(2)], "", model)
    expected = together.normal - np.outer(together.normal @ direction(2).normal, direction(2).normal)
    np.testing.assert_allclose(left.normal, expected / np.linalg.norm(expected), atol=1e-6)
    codes = np.random.default_rng(0).standard_normal((9, *SHAPE))
    made = distances(codes, mix([(together, 2.0), (direction(2), -1.0)], "m", model))
    sums = 2 * distances(codes, together) - distances(codes, direction(2))
    np.testing.assert_allclose(made * np.ptp(sums) / np.ptp(made), sums, atol=1e-4)
