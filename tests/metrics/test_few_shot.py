"""Few-shot evaluation of a direction."""

import json

import numpy as np
import pytest
from scipy.stats import spearmanr

from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled, InputError
from large_gui.metrics.few_shot import evaluate


def data(n: int = 300, noise: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    d = rng.standard_normal(n)
    return d, 8 * d + 36 + noise * rng.standard_normal(n)


def test_a_perfect_line_has_no_error() -> None:
    result = evaluate(*data(noise=0), [2, 5], 20)
    assert result["spearman"] == {"rho": pytest.approx(1), "n": 300}
    assert result["linear_r2"] == pytest.approx(1)
    for shot, k in zip(result["shots"], (2, 5)):
        assert shot["k"] == k
        assert shot["mae_mean"] == pytest.approx(0, abs=1e-9)
        assert shot["r2_mean"] == pytest.approx(1)
        assert shot["predictions"] == 20 * 300 - 20 * shot["points_mean"]


def test_figures_of_a_noisy_line() -> None:
    d, y = data(noise=2.0)
    result = evaluate(d, y, [20], 50)
    shot = result["shots"][0]
    assert shot["mae_mean"] == pytest.approx(2 * np.sqrt(2 / np.pi), rel=0.1)
    assert shot["baseline_mae"] == pytest.approx(np.abs(y - np.median(y)).mean(), rel=0.05)
    assert shot["ratio"] == pytest.approx(shot["mae_mean"] / shot["baseline_mae"])
    assert 0 < shot["mae_std"] < shot["mae_mean"]


def test_distances_that_mean_nothing_do_no_better_than_the_median() -> None:
    d, y = data()
    shot = evaluate(d, np.random.default_rng(1).permutation(y), [20], 30)["shots"][0]
    assert shot["ratio"] > 0.98


def test_spearman_with_ties() -> None:
    d, y = data(50)
    d, y = np.round(d), np.round(y / 5)
    assert evaluate(d, y, [], 1)["spearman"]["rho"] == pytest.approx(spearmanr(d, y).statistic)
    assert evaluate(d, np.ones(50), [], 1)["spearman"]["rho"] is None


def test_the_central_share_restricts_everything() -> None:
    d, y = data()
    low, high = np.quantile(d, [0.05, 0.95])
    keep = (d > low) & (d < high)
    inside, alone = evaluate(d, y, [3], 10, central=0.9), evaluate(d[keep], y[keep], [3], 10)
    assert inside["n"] == keep.sum() == 270 and inside["central"] == 0.9
    assert inside["shots"] == alone["shots"]
    for no_share in (0.0, 1.5, -1.0, np.nan):
        with pytest.raises(ValueError, match="central share"):
            evaluate(d, y, [3], 10, central=no_share)


def test_value_range_restricts_everything() -> None:
    d, y = data()
    keep = (y >= 30) & (y <= 40)
    inside, alone = evaluate(d, y, [3], 10, value_range=(30, 40)), evaluate(d[keep], y[keep], [3], 10)
    assert inside["n"] == keep.sum() == inside["spearman"]["n"]
    assert inside["shots"] == alone["shots"]
    assert inside["value_range"] == [30, 40]


def test_a_seed_gives_the_same_figures_and_json_holds_them() -> None:
    d, y = data()
    one = evaluate(d, y, [2, 5], 10, seed=3)
    assert json.loads(json.dumps(one, allow_nan=False)) == one
    assert evaluate(d, y, [5], 10, seed=3)["shots"] == one["shots"][1:]
    assert evaluate(d, y, [5], 10, seed=4)["shots"] != one["shots"][1:]
    assert evaluate(d, np.ones(300), [5], 10)["shots"][0]["ratio"] is None


class Impatient(SilentReporter):
    """Cancels at the third question."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[int, int]] = []

    def tell(self, progress: Progress) -> None:
        self.steps.append((progress.done, progress.total))

    def check_cancelled(self) -> None:
        if len(self.steps) == 2:
            raise Cancelled


def test_it_reports_and_can_be_cancelled() -> None:
    reporter = Impatient()
    with pytest.raises(Cancelled):
        evaluate(*data(), [2], 1000, reporter=reporter)
    assert reporter.steps == [(0, 1000), (50, 1000)]


def test_bad_input() -> None:
    d, y = data(10)
    for shots, repeats in (([1], 5), ([9], 5), ([2], 0)):
        with pytest.raises(InputError):
            evaluate(d, y, shots, repeats)
    with pytest.raises(InputError, match="The seed can't be -3"):
        evaluate(d, y, [2], 5, seed=-3)
    with pytest.raises(InputError, match="not a finite"):
        evaluate(np.append(d, np.nan), np.append(y, 1), [2], 5)
    for shots in ([2], []):
        with pytest.raises(InputError):
            evaluate(d, y, shots, 5, value_range=(1000, 2000))
    with pytest.raises(ValueError, match="one shape"):
        evaluate(d, y[:5], [2], 5)
