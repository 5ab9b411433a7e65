"""What the project keeps by path moves with images, whole and without overwriting anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from large_gui.core.choices import Answer, Comparison
from large_gui.errors import InputError
from large_gui.project.images.contents import Content
from large_gui.project.store import Label, ProjectStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore(tmp_path / "a.large") as store:
        yield store


def test_everything_moves_and_two_may_trade_places(store: ProjectStore) -> None:
    store.set_labels("age", {"a": Label(1.0, True), "b": Label(2.0), "c": Label(3.0)})
    store.set_tags("smiles", {"a": True})
    store.set_grouping("plot", {"a": "north", "b": "south"})
    store.set_comparisons("age", [Comparison("a", "c", Answer.FIRST), Comparison("c", "b", Answer.EQUAL)])
    assert store.said_of() == {"a", "b", "c"}
    store.follow({"a": "b", "b": "a"})
    assert store.labels("age") == {"b": Label(1.0, True), "a": Label(2.0), "c": Label(3.0)}
    assert store.tags() == {"smiles": {"b": True}}
    assert store.groupings() == {"plot": {"b": "north", "a": "south"}}
    assert store.comparisons("age") == [
        Comparison("b", "c", Answer.FIRST), Comparison("c", "a", Answer.EQUAL)
    ]  # fmt: skip


def test_nothing_is_overwritten(store: ProjectStore) -> None:
    store.set_labels("age", {"a": Label(1.0), "b": Label(2.0), "c": Label(3.0)})
    store.follow({"a": "b", "c": "a"})
    assert store.labels("age") == {"b": Label(2.0), "a": Label(3.0), "a (earlier)": Label(1.0)}


def test_contents_come_back_and_what_is_damaged_is_refused(store: ProjectStore) -> None:
    kept = {"a": Content(bytes(32)), "b": Content(b"1" * 32, b"2" * 32)}
    store.set_contents({**kept, "c": Content(bytes(32))})
    store.set_contents({"c": None})
    assert store.contents() == kept
    for path, sha in (("d", b"short"), ("d", "text"), ("../d", bytes(32))):
        store.change([("INSERT INTO contents VALUES (?, ?, NULL)", (path, sha))])
        with pytest.raises(InputError, match="damaged"):
            store.contents()
        store.change([("DELETE FROM contents WHERE path = ?", (path,))])
