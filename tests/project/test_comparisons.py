"""Answers about pairs of images, as the project file keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.core.choices import Answer, Comparison
from large_gui.errors import InputError, LargeError
from large_gui.project.store import ProjectStore

NAMES = st.sampled_from(["a.jpg", "b.jpg", "sub/c.jpg", "sub/é ü.jpg"])
COMPARISONS = st.lists(st.builds(Comparison, NAMES, NAMES, st.sampled_from(Answer)), max_size=8)


@settings(max_examples=30, deadline=None)
@given(before=COMPARISONS, after=COMPARISONS, others=COMPARISONS)
def test_answers_come_back_in_their_order(
    tmp_path_factory: pytest.TempPathFactory, before: list[Comparison], after: list[Comparison],
    others: list[Comparison],
) -> None:  # fmt: skip
    path = tmp_path_factory.mktemp("store") / "p.large"
    with ProjectStore(path) as store:
        store.set_comparisons("age", before)
        store.set_comparisons("yaw", others)
        assert store.comparisons("age") == before
        store.set_comparisons("age", after)
    with ProjectStore(path) as store:
        assert store.comparisons("age") == after and store.comparisons("yaw") == others
        assert store.comparisons("smile") == []


@pytest.mark.parametrize(
    ("column", "value"), [("first", "../out.jpg"), ("second", "/etc/passwd"), ("answer", "<b>perhaps</b>")]
)
def test_what_nobody_could_have_answered_is_refused(tmp_path: Path, column: str, value: str) -> None:
    with ProjectStore(tmp_path / "p.large") as store:
        store.set_comparisons("age", [Comparison("a.jpg", "b.jpg", Answer.FIRST)])
        store.change([(f"UPDATE comparisons SET {column} = ?", (value,))])
        with pytest.raises(LargeError) as caught:
            store.comparisons("age")
        assert not isinstance(caught.value, InputError) or caught.value.hint
