"""Which groups a folder has, what they are compared by, and the folder that was open before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.tasks.groups import before, figures, groupings, in_words, may_be_named, remember
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session

PATHS = ["control/a.jpg", "control/b.jpg", "top.jpg", "treated/deep/c.jpg", "treated/d.jpg"]


def opened(folder: str, paths: list[str] = PATHS, turn: float = 0.0, **flags: int) -> Session:
    """A folder measured along `age`, whose normal may be another one, and `yaw`."""
    age = Direction("age", np.array([np.cos(turn), np.sin(turn), 0, 0]))
    session = Session(Manifest(Path(folder), paths, []), [age, Direction("yaw", np.eye(4)[2])], "faces")
    n = len(paths)
    marks = [("unaligned",) if i == flags.get("faceless") else () for i in range(n)]
    table = np.stack([np.arange(n) / 10, -np.arange(n)], 1)
    session.add(Measured(paths, paths, table, [1.0] * n, marks, directions=["age", "yaw"]))
    return session


def test_subfolders_tags_and_columns_are_groupings() -> None:
    session = opened("/leaves")
    found = groupings(
        session,
        {"wet": {PATHS[0]: True, PATHS[4]: False}, "old": {PATHS[0]: True}, "": {}},
        {"dose": {PATHS[0]: "10", PATHS[1]: "9", "gone.jpg": "5"}},
    )
    assert found == {
        "folder": {".": [2], "control": [0, 1], "treated": [3, 4]},
        "tag wet": {"with": [0], "without": [3]},
        "dose": {"9": [1], "10": [0]},
    }
    assert list(found["dose"]) == ["9", "10"]
    assert in_words("tag wet", "with", session) == "with wet"
    assert in_words("folder", ".", session) == "leaves itself"
    assert in_words("dose", ".", session) == "."


def test_a_grouping_of_a_table_takes_no_name_of_another_kind() -> None:
    assert may_be_named("treatment") and may_be_named("tagged")
    assert not (may_be_named("") or may_be_named("folder") or may_be_named("tag wet"))


def test_groups_are_compared_by_values_if_there_is_a_line() -> None:
    session = opened("/leaves", faceless=1)
    np.testing.assert_allclose(figures(session, [0, 1, 2]), [0.0, 0.2])
    session.label({PATHS[0]: Label(10.0), PATHS[4]: Label(50.0)})
    np.testing.assert_allclose(figures(session, [0, 1, 2]), [10.0, 30.0])
    assert len(figures(session, [])) == 0


class TestTheFolderBefore:
    def test_its_distances_are_compared_as_the_open_folder_is(self) -> None:
        known = remember([], opened("/before", ["1.jpg", "2.jpg", "3.jpg"], faceless=2), "key")
        session = opened("/now")
        earlier = before(known, session, "key")
        assert earlier is not None and earlier.folder == Path("/before")
        assert earlier.figures(session) == pytest.approx([0.0, 0.1])
        session.choose("yaw", {}, flipped=True)
        assert earlier.figures(session) == pytest.approx([0.0, 1.0])
        session.label({PATHS[0]: Label(0.0), PATHS[4]: Label(8.0)})
        assert earlier.figures(session) == pytest.approx([0.0, 2.0])

    def test_its_copies_count_once(self) -> None:
        session = opened("/before", ["1.jpg", "2.jpg", "3.jpg"])
        session.add(replace(session.measured_of([0]), paths=["3.jpg"]))
        (earlier,) = remember([], session, "key")
        assert earlier.figures(opened("/now")) == pytest.approx([0.0, 0.1]) and earlier.copies == 1

    def test_another_model_or_direction_measured_something_else(self) -> None:
        known = remember([], opened("/before"), "key")
        assert before(known, opened("/now"), "other key") is None
        assert before(known, opened("/now", turn=0.5), "key") is None
        assert before(known, opened("/before"), "key") is None, "it is the same folder"

    def test_two_folders_may_be_opened_in_turn_again_and_again(self) -> None:
        known = remember(remember([], opened("/a"), "key"), opened("/b"), "key")
        for last, other in (("/b", "/a"), ("/a", "/b"), ("/b", "/a")):
            found = before(known, opened(last), "key")
            assert found is not None and found.folder == Path(other)
            known = remember(known, opened(last), "key")
        assert len(known) == 2

    def test_a_folder_without_a_measured_image_is_not_remembered(self) -> None:
        bare = Session(Manifest(Path("/a"), ["1.jpg"], []), [Direction("age", np.eye(4)[0])], "faces")
        assert remember([], bare, "key") == []
