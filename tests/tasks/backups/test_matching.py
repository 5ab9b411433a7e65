"""Images of two folders are matched by content alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from large_gui.tasks.backups.contents import match

FOLDERS = st.dictionaries(
    st.sampled_from([f"{a}/{b}" for a in "xyz" for b in "012"]), st.sampled_from("ABCD")
)


@given(before=FOLDERS, now=FOLDERS)
def test_each_image_has_a_place_of_the_same_content(before: dict[str, str], now: dict[str, str]) -> None:
    matched = match(before, now)
    assert matched.places.keys() | set(matched.missing) == before.keys()
    assert len(matched.places) + len(matched.missing) == len(before)
    assert len(set(matched.places.values())) == len(matched.places)  # two never share one
    for path, place in matched.places.items():
        assert now[place] == before[path]
        assert place == path or now.get(path) != before[path]  # what lies where it lay stays there
    for path in matched.missing:  # there is no copy left
        copies = {place for place, sha in now.items() if sha == before[path]}
        assert copies <= set(matched.places.values())


def test_copies_of_one_image_keep_their_order() -> None:
    before = {"2.png": "A", "10.png": "A", "1.png": "A", "other.png": "B"}
    now = {"x/b2.png": "A", "x/b10.png": "A", "x/other.png": "A", "other.png": "B"}
    places = {"1.png": "x/b2.png", "2.png": "x/b10.png", "10.png": "x/other.png", "other.png": "other.png"}
    assert match(before, now).places == places
