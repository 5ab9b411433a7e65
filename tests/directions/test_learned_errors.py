"""Learning from values: what it says of noise, and what a line through the images it learned from says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from large_gui.core.calibrating.calibration import fit
from large_gui.core.direction import Direction
from large_gui.core.distance import distances, judged_distances
from large_gui.core.reporter import SilentReporter
from large_gui.directions.finder import Materials
from large_gui.directions.ridge import Options, find

SHA = [f"{i:064x}" for i in range(12)]
DRAWS = 12


@cache
def noise(seed: int) -> tuple[Direction, NDArray[np.float32], NDArray[np.float64]]:
    """A direction that was learned from twelve codes that know nothing of their values."""
    rng = np.random.default_rng(seed)
    codes = rng.standard_normal((12, 1, 200)).astype(np.float32)
    values = rng.uniform(1, 9, 12)
    (found,) = find(Materials("noise", codes, SHA, values=values), Options(), SilentReporter())
    return found, codes, values


def errors(seed: int, *, judged: bool) -> tuple[float, float]:
    """Leave-one-out error of the line through the values, and the error of guessing the mean."""
    found, codes, values = noise(seed)
    d = distances(codes, found)
    line = fit(judged_distances(found, SHA, d) if judged else d, values)
    return line.loo_mae, guessing_the_mean(values)


def guessing_the_mean(values: NDArray[np.float64]) -> float:
    """Mean absolute error when each value is guessed to be the mean of the others."""
    return float(np.abs(values - values.mean()).mean() * len(values) / (len(values) - 1))


@pytest.mark.parametrize("seed", range(DRAWS))
def test_noise_never_looks_good(seed: int) -> None:
    error, mean = errors(seed, judged=True)
    assert error > 0.6 * mean


def test_noise_is_no_better_than_the_mean_on_average() -> None:
    told = np.array([errors(seed, judged=True) for seed in range(DRAWS)])
    assert told[:, 0].mean() > 0.9 * told[:, 1].mean()
    own = np.array([errors(seed, judged=False) for seed in range(DRAWS)])
    assert own[:, 0].mean() < 0.3 * own[:, 1].mean(), (
        "as the distances of the images themselves would have it"
    )


@pytest.mark.parametrize("seed", range(DRAWS))
def test_a_held_out_distance_does_not_give_its_value_away(seed: int) -> None:
    """The mean of the others is low where a value is high: a distance from it must not show that."""
    found, _, values = noise(seed)
    held_out = [found.record.held_out[sha] for sha in SHA]
    assert abs(np.corrcoef(held_out, values)[0, 1]) < 0.9


def test_a_strong_penalty_leaves_nothing_to_judge_by() -> None:
    rng = np.random.default_rng(0)
    codes, values = rng.standard_normal((12, 1, 50)), np.arange(12.0)
    materials = Materials("flat", codes.astype(np.float32), SHA, values=values)
    (found,) = find(materials, Options(strength=1e9), SilentReporter())
    assert found.record.figures["error"] > 0.9 * guessing_the_mean(values)
    held_out = [found.record.held_out[sha] for sha in SHA]
    assert abs(np.corrcoef(held_out, values)[0, 1]) < 0.9


def test_what_codes_know_of_values_is_found() -> None:
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((12, 1, 30))
    codes[:, 0, 0] *= 20
    values = 3 * codes[:, 0, 0] + 5
    (found,) = find(Materials("x", codes.astype(np.float32), SHA, values=values), Options(), SilentReporter())
    judged = judged_distances(found, SHA, distances(codes, found))
    line = fit(judged, values)
    assert line.loo_mae < 0.2 * found.record.figures["guessing the median"]
    assert line.a == pytest.approx(3, rel=0.1), "held-out distances are on the scale of the others"


def test_two_contents_are_enough_for_no_crash() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, 1, 20)).astype(np.float32)
    codes = np.stack([one, one, one, one, other])
    images = [SHA[0]] * 4 + [SHA[1]]
    values = np.array([1.0, 1, 1, 1, 5])
    (found,) = find(Materials("two", codes, images, values=values), Options(), SilentReporter())
    assert set(found.record.held_out) == {SHA[0], SHA[1]}
