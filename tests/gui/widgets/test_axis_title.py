"""Titles of axes in as many words as there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from large_gui.gui.widgets.plotting.axis_title import Title, shortened

YAW = Title(" ← distance → ", "turned to the image's left", "turned to the image's right", "distance")


def width(text: str) -> float:
    """As in a font whose letters are all one pixel wide."""
    return len(text)


def test_ends_lose_words_in_their_middle_before_letters() -> None:
    assert YAW.within(70, width) == YAW.whole
    assert YAW.within(50, width) == "turned to … left ← distance → turned to … right"
    assert YAW.within(44, width) == "turned … left ← distance → turned … right"
    assert YAW.within(34, width) == "turne…left ← distance → turne…ight"
    assert YAW.within(20, width) == "distance"


def test_a_short_end_leaves_its_room_to_the_other() -> None:
    smile = Title(" ← distance → ", "no", "a smile that shows the teeth", "distance")
    assert smile.within(36, width) == "no ← distance → a smile … the teeth"


def test_a_unit_goes_before_letters_do() -> None:
    severity = Title("severity (grade)", brief="severity")
    assert [severity.within(room, width) for room in (16, 15, 8, 6)] == [
        "severity (grade)", "severity", "severity", "sev…ty",
    ]  # fmt: skip


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20), st.integers(1, 80))
def test_no_title_is_wider_than_its_room(words: str, low: str, high: str, room: int) -> None:
    title = Title(words, low, high)
    said = title.within(room, width)
    assert width(said) <= room
    assert said == title.whole or width(title.whole) > room
    assert width(shortened(words, room, width)) <= room
