"""Named grades: their cuts, and where labels put them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.ordinal import Grades, even_grades
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


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=4), st.lists(st.floats(-6, 6), max_size=20))
def test_turned_round_every_image_keeps_its_grade(cuts: list[float], distances: list[float]) -> None:
    grades = Grades(names(len(cuts) + 1), tuple(sorted(cuts)))
    turned, d = grades.turned(), np.array([*distances, *cuts])
    kept = [grades.names[i] for i in grades.grade(d)]
    assert [turned.names[i] for i in turned.grade(-d)] == kept, "those on a cut too"
    assert turned.turned() == grades
