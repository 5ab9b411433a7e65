"""Of images that are the same file one counts: it is suggested, its value is used, it is learned from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.tasks.labelling.answer import doubts_about
from large_gui.tasks.labelling.learned import compare, teachers
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session

N = 12


@pytest.fixture
def session() -> Session:
    """Twelve images and, after them, a copy of each."""
    paths = [f"{i:02}.jpg" for i in range(N)] + [f"copy-{i:02}.jpg" for i in range(N)]
    session = Session(Manifest(Path("/photos"), paths, []), [Direction("age", np.eye(4)[0])], "faces")
    distances = np.tile(np.linspace(-1, 1, N), 2)[:, None]
    sha = [f"{i}" for i in range(N)] * 2
    session.add(Measured(paths, sha, distances, [1.0] * 2 * N, [()] * 2 * N, directions=["age"]))
    return session


def test_no_copy_is_suggested_and_a_labelled_copy_is_worth_as_much(session: Session) -> None:
    session.label({"copy-00.jpg": Label(0.0), "copy-11.jpg": Label(11.0)})
    asked = []
    while (found := session.suggestion()) is not None:
        asked.append(found.index)
        session.label({session.paths[found.index]: Label(float(found.index))})
    assert sorted(asked) == list(range(1, 11)), "each once, and none whose copy has a value"
    assert len(session.calibration_points()) == N


def test_a_copy_of_what_was_skipped_is_not_suggested(session: Session) -> None:
    found = session.suggestion()
    assert found is not None and found.index == 0
    other = session.suggestion([0])
    assert other is not None and other.index not in (0, N)


def test_values_that_contradict_each_other_are_told_by_name(session: Session) -> None:
    def labels(of: int, *values: float) -> dict[str, Label | None]:
        return {path: Label(v) for path, v in zip((f"{of:02}.jpg", f"copy-{of:02}.jpg"), values)}

    session.label({**labels(0, 2.0, 60.0), **labels(1, 3.5, 3.5), **labels(11, 9.0)})
    assert doubts_about(session)[:2] == [
        "2 labels of copies of other images are left out.",
        "2 copies of one image have different values (2 for 00.jpg and 60 for copy-00.jpg); "
        "the first one counts.",
    ]
    session.label({"copy-00.jpg": Label(60.0, excluded=True)})
    assert doubts_about(session)[0] == "1 label of a copy of another image is left out."
    assert not any("different values" in doubt for doubt in doubts_about(session))
    for i in range(5):
        session.label(labels(i, i, i + 1))
    told = doubts_about(session)
    assert sum("different values" in doubt for doubt in told) == 3
    assert told[4] == "So have copies of 2 other images."


def test_nothing_is_learned_from_a_copy_or_judged_by_one(session: Session) -> None:
    session.measure(Value("age", "age", "years", 0.0, 8.0))
    session.label({path: Label(min(8.0, 0.8 * i % 9)) for path, i in session.number.items()})
    assert list(teachers(session)) == list(session.calibration_points()) == list(range(N))
    held_out = FindingRecord(held_out={f"{i}": float(i) for i in range(N)})
    found = compare(session, Direction("learned", np.eye(4)[1], record=held_out))
    assert session.calibration is not None
    assert found.images == N and found.old == pytest.approx(session.calibration.loo_mae)
