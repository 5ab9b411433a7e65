"""Which image to label next."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.suggestion import Suggestion, gain, suggest

SEEDS = st.integers(0, 2**32 - 1)
LINE = np.arange(11.0)


def marked(n: int, *indices: int) -> np.ndarray:
    return np.isin(np.arange(n), indices)


@pytest.mark.parametrize(
    ("labelled", "index", "why"),
    [
        ((), 0, "the low end"),
        ((5,), 0, "the low end"),
        ((0,), 10, "the high end"),
        ((10,), 0, "the low end"),
        ((0, 10), 5, "the middle"),
        ((0, 4, 10), 7, "the largest gap"),  # 4 is within 10 % of the middle
        ((0, 3, 10), 5, "the middle"),
        ((0, 5, 10), 2, "the largest gap"),  # 2.5 lies between two images: the first
        ((0, 2, 5, 10), 7, "the largest gap"),
        ((0, 2, 5, 7, 10), 3, "the largest gap"),
    ],
)
def test_the_order_of_suggestions(labelled: tuple[int, ...], index: int, why: str) -> None:
    assert suggest(LINE, marked(11, *labelled)) == Suggestion(index, why)


def test_a_label_near_an_end_or_beyond_it_will_do() -> None:
    d = np.concatenate(([-50.0], np.linspace(0, 100, 200), [500.0]))
    beyond = suggest(d, marked(202, 0))
    assert beyond is not None
    assert beyond.why == "the high end"
    near = suggest(d, np.isclose(d, d[np.abs(d - 5).argmin()]))
    assert near is not None
    assert near.why == "the high end"
    both = suggest(d, marked(202, 0, 201))
    assert both is not None
    assert both.why == "the middle"


def test_an_outlier_among_many_is_no_end() -> None:
    d = np.arange(101.0)
    d[[7, 8]] = -1e6, 1e6
    low = suggest(d, marked(101))
    assert low is not None
    assert d[low.index] == pytest.approx(2, abs=1)
    high = suggest(d, marked(101, low.index))
    assert high is not None
    assert d[high.index] == pytest.approx(98, abs=1)
    few = suggest(d[:49], marked(49))
    assert few == Suggestion(7, "the low end"), "of few images the outermost is"


def test_images_that_can_not_be_labelled() -> None:
    d = np.array([math.nan, 0.0, 1.0, -math.inf, 2.0])
    assert suggest(d, marked(5), marked(5, 0, 3)) is None
    assert suggest(d, marked(5), marked(5, 2, 4)) == Suggestion(2, "the low end")
    assert suggest(d, marked(5, 1, 2, 4)) is None
    assert suggest(d, marked(5, 0), None) == Suggestion(1, "the low end")
    assert suggest([], marked(0)) is None


def test_equal_distances_are_suggested_one_after_the_other() -> None:
    d, labelled = np.zeros(3), marked(3)
    for expected in (0, 1, 2):
        found = suggest(d, labelled)
        assert found is not None
        assert found.index == expected
        labelled[expected] = True
    assert suggest(d, labelled) is None


def test_an_empty_middle_is_asked_for_once() -> None:
    """Two heaps with nothing between them: the image nearest to the middle stands for it."""
    d = np.array([0.0, 1.0, 2.0, 98.5, 99.0, 100.0])
    assert suggest(d, marked(6, 0, 5)) == Suggestion(2, "the middle")
    assert suggest(d, marked(6, 0, 2, 5)) == Suggestion(1, "the largest gap")


def test_an_empty_gap_is_passed_over() -> None:
    d = np.array([0.0, 5.0, 10.0, 50.0, 51.0, 90.0, 95.0, 100.0])
    found = suggest(d, marked(8, 0, 2, 3, 5, 7))
    assert found == Suggestion(1, "the largest gap"), "not the one next to 50"


def test_beyond_the_labels_when_nothing_lies_between() -> None:
    d = np.concatenate(([-90.0, -40.0], np.linspace(0, 1, 98), [70.0]))
    found = suggest(d, (d >= 0) & (d <= 1))
    assert found == Suggestion(0, "the largest gap")


def sample(seed: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    d = rng.integers(0, 30, n) / 3 if seed % 3 == 0 else rng.standard_normal(n)
    d[rng.random(n) < 0.1] = math.nan
    return d, rng.random(n) < rng.random() / 2, rng.random(n) < 0.8


@given(SEEDS, st.integers(0, 120))
def test_a_suggestion_can_always_be_labelled(seed: int, n: int) -> None:
    d, labelled, available = sample(seed, n)
    free = np.isfinite(d) & available & ~labelled
    found = suggest(d, labelled, available)
    assert (found is None) == (not free.any())
    if found is not None:
        assert free[found.index]
        assert found == suggest(d, labelled, available)
        assert found.why in ("the low end", "the high end", "the middle", "the largest gap")


@given(SEEDS, st.integers(1, 80))
def test_following_the_suggestions_labels_every_image_once(seed: int, n: int) -> None:
    """Each of the two ends and the middle is asked for at most once, in this order, before any gap."""
    d, labelled, available = sample(seed, n)
    free = int((np.isfinite(d) & available & ~labelled).sum())
    reasons = []
    while (found := suggest(d, labelled, available)) is not None:
        reasons.append(found.why)
        labelled[found.index] = True
    order = ["the low end", "the high end", "the middle", "the largest gap"]
    ranks = [order.index(why) for why in reasons]
    assert len(ranks) == free
    assert ranks == sorted(ranks)
    assert all(ranks.count(rank) <= 1 for rank in (0, 1, 2))


@given(SEEDS, st.integers(3, 20))
def test_the_largest_gap_of_a_dense_order_is_halved(seed: int, labels: int) -> None:
    rng = np.random.default_rng(seed)
    d = rng.permutation(np.linspace(-1, 1, 2001))
    labelled = np.isin(d, [d.min(), d.max()]) | (np.abs(d) < 0.001)
    labelled[rng.choice(2001, labels)] = True
    found = suggest(d, labelled)
    at = np.sort(d[labelled])
    widest = np.diff(at).max()
    assert found is not None
    assert found.why == "the largest gap"
    assert np.abs(at - d[found.index]).min() == pytest.approx(widest / 2, abs=0.0011)


def test_shapes_have_to_agree() -> None:
    with pytest.raises(ValueError, match="one shape"):
        suggest([0.0, 1.0], marked(3))
    with pytest.raises(ValueError, match="one shape"):
        suggest([0.0, 1.0], marked(2), marked(3))


@given(SEEDS, st.integers(3, 12))
def test_the_gain_is_what_a_label_on_the_line_would_bring(seed: int, n: int) -> None:
    """But for the residual error, which is taken to stay: so both intervals are measured in it."""
    rng = np.random.default_rng(seed)
    d, order, at = rng.normal(size=n), rng.normal(size=200), float(rng.normal())
    y = d + rng.normal(size=n)
    line = fit(d, y)
    after = fit([*d, at], [*y, line.line([at])[0]])
    before, later = (
        np.mean(np.subtract(*one.interval(order)[::-1])) / one.residual_std for one in (line, after)
    )
    found = gain(line, at, order)
    assert found is not None
    assert found.share == pytest.approx(1 - later / before)
    assert 0 < found.share < 1


def test_the_gain_is_largest_where_the_label_is_missing() -> None:
    d = np.linspace(-1, 0, 8)
    line, order = fit(d, d + 0.1 * np.sin(9 * d)), np.linspace(-1, 1, 101)
    high, middle = gain(line, 1.0, order), gain(line, -0.5, order)
    assert high is not None and middle is not None
    assert high.where == "at the high end" and high.share > middle.share
    low = gain(fit(-d, d), -1.0, order)
    assert low is not None and low.where == "at the low end"


def test_without_an_interval_there_is_no_gain() -> None:
    assert gain(fit([0, 1], [0, 1]), 0.5, LINE) is None
    assert gain(fit([0, 1, 2], [0, 1, 3]), 0.5, []) is None
