"""Named grades: their cuts, and where labels put them."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.ordinal import Grades, even_grades, fitted_grades
from large_gui.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)
THREE = ("low", "middle", "high")
GRADES = Grades(THREE, (-1.0, 2.0))


def names(k: int) -> tuple[str, ...]:
    return tuple(f"grade {i}" for i in range(k))


def test_an_image_on_a_cut_belongs_to_the_upper_grade() -> None:
    d = [-math.inf, -1.01, -1.0, 0.0, 1.99, 2.0, math.inf, math.nan]
    found = GRADES.grade(d)
    assert found.tolist() == [0, 0, 1, 1, 1, 2, 2, -1]
    assert found.dtype == np.intp
    assert GRADES.grade([]).tolist() == []
    assert Grades(THREE, (1.0, 1.0)).grade([0.0, 1.0]).tolist() == [0, 2]


@pytest.mark.parametrize(
    ("given_names", "cuts", "sentence"),
    [
        ((), (), "there are 0"),
        (("one",), (), "there is 1"),
        (("low", "  "), (0.0,), "has no name"),
        (("low", " low "), (0.0,), "called 'low'"),
        (THREE, (0.0,), "need 2 cut points, not 1"),
        (THREE, (0.0, math.nan), "not a finite"),
        (THREE, (-math.inf, 0.0), "not a finite"),
        (THREE, (1.0, 0.0), "rising order"),
    ],
)
def test_what_makes_no_grades_is_refused(
    given_names: tuple[str, ...], cuts: tuple[float, ...], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        Grades(given_names, cuts)
    assert caught.value.hint


def test_moving_a_cut_stops_at_its_neighbours() -> None:
    assert GRADES.moved(0, 0.5) == Grades(THREE, (0.5, 2.0))
    assert GRADES.moved(0, 7) == Grades(THREE, (2.0, 2.0))
    assert GRADES.moved(1, -7) == Grades(THREE, (-1.0, -1.0))
    assert GRADES.moved(1, 1e9).cuts == (-1.0, 1e9)
    assert GRADES.cuts == (-1.0, 2.0), "the original stays"


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.integers(0, 5), st.floats(-20, 20, width=32))
def test_a_moved_cut_changes_nothing_else(cuts: list[float], index: int, cut: float) -> None:
    before = Grades(names(len(cuts) + 1), tuple(sorted(cuts)))
    index %= len(cuts)
    after = before.moved(index, cut)
    assert [c for i, c in enumerate(after.cuts) if i != index] == [
        c for i, c in enumerate(before.cuts) if i != index
    ]
    assert after.moved(index, before.cuts[index]) == before


def test_cuts_that_can_not_be_moved() -> None:
    for cut in (math.nan, math.inf):
        with pytest.raises(InputError, match="not a finite"):
            GRADES.moved(1, cut)
    for index in (-1, 2):
        with pytest.raises(IndexError):
            GRADES.moved(index, 0.0)


def test_renaming() -> None:
    assert GRADES.renamed(["a", "b", "c"]) == Grades(("a", "b", "c"), GRADES.cuts)
    with pytest.raises(InputError, match="cut points"):
        GRADES.renamed(["a", "b"])


@given(SEEDS, st.integers(2, 7), st.integers(1, 200))
def test_even_grades_share_the_images_out(seed: int, k: int, n: int) -> None:
    d = np.random.default_rng(seed).standard_normal(n)
    grades = even_grades(names(k), np.concatenate((d, [math.nan, math.inf, -math.inf])))
    assert grades == even_grades(names(k), d)
    sizes = np.bincount(grades.grade(d), minlength=k)
    assert sizes.sum() == n
    assert np.abs(sizes - n / k).max() < 2


def test_even_grades_need_a_distance_and_names() -> None:
    for d in ([], [math.nan, math.inf]):
        with pytest.raises(InputError, match="no distances"):
            even_grades(THREE, d)
    for few in ((), ("one",)):
        with pytest.raises(InputError, match="at least 2 names"):
            even_grades(few, [1.0, 2.0])
    assert even_grades(THREE, [4.0]).cuts == (4.0, 4.0)


def test_cuts_lie_in_the_middle_between_labels() -> None:
    d = np.array([0.0, 1.0, 2.0, 5.0, 6.0, 7.0, 8.0, 100.0, math.nan])
    labels = np.array([0, -1, 0, 1, -1, 1, 2, -1, 0])
    assert fitted_grades(THREE, d, labels).cuts == (3.5, 7.5)


def test_several_cuts_in_one_gap_divide_it() -> None:
    assert fitted_grades(THREE, [0.0, 3.0], np.array([0, 2])).cuts == (1.0, 2.0)


def test_a_grade_beyond_the_labels_reaches_to_the_last_image() -> None:
    grades = fitted_grades(("a", "b", "c", "d"), [-9.0, -5.0, 5.0, 6.0], np.array([-1, 1, 2, -1]))
    assert grades.cuts == (-7.0, 0.0, 5.5)
    d = [1.0, 2.0]
    grades = fitted_grades(("a", "b", "c", "d"), d, np.array([1, 2]))
    assert grades.grade(d).tolist() == [1, 2], "also where no image is farther out"


def test_neighbouring_floats_are_told_apart() -> None:
    d = [1.0, np.nextafter(1.0, 2.0)]
    assert fitted_grades(("a", "b"), d, np.array([0, 1])).grade(d).tolist() == [0, 1]


@given(SEEDS, st.integers(2, 4), st.integers(2, 8), st.booleans())
def test_no_cuts_agree_better_with_the_labels(seed: int, k: int, n: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    d = rng.integers(0, 5, n).astype(float) if ties else rng.standard_normal(n)
    labels = rng.integers(-1, k, n)
    used = labels >= 0
    if len(set(labels[used])) < 2:
        return
    grades = fitted_grades(names(k), d, labels)
    error = np.abs(grades.grade(d) - labels)[used].sum()
    at = [*np.unique(d), d.max() + 1]
    least = min(
        np.abs(np.searchsorted(cuts, d, side="right") - labels)[used].sum()
        for cuts in itertools.combinations_with_replacement(at, k - 1)
    )
    assert error == least


@given(SEEDS, st.integers(2, 6), st.integers(2, 200))
def test_fitted_grades_keep_what_grades_say(seed: int, k: int, n: int) -> None:
    """Labels that some cuts gave are met without an error, in any order of the images."""
    rng = np.random.default_rng(seed)
    d = rng.standard_normal(n)
    labels = Grades(names(k), tuple(np.sort(rng.standard_normal(k - 1)).tolist())).grade(d)
    if len(set(labels)) < 2:
        return
    grades = fitted_grades(names(k), d, labels)
    np.testing.assert_array_equal(grades.grade(d), labels)
    shuffled = rng.permutation(n)
    assert fitted_grades(names(k), d[shuffled], labels[shuffled]) == grades


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([-1, -1, -1], "2 different"),
        ([0, 0, -1], "2 different"),
        ([0, -1, 1], "2 different"),  # the third has no distance
        ([0, 3, -1], "does not exist"),
        ([0, -2, 1], "does not exist"),
    ],
)
def test_labels_that_fit_no_grades_are_refused(labels: list[int], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        fitted_grades(THREE, [0.0, 1.0, math.nan], np.array(labels))
    assert caught.value.hint


def test_other_mistakes() -> None:
    with pytest.raises(ValueError, match=re.escape("one shape (N,)")):
        fitted_grades(THREE, [0.0, 1.0], np.array([0]))
    with pytest.raises(InputError, match="called 'x'"):
        fitted_grades(("x", "x"), [0.0, 1.0], np.array([0, 1]))
