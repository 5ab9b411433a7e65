"""How many images the 90 % interval holds, over 1,000 draws of few labels: the table of docs/coverage.md.

Lines are simulated here. Tables that `large-gui sort --labels` wrote, of folders in which every image has a
label, are measured too where LARGE_GUI_COVERAGE names them, separated as in PATH.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.calibrating.sampling import few_shot_indices

pytestmark = pytest.mark.benchmark

DRAWS = 1000
LABELS = (3, 5, 10, 20)
IMAGES = 2000


def simulated() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Distances and values that correlate by a figure, with residuals of several kinds."""
    cases = {}
    for correlation in (0.6, 0.7, 0.9, 0.96):
        cases[f"simulated, correlation {correlation}"] = simulate(correlation, "normal")
    cases["simulated 0.7, heavy tails"] = simulate(0.7, "heavy")
    cases["simulated 0.7, spread grows"] = simulate(0.7, "growing")
    return cases


def simulate(correlation: float, kind: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    d = rng.standard_normal(IMAGES)
    left = rng.standard_t(3, IMAGES) if kind == "heavy" else rng.standard_normal(IMAGES)
    if kind == "growing":
        left *= 0.3 + np.exp(0.6 * d)
    return d, d + np.sqrt(1 / correlation**2 - 1) * left / left.std()


def measured() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    cases = {}
    for name in filter(None, os.environ.get("LARGE_GUI_COVERAGE", "").split(os.pathsep)):
        with Path(name).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["rank"] and row["label"]]
        d, y = (np.array([float(row[column]) for row in rows]) for column in ("distance", "label"))
        cases[f"{Path(name).stem}, correlation {np.corrcoef(d, y)[0, 1]:.2f}"] = d, y
    return cases


def test_coverage_of_few_labels(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["| images | drawn | n | mean | worst twentieth | width | mean | worst twentieth | width |"]
    for name, (d, y) in (measured() | simulated()).items():
        for how in ("at random", "spread out"):
            rng = np.random.RandomState(1)
            for n in LABELS:
                draws = draw(d, n, how, rng)
                figures = [of_draws(d, y, draws, with_prior(d)), of_draws(d, y, draws, fit)]
                cells = " | ".join(f"{mean:.0f} | {worst:.0f} | {wide:.2f}" for mean, worst, wide in figures)
                lines.append(f"| {name} | {how} | {n} | {cells} |")
                mean, worst, _ = figures[0]
                assert mean > 80 and (n < 5 or worst > 45), lines[-1]
    with capsys.disabled():
        print("\n" + "\n".join(lines))


def test_coverage_where_the_spread_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """As of a direction that was learned from 100 other images, on which it left what it leaves on these."""
    lines = ["| images | drawn | n | mean | worst twentieth | width |"]
    for name, (d, y) in measured().items():
        left = y - fit(d, y).predict(d)
        known = with_prior(d, {"spread": float(np.sqrt(np.mean(left**2))), "images": 100.0})
        for how in ("at random", "spread out"):
            rng = np.random.RandomState(1)
            for n in LABELS[:2]:
                mean, worst, wide = of_draws(d, y, draw(d, n, how, rng), known)
                lines.append(f"| {name} | {how} | {n} | {mean:.0f} | {worst:.0f} | {wide:.2f} |")
    with capsys.disabled():
        print("\n" + "\n".join(lines))


def draw(d: np.ndarray, n: int, how: str, rng: np.random.RandomState) -> list[np.ndarray]:
    if how == "spread out":
        return [few_shot_indices(d, n, rng) for _ in range(DRAWS)]
    return [rng.choice(len(d), n, replace=False) for _ in range(DRAWS)]


def with_prior(order: np.ndarray, figures: dict[str, float] | None = None) -> Callable[..., Fitted]:
    return lambda d, y: calibrated(d, y, order, CalibrationOptions(), figures=figures)


def of_draws(
    d: np.ndarray, y: np.ndarray, draws: list[np.ndarray], fitted: Callable[..., Fitted]
) -> tuple[float, float, float]:
    """Mean coverage in percent, that of the 5th percentile of draws, and the median width in ideal widths."""
    ideal = 2 * float(np.quantile(np.abs(y - fit(d, y).predict(d)), 0.9))
    shares, widths = [], []
    for drawn in draws:
        low, high = fitted(d[drawn], y[drawn]).interval(d)
        rest = np.ones(len(d), bool)
        rest[drawn] = False
        shares.append(float(np.mean(((low <= y) & (y <= high))[rest])))
        widths.append(float(np.median(high - low)) / ideal)
    return 100 * float(np.mean(shares)), 100 * float(np.quantile(shares, 0.05)), float(np.median(widths))
