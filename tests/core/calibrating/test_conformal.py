"""Conformal intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.conformal import Conformal
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)


def of(d: np.ndarray, y: np.ndarray, method: str = "least-squares", level: float = 0.9) -> Fitted:
    return calibrated(d, y, d, CalibrationOptions(method=method, interval="conformal", level=level))


def draw(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A line with errors of long tails."""
    rng = np.random.default_rng(seed)
    d = rng.standard_normal(n)
    return d, 2 * d + rng.standard_t(2, n)


@given(SEEDS, st.integers(20, 40), st.floats(0.5, 0.95))
def test_it_is_the_jackknife_plus_by_brute_force(seed: int, n: int, level: float) -> None:
    d, y = draw(seed, n)
    found, new = of(d, y, level=level), np.linspace(-3, 3, 17)
    below, above = [], []
    for i in range(n):
        rest = np.arange(n) != i
        slope, intercept = np.polyfit(d[rest], y[rest], 1)
        error = abs(y[i] - slope * d[i] - intercept)
        below.append(slope * new + intercept - error)
        above.append(slope * new + intercept + error)
    place = int(np.ceil(round(level * (n + 1), 9)))
    line = fit(d, y).line(new)
    low = np.minimum(np.sort(below, axis=0)[n - place], line)
    high = np.maximum(np.sort(above, axis=0)[place - 1], line)
    np.testing.assert_allclose(found.interval(new), [low, high], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found.predict(new), line)


@pytest.mark.parametrize("method", ["least-squares", "isotonic", "spline"])
@pytest.mark.parametrize("n", [20, 80])
def test_it_holds_what_it_says_whatever_the_errors_are(method: str, n: int) -> None:
    held = []
    for seed in range(25):
        found = of(*draw(seed, n), method)
        new, truth = draw(10_000 + seed, 300)
        low, high = found.interval(new)
        assert (low <= found.predict(new)).all() and (found.predict(new) <= high).all()
        held.append(np.mean((low <= truth) & (truth <= high)))
    assert 0.85 < np.mean(held) < 0.98


def test_many_images_at_once_and_one() -> None:
    found, many = of(*draw(0, 70)), np.linspace(-3, 3, 9001)
    assert isinstance(found, Conformal) and len(found.without) == 20
    low, high = found.interval(many)
    assert found.interval(many[5000])[0] == low[5000] and (high > low).all()
    assert np.isnan(found.interval([np.nan])[0]).all()


def test_it_stops_where_the_value_ends() -> None:
    d, y = draw(1, 40)
    options = CalibrationOptions(interval="conformal")
    found = calibrated(d, y, d, options, (-3.0, 3.0))
    low, high = found.interval(d)
    assert low.min() == -3 and high.max() == 3
    assert (found.clips(d) == ((low <= -3) | (high >= 3))).all()


@pytest.mark.parametrize(
    ("n", "options", "sentence"),
    [
        (19, {}, "at least 20 labels, there are 19"),
        (3, {"method": "L2"}, "at least 20 labels, there are 3"),
        (40, {"level": 0.99}, "99 % take at least 99 labels, there are 40"),
        (40, {"spread": 1.0}, "takes no spread"),
    ],
)
def test_what_is_too_little_for_it(n: int, options: dict[str, object], sentence: str) -> None:
    d, y = draw(0, n)
    with pytest.raises(InputError, match=sentence) as caught:
        calibrated(d, y, d, CalibrationOptions(interval="conformal", **options))  # type: ignore[arg-type]
    assert caught.value.hint


def test_another_level_may_be_asked_for() -> None:
    found, new = of(*draw(0, 40)), np.linspace(-1, 1, 5)
    half, most = (np.subtract(*found.interval(new, level)[::-1]) for level in (0.5, 0.95))
    assert (half < most).all()
    with pytest.raises(InputError, match="at least 99 labels"):
        found.interval(new, 0.99)
    with pytest.raises(InputError, match="not possible"):
        found.interval(new, 1.5)
