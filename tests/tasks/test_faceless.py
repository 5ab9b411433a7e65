"""Images without a face keep their distance, but have no rank, no prediction and no say in the line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from large_gui.core.columns import Flags
from large_gui.core.direction import Direction
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.tasks.labelling.answer import doubts_about
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session
from large_gui.tasks.shown import ordered
from large_gui.tasks.sorting.faces import few_faces
from large_gui.tasks.sorting.measured import MeasuredFolder
from large_gui.tasks.sorting.rows import sorted_rows

N = 40


@pytest.fixture
def session() -> Session:
    """Forty images in the order of their distance; every fourth has no face."""
    paths = [f"{i:02}.jpg" for i in range(N)]
    session = Session(Manifest(Path("photos"), paths, []), [Direction("a", np.eye(4)[0])], "faces")
    flags = [("unaligned",) if i % 4 == 0 else () for i in range(N)]
    distances = np.linspace(-1, 1, N)[:, None]
    session.add(Measured(paths, [f"{i}" for i in range(N)], distances, [1.0] * N, flags, directions=["a"]))
    return session


def test_they_stand_after_the_ranked_and_are_never_suggested(session: Session) -> None:
    order, ranks = ordered(session), session.ranks()
    assert (order[30:] % 4 == 0).all() and (np.diff(session.distances[order[30:]]) > 0).all()
    assert (ranks[order[:30]] == np.arange(1, 31)).all() and (ranks[order[30:]] == 0).all()
    for _ in range(30):
        found = session.suggestion()
        assert found is not None and found.index % 4
        session.label({session.paths[found.index]: Label(float(found.index))})
    assert session.suggestion() is None


def test_their_labels_are_kept_and_left_out(session: Session) -> None:
    session.label({session.paths[i]: Label(float(i)) for i in (1, 18, 39)})
    line = session.calibration
    session.label({session.paths[0]: Label(1000.0)})
    assert session.calibration == line
    assert doubts_about(session) == ["1 label of an image without a face is left out."]
    row = next(row for row in session.rows() if row.path == "00.jpg")
    assert row.rank is None and row.distance == pytest.approx(-1) and row.label == 1000
    assert row.prediction is not None and np.isnan(row.prediction)
    assert np.isnan(session.predictions()[0])


def test_the_table_has_them_before_what_failed() -> None:
    paths, flags = ["a.jpg", "b.jpg", "c.jpg"], Flags.of([("unaligned",), (), ()])
    measured = MeasuredFolder(paths, ["1", "2", "3"], np.array([-2.0, 1.0, 0.0]), np.zeros(3), flags)
    rows = sorted_rows(measured, None, "faces", Direction("a", np.eye(2)[0]))
    assert [(row.path, row.rank) for row in rows] == [("c.jpg", 1), ("b.jpg", 2), ("a.jpg", None)]


def test_a_folder_with_few_faces_says_so() -> None:
    assert few_faces(3, 60).startswith("Only 3 of 60 images have a face.")
    assert few_faces(30, 60) == "" and few_faces(0, 0) == ""


def test_predictions_stop_where_the_value_ends(session: Session) -> None:
    session.measure(Value("a", "age", "years", 0.0, 120.0))
    given = ((9, 2.0), (13, 18.0), (15, 28.0), (18, 40.0), (25, 62.0), (27, 74.0), (30, 85.0))
    session.label({session.paths[i]: Label(v) for i, v in given})
    rows = [row for row in session.rows() if row.rank is not None]
    for row in rows:
        assert row.prediction is not None and row.pi_low is not None and row.pi_high is not None
        assert 0 <= row.pi_low <= row.prediction <= row.pi_high <= 120
    assert "clipped" in rows[0].flags and rows[0].prediction == 0
    stopped = [row.pi_low == 0 or row.pi_high == 120 for row in rows]
    assert ["clipped" in row.flags for row in rows] == stopped and not all(stopped)
    session.label({session.paths[21]: Label(1e308), session.paths[22]: Label(-5.0)})
    assert session.calibration is not None and session.calibration.n == 7
    assert "2 labels outside of what the value can be are left out." in doubts_about(session)


def test_a_correlation_of_few_images_is_no_warning() -> None:
    rng = np.random.default_rng(5)
    table = rng.normal(size=(14, 2))
    table[:, 1] = 0.7 * table[:, 0] + 0.7 * table[:, 1]
    paths = [f"{i}.jpg" for i in range(14)]
    directions = [Direction("a", np.eye(4)[0]), Direction("b", np.eye(4)[1])]
    session = Session(Manifest(Path("photos"), paths, []), directions, "faces")
    session.add(Measured(paths, paths, table, [1.0] * 14, [()] * 14, directions=["a", "b"]))
    assert abs(np.corrcoef(table.T)[0, 1]) > 0.5 and session.entangled() is None
