"""What is said of a project whose model was renewed since its images were measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from large_gui.core.calibrating.ordinal import Grades
from large_gui.core.choices import Answer, Comparison
from large_gui.core.direction import FROM_FILE, Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.project.codes.cache import Inverted
from large_gui.project.store import Label, ProjectStore
from large_gui.project.value import Value
from large_gui.tasks.finding.own import keep
from large_gui.tasks.models import ModelCard, model_card, open_model
from large_gui.tasks.opening.renewed import renewed
from tests.colours import GREY, colour_model, know_toys

OLD, NEW = "0123456789abcdef", "fedcba9876543210"
SAYINGS: dict[str, Callable[[ProjectStore], None]] = {
    "labels": lambda store: store.set_labels("age", {"a.png": Label(3)}),
    "tags": lambda store: store.set_tags("hat", {"a.png": True}),
    "comparisons": lambda store: store.set_comparisons("age", [Comparison("a.png", "b.png", Answer.FIRST)]),
    "groups": lambda store: store.set_grouping("treatment", {"a.png": "control"}),
}


@pytest.fixture
def card(home: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    know_toys(monkeypatch, home)
    colour_model(GREY)
    return replace(model_card("colours"), key=NEW)


@pytest.fixture
def store(tmp_path: Path) -> ProjectStore:
    return ProjectStore(tmp_path / "a.large")


def found(name: str, key: str, found_by: str = "svm") -> Direction:
    return replace(GREY, name=name, found_by=found_by, record=FindingRecord(model_key=key))


def test_the_same_version_is_nothing_to_say(store: ProjectStore, card: ModelCard) -> None:
    store.set_measured_with("colours", NEW)
    SAYINGS["labels"](store)
    assert renewed(store, replace(card, replaces=(OLD,))) is None


def test_another_version_is_told_whatever_is_in_the_project(store: ProjectStore, card: ModelCard) -> None:
    store.set_measured_with("colours", OLD)
    told = renewed(store, card)
    assert told == ("The model colours was renewed. All distances are measured anew.", "")
    store.set_measured_with("colours", NEW)
    store.set_measured_with("others", OLD)  # what is known of another model says nothing of this one
    assert renewed(store, card) is None


@pytest.mark.parametrize("said", SAYINGS)
def test_a_project_of_an_earlier_program_is_told_by_what_was_said_in_it(
    store: ProjectStore, card: ModelCard, said: str
) -> None:
    renewing = replace(card, replaces=(OLD,))
    assert renewed(store, renewing) is None, "nobody has worked in it"
    SAYINGS[said](store)
    assert renewed(store, card) is None, "the model replaces none"
    assert renewed(store, replace(card, replaces=(NEW,))) is None, "it can't replace itself"
    told = renewed(store, renewing)
    assert told is not None
    assert told.sentence == (
        f"The model colours was renewed. All distances are measured anew; your {said} stay."
    )
    assert ("`predict`" in told.hint) == (said == "labels")


def test_all_that_was_made_with_the_earlier_version_is_named(store: ProjectStore, card: ModelCard) -> None:
    store.set_measured_with("colours", OLD)
    for say in SAYINGS.values():
        say(store)
    mine = [found("mine_2", OLD), found("mine_10", ""), found("new", NEW), found("filed", "", FROM_FILE)]
    store.set_directions({one.name: one for one in mine})
    store.set_value("age", Value("age", "age", "years"))
    store.set_grades("age", Grades(("low", "high"), (0.5,)))
    store.set_refined(OLD, {"a" * 64: Inverted(np.ones((1, 3), np.float32), 1.0)})
    told = renewed(store, card)
    assert told is not None
    assert told.sentence.endswith("; your labels, tags, groups and comparisons stay.")
    assert told.hint.split(". ") == [
        "Directions found with the earlier version are kept, but find them again: mine 2, mine 10",
        "The cuts between grades lie where they were; check them",
        "Codes that were refined with the earlier version are kept, but not used",
        "A fit saved with the earlier version is refused by `predict`; save it again.",
    ]
    store.set_grades("age", None)
    told = renewed(store, card)
    assert told is not None and "grades" not in told.hint


def test_kept_directions_that_the_model_lists_no_more(store: ProjectStore, card: ModelCard) -> None:
    store.set_measured_with("colours", OLD)
    key = open_model("colours").key
    keep(open_model("colours"), [found(f"kept_{i}", key) for i in range(7)])
    gone = {name: one for name, one in card.directions.items() if not name.startswith("kept")}
    told = renewed(store, replace(card, directions=gone))
    assert told is not None
    assert told.hint == (
        "Directions kept for the model are not listed until they are found again: "
        "kept 0, kept 1, kept 2, kept 3, kept 4 and 2 more."
    )


def test_a_project_that_is_only_read_is_not_written(store: ProjectStore, card: ModelCard) -> None:
    store.set_measured_with("colours", OLD)
    store.close()
    before = store.path.read_bytes()
    with ProjectStore(store.path, only_read=True) as only_read:
        assert renewed(only_read, card) is not None
    assert store.path.read_bytes() == before
