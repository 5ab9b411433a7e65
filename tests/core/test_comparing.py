"""Orders out of pairs: scores, agreement, what to ask next, and cut points."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.core.calibrating.ordinal import Grades
from large_gui.core.comparing.asking import PLAYERS, next_pair, players
from large_gui.core.comparing.pairwise import agreement, bradley_terry
from large_gui.core.comparing.steps import cut_points, monotone
from large_gui.errors import InputError

IMAGES = 7
PAIR = st.tuples(st.integers(0, IMAGES - 1), st.integers(0, IMAGES - 1)).filter(lambda p: p[0] != p[1])
ANSWERS = st.lists(st.tuples(PAIR, st.sampled_from([0.0, 0.5, 1.0])), max_size=40)


def apart(answers: list[tuple[tuple[int, int], float]]) -> tuple[list[tuple[int, int]], list[float]]:
    return [pair for pair, _ in answers], [won for _, won in answers]


@given(st.permutations(range(IMAGES)), st.booleans())
def test_consistent_answers_give_back_the_order(order: list[int], neighbours: bool) -> None:
    place = {image: n for n, image in enumerate(order)}
    pairs = list(pairwise(order)) if neighbours else list(combinations(range(IMAGES), 2))
    scores = bradley_terry(IMAGES, pairs, [float(place[a] > place[b]) for a, b in pairs])
    assert np.argsort(scores.values).tolist() == order


@given(ANSWERS)
def test_scores_are_finite_and_add_up_to_nothing(answers: list[tuple[tuple[int, int], float]]) -> None:
    scores = bradley_terry(IMAGES, *apart(answers))
    assert np.isfinite(scores.values).all() and abs(scores.values.sum()) < 1e-8
    assert np.linalg.eigvalsh(scores.covariance).min() > 0
    chances = scores.chances()
    np.testing.assert_allclose(chances + chances.T, 1)
    np.testing.assert_allclose(np.diag(scores.variances()), 0, atol=1e-12)


@given(ANSWERS)
def test_opposite_answers_give_opposite_scores(answers: list[tuple[tuple[int, int], float]]) -> None:
    pairs, won = apart(answers)
    scores = bradley_terry(IMAGES, pairs, won).values
    np.testing.assert_allclose(bradley_terry(IMAGES, pairs, [1 - w for w in won]).values, -scores, atol=1e-8)
    swapped = bradley_terry(IMAGES, [(b, a) for a, b in pairs], [1 - w for w in won])
    np.testing.assert_allclose(swapped.values, scores, atol=1e-8)


@given(st.lists(PAIR, max_size=20))
def test_equal_answers_give_equal_scores(pairs: list[tuple[int, int]]) -> None:
    scores = bradley_terry(IMAGES, pairs, [0.5] * len(pairs))
    np.testing.assert_allclose(scores.values, 0, atol=1e-9)


@given(ANSWERS, PAIR)
def test_another_win_raises_the_winner_and_narrows_the_difference(
    answers: list[tuple[tuple[int, int], float]], pair: tuple[int, int]
) -> None:
    before = bradley_terry(IMAGES, *apart(answers))
    after = bradley_terry(IMAGES, *apart([*answers, (pair, 1.0)]))
    a, b = pair
    assert after.values[a] - after.values[b] > before.values[a] - before.values[b]


def test_the_scores_are_the_ones_of_the_model() -> None:
    """Two images and a win: the log-posterior ``log p(s) - s²/8`` by a fine grid."""
    s = np.linspace(0, 3, 300_001)
    difference = s[np.argmin(np.logaddexp(0, -s) + 2 * (s / 2) ** 2 / (2 * 2.0**2))]
    values = bradley_terry(2, [(0, 1)], [1.0]).values
    assert values[0] - values[1] == pytest.approx(difference, abs=1e-4)


@pytest.mark.parametrize(
    ("pairs", "won"),
    [([(0, 0)], [1.0]), ([(0, 9)], [1.0]), ([(-1, 0)], [1.0]), ([(0, 1)], [2.0]), ([(0, 1)], [])],
)
def test_what_is_no_answer_is_refused(pairs: list[tuple[int, int]], won: list[float]) -> None:
    with pytest.raises(ValueError):
        bradley_terry(3, pairs, won)


def test_agreement_counts_decided_answers() -> None:
    d = [0.0, 1.0, 2.0, 2.0]
    found = agreement(d, [(0, 1), (2, 1), (1, 2), (0, 2), (2, 3)], [0.0, 1.0, 1.0, 0.5, 1.0])
    assert (found.agreeing, found.decided) == (2, 4), "an equal answer is none; equal distances have no order"
    # Wilson's interval of 14 of 16, by hand.
    known = agreement([0.0, 1.0], [(1, 0)] * 16, [1.0] * 14 + [0.0] * 2)
    assert (known.low, known.high) == pytest.approx((0.6398, 0.9650), abs=1e-4)
    assert (agreement(d, [], []).low, agreement(d, [], []).high) == (0, 1)
    assert agreement([0.0, 1.0], [(0, 1)] * 8, [1.0] * 8).opposed and not known.opposed


@given(ANSWERS, st.lists(st.floats(-5, 5), min_size=IMAGES, max_size=IMAGES, unique=True))
def test_distances_turned_round_agree_with_the_others(
    answers: list[tuple[tuple[int, int], float]], d: list[float]
) -> None:
    pairs, won = apart(answers)
    one, other = agreement(d, pairs, won), agreement([-x for x in d], pairs, won)
    assert one.agreeing + other.agreeing == one.decided == other.decided
    assert 0 <= one.low <= one.high <= 1 and one.low == pytest.approx(1 - other.high)


@given(st.integers(0, 60), st.sets(st.integers(0, 59), max_size=8), st.integers(0, 9))
def test_players_are_spread_over_the_order(n: int, compared: set[int], seed: int) -> None:
    d = np.random.default_rng(seed).normal(size=n)
    d[::7] = np.nan
    known = {i for i in compared if i < n and np.isfinite(d[i])}
    found = players(d, compared)
    assert np.isfinite(d[found]).all() and (np.diff(d[found]) > 0).all() and known <= set(found.tolist())
    there = int(np.isfinite(d).sum())
    assert min(there, PLAYERS) <= len(found) <= min(there, PLAYERS + len(known))
    if there:
        ranks = np.searchsorted(np.sort(d[np.isfinite(d)]), d[found])
        assert np.diff([-1, *ranks, there]).max() <= 2 * math.ceil(there / PLAYERS)
    assert players(d, found.tolist()).tolist() == found.tolist(), "answers do not change who is asked about"


@given(ANSWERS, st.integers(0, 99))
def test_a_pair_is_new_and_never_the_last_one(
    answers: list[tuple[tuple[int, int], float]], seed: int
) -> None:
    pairs, won = apart(answers)
    found = next_pair(bradley_terry(IMAGES, pairs, won), pairs, np.random.default_rng(seed))
    assert found is not None and found[0] != found[1]
    known = {frozenset(pair) for pair in pairs}
    assert not pairs or set(found) != set(pairs[-1])
    if len(known) < IMAGES * (IMAGES - 1) // 2:
        assert frozenset(found) not in known


def test_the_only_pair_is_asked_once() -> None:
    random = np.random.default_rng(0)
    assert next_pair(bradley_terry(1, [], []), [], random) is None
    assert set(next_pair(bradley_terry(2, [], []), [], random) or ()) == {0, 1}
    assert next_pair(bradley_terry(2, [(1, 0)], [1.0]), [(1, 0)], random) is None


def test_no_side_is_the_better_one() -> None:
    scores, random = bradley_terry(6, [], []), np.random.default_rng(0)
    found = [next_pair(scores, [], random) or (0, 0) for _ in range(200)]
    assert 60 < sum(a > b for a, b in found) < 140
    assert {abs(a - b) for a, b in found} == {3}, "far apart at first: half the order"


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_sixty_answers_put_twenty_images_into_order(seed: int) -> None:
    """A person who errs as the model says, with the ends of the order eight log-odds apart."""
    random = np.random.default_rng(seed)
    truth = np.linspace(-4, 4, 20)
    pairs: list[tuple[int, int]] = []
    won: list[float] = []
    for _ in range(60):
        pair = next_pair(bradley_terry(20, pairs, won), pairs, random)
        assert pair is not None
        pairs.append(pair)
        won.append(float(random.random() < 1 / (1 + math.exp(truth[pair[1]] - truth[pair[0]]))))
    ranks = np.argsort(np.argsort(bradley_terry(20, pairs, won).values))
    assert np.corrcoef(ranks, np.arange(20))[0, 1] > 0.8


POINTS = st.lists(st.tuples(st.floats(-10, 10), st.floats(-3, 3), st.floats(0.1, 5)), min_size=1, max_size=20)


@given(POINTS)
def test_the_monotone_fit_never_falls_and_is_the_nearest(points: list[tuple[float, float, float]]) -> None:
    d, s, w = np.array(points).T
    at, fitted = monotone(d, s, w)
    assert (np.diff(at) > 0).all() and (np.diff(fitted) >= 0).all()
    assert s.min() - 1e-9 <= fitted.min() and fitted.max() <= s.max() + 1e-9
    here = fitted[np.searchsorted(at, d)]
    assert np.sum(w * (s - here)) == pytest.approx(0, abs=1e-8)
    straight = np.sum(w * s) / np.sum(w)
    assert np.sum(w * (s - here) ** 2) <= np.sum(w * (s - straight) ** 2) + 1e-9
    again, twice = monotone(at, fitted, np.ones_like(at))
    np.testing.assert_allclose(twice, fitted)
    assert again.tolist() == at.tolist()


@given(POINTS, st.integers(2, 6))
def test_cuts_are_grades(points: list[tuple[float, float, float]], k: int) -> None:
    d, s, w = np.array(points).T
    try:
        cuts = cut_points(d, s, w, k)
    except InputError as error:
        assert np.ptp(monotone(d, s, w)[1]) < 1e-6 and error.hint
        return
    Grades(tuple(f"grade {i}" for i in range(k)), cuts)
    assert d.min() <= cuts[0] and cuts[-1] <= d.max()


def test_cuts_are_equal_steps_of_what_is_seen() -> None:
    d = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert cut_points(d, 2 * d, np.ones(5), 4) == pytest.approx((1, 2, 3))
    assert cut_points(d, [0, 0, 0, 2, 4], np.ones(5), 2) == pytest.approx((3,)), "where it begins to be seen"
    assert cut_points(d, [0, 2, 1, 3, 4.5], np.ones(5), 3) == pytest.approx((1, 3))
    with pytest.raises(InputError, match="no steps"):
        cut_points(d, -d, np.ones(5), 3)


def test_what_has_no_weight_or_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        monotone([0.0, 1.0], [0.0], [1.0])
    with pytest.raises(ValueError, match="positive"):
        monotone([0.0], [0.0], [0.0])
