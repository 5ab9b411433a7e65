"""Answers about images of a folder, put together."""

from __future__ import annotations

import numpy as np
import pytest

from large_gui.core.choices import Answer, Comparison
from large_gui.core.comparing.compared import compare

NUMBER = {f"{i}.jpg": i for i in range(6)}
D = np.array([0.0, 1.0, 2.0, 3.0, 4.0, np.nan])


def says(a: int, b: int, answer: Answer = Answer.SECOND) -> Comparison:
    return Comparison(f"{a}.jpg", f"{b}.jpg", answer)


def test_answers_about_images_without_a_place_are_left_out() -> None:
    gone = Comparison("gone.jpg", "0.jpg", Answer.FIRST)
    found = compare(D, NUMBER, [says(0, 1), gone, says(4, 5), says(3, 3)])
    assert found.answers == 1 and found.least_to_most() == [0, 1]
    assert found.images.tolist() == [0, 1, 2, 3, 4]
    assert found.seen().keys() == {0, 1} and found.seen()[1] > 0 > found.seen()[0]
    none = compare(np.full(6, np.nan), NUMBER, [says(0, 1)])
    assert none.answers == 0 and none.next_pair() is None and none.least_to_most() == []


def test_the_next_pair_stays_until_something_changes() -> None:
    found = compare(D, NUMBER, [says(0, 1), says(2, 3, Answer.EQUAL)])
    pair = found.next_pair()
    assert pair is not None and pair == found.next_pair() and frozenset(pair) not in ({0, 1}, {2, 3})
    other = found.next_pair([pair], pair)
    assert other is not None and set(other) != set(pair)
    two = compare(D[:2], NUMBER, [])
    assert two.next_pair([(0, 1)], (0, 1)) is None and two.next_pair([(7, 8)], (7, 8)) is not None


@pytest.mark.parametrize("against", [False, True])
def test_cut_points_follow_the_direction_whichever_way_it_runs(against: bool) -> None:
    answer = Answer.FIRST if against else Answer.SECOND
    pairs = [says(a, b, answer) for a in range(5) for b in range(a + 1, 5)]
    found = compare(D, NUMBER, pairs)
    assert found.agreement.agreeing == (0 if against else 10)
    cuts = found.cut_points(3)
    assert len(cuts) == 2 and 0 < cuts[0] < cuts[1] < 4 and sum(cuts) == pytest.approx(4)
    assert found.cut_points(3, sign=-1) == pytest.approx(tuple(-cut for cut in reversed(cuts)))
