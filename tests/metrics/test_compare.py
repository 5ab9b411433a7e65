"""The ways of a comparison beside scikit-learn, and what is advised of their scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.errors import Cancelled
from large_gui.metrics.advice import Advice, advise, as_good_as_the_best, is_better
from large_gui.metrics.compare import (
    STRENGTHS,
    Scores,
    along,
    draws,
    gram,
    median,
    ridge,
    ridge_weights,
    score,
    svm,
)

Array = NDArray[np.float64]


def codes(n: int = 60, width: int = 200, seed: int = 0) -> tuple[NDArray[np.float32], Array]:
    """Codes of different scales, and values that a few of their features decide."""
    random = np.random.default_rng(seed)
    features = random.normal(3, 1, (n, width)) * random.uniform(0.1, 10, width)
    few = min(5, width)
    values = features[:, :few] @ random.normal(size=few) + random.normal(size=n)
    return features.astype(np.float32), values


def scaled(features: NDArray[np.float32]) -> Array:
    return StandardScaler().fit_transform(features.astype(np.float64))


class TestWays:
    def test_products_are_those_of_scaled_codes(self) -> None:
        features, _ = codes()
        features[:, 7] = 4.0  # says nothing
        expected = scaled(features) @ scaled(features).T
        assert gram(features) == pytest.approx(expected, rel=1e-3, abs=1e-3)

    @given(st.integers(3, 40), st.integers(2, 80), st.integers(0, 99))
    @settings(max_examples=25)
    def test_ridge_is_that_of_scikit_learn(self, k: int, width: int, seed: int) -> None:
        features, values = codes(50, width, seed)
        products = gram(features.copy())
        drawn = np.random.default_rng(seed).permutation(50)[:k]
        x, y = scaled(features), values[drawn]
        found = ridge(products)(drawn, y)
        typical = ((x[drawn] - x[drawn].mean(0)) ** 2).sum() / k
        by_strength = {}
        for strength in STRENGTHS * typical:
            model = Ridge(strength).fit(x[drawn], y)
            inner = x[drawn] - x[drawn].mean(0)
            hat = inner @ np.linalg.solve(inner.T @ inner + strength * np.eye(width), inner.T) + 1 / k
            residuals = y - hat @ y
            by_strength[strength] = (
                k * residuals @ residuals / np.trace(np.eye(k) - hat) ** 2, model.predict(x)
            )  # fmt: skip
        least = min(gcv for gcv, _ in by_strength.values())
        good = [predicted for gcv, predicted in by_strength.values() if gcv <= least * (1 + 1e-3)]
        scale = np.abs(values).max()
        assert min(np.abs(found - predicted).max() for predicted in good) < 2e-3 * scale

    def test_alike_images_teach_ridge_nothing(self) -> None:
        weights, offset = ridge_weights(np.ones((4, 4)), np.array([1.0, 2.0, 3.0, 6.0]))
        assert (weights == 0).all() and offset == 3.0

    def test_svm_is_that_of_scikit_learn(self) -> None:
        features, values = codes(80)
        x, drawn = scaled(features), np.arange(0, 40)
        found = svm(gram(features))(drawn, values[drawn])
        machine = SVC(kernel="linear").fit(x[drawn], values[drawn] > np.median(values[drawn]))
        distances = machine.decision_function(x) / np.linalg.norm(machine.coef_)
        slope, offset = np.polyfit(distances[drawn], values[drawn], 1)
        assert found == pytest.approx(slope * distances + offset, rel=1e-2, abs=1e-2 * np.abs(values).max())

    @pytest.mark.parametrize("values", [[3.0, 3.0, 3.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 2.0]])
    def test_svm_with_grades(self, values: list[float]) -> None:
        features, _ = codes(10)
        found = svm(gram(features))(np.arange(len(values)), np.array(values))
        assert np.isfinite(found).all() and (np.ptp(found) > 0) == (np.ptp(values) > 0)

    def test_of_several_directions_the_draw_chooses(self) -> None:
        random = np.random.default_rng(0)
        table = random.normal(size=(50, 3))
        values = 2 * table[:, 1] + 5
        assert along(table)(np.arange(5), values[:5]) == pytest.approx(values)
        first = along(table[:, :1])(np.arange(2), values[:2])
        assert along(table)(np.arange(2), values[:2]) == pytest.approx(first), "two labels fit any line"

    def test_images_at_one_distance_get_the_mean(self) -> None:
        assert along(np.ones((5, 1)))(np.arange(2), np.array([1.0, 2.0])).tolist() == [1.5] * 5


class TestScores:
    def test_draws(self) -> None:
        found = draws(30, [2, 10], 4, seed=1)
        assert {k: [len(one) for one in drawn] for k, drawn in found.items()} == {2: [2] * 4, 10: [10] * 4}
        assert all(len(set(one.tolist())) == 10 for one in found[10])
        again = draws(30, [10], 4, seed=1)[10]
        assert [one.tolist() for one in again] == [one.tolist() for one in found[10]]
        d = np.linspace(0, 1, 30)
        apart = draws(30, [3], 20, 0, d)[3]
        assert min(np.diff(np.sort(d[one])).min() for one in apart) > 1 / 3**1.3

    def test_the_figures(self) -> None:
        values = np.array([0.0, 1.0, 2.0, 3.0, 10.0])
        told: list[int] = []
        drawn = [np.array([0, 1]), np.array([0, 4])]
        its = score(lambda places, known: np.full(5, known[1]), values, drawn, SilentReporter(), told.append)
        assert its.mae.tolist() == [4.0, 8.0] and its.worst == pytest.approx(7.8)
        assert its.by_image[1:].tolist() == [9.0, (1 + 8) / 2, (2 + 7) / 2, 9.0]
        assert np.isnan(its.by_image[0]) and its.first.tolist() == [1.0] * 5
        assert its.spearman.tolist() == [0.0, 0.0] and told == [0, 2]
        assert its.r2[1] == pytest.approx(1 - np.mean((8 - np.array([1, 2, 3])) ** 2 + 0.0) / (2 / 3), rel=1)

    def test_it_can_be_cancelled(self) -> None:
        class Impatient(Reporter):
            def tell(self, progress: object) -> None: ...
            def warn(self, sentence: str) -> None: ...
            def check_cancelled(self) -> None:
                raise Cancelled

        with pytest.raises(Cancelled):
            score(median(9), np.arange(9.0), draws(9, [2], 3, 0)[2], Impatient(), lambda _: None)


def scores(error: float, noise: float = 1.0, seed: int = 0, r2: float = 0.5) -> Scores:
    """Of 50 draws and 200 images, with a mean error."""
    random = np.random.default_rng(seed)
    mae, by_image = (error + noise * random.normal(size=n) for n in (50, 200))
    return Scores(mae - mae.mean() + error, np.full(50, r2), mae, by_image - by_image.mean() + error, mae)


class TestAdvice:
    def test_a_difference_counts_beyond_chance(self) -> None:
        assert is_better(scores(5, 1, 0), scores(6, 1, 1))
        assert not is_better(scores(5.99, 1, 0), scores(6, 1, 1))
        assert not is_better(scores(6, 1, 0), scores(5, 1, 1))
        one, other = (Scores(*(np.array([x]) for x in (mae, 0, 0, mae, 0))) for mae in (1.0, 9.0))
        assert not is_better(one, other), "of one draw nobody knows how it spreads"

    def test_the_best_and_its_equals(self) -> None:
        table = {"median": scores(9), "a": scores(5, 1, 1), "b": scores(5.01, 1, 2), "c": scores(8, 1, 3)}
        assert as_good_as_the_best(table, "median") == ["a", "b"]
        assert as_good_as_the_best({"median": scores(5), "a": scores(5, 1, 1)}, "median") == []
        useless = {"median": scores(9), "a": scores(5, 1, 1, r2=-0.1)}
        assert as_good_as_the_best(useless, "median") == [], "one value for all would do better"

    def test_one_stays_with_a_way_as_long_as_it_is_as_good(self) -> None:
        errors = {
            "median": (9, 9, 9, 9, 9),
            "line": (9, 5, 5, 5, 5),
            "ridge": (9, 8, 5.01, 3, 2),
            "other": (9, 5.01, 6, 3.01, 2.01),
        }
        shots = [2, 5, 10, 50, 100]
        table = {
            way: {k: scores(error, 1, seed) for k, error in zip(shots, its)}
            for seed, (way, its) in enumerate(errors.items())
        }
        found = advise(table, shots, "median")
        assert found == [Advice((2,), ""), Advice((5, 10), "line"), Advice((50, 100), "ridge")]
