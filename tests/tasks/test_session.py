"""What the window shows of a folder, without a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from large_gui.core.calibrating.calibration import Calibration
from large_gui.core.choices import Filter, Flag, Order, Shown
from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.errors import InputError
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.tasks.invert import Failure
from large_gui.tasks.labelling.answer import doubts_about
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session
from large_gui.tasks.shown import counts, ordered

N = 40


@pytest.fixture
def session() -> Session:
    """Forty measured images and one that failed; `b` goes along with `a`, `c` does not."""
    rng = np.random.default_rng(0)
    directions = [Direction(name, np.eye(4)[i]) for i, name in enumerate("abc")]
    paths = [f"{i:02}.jpg" for i in range(N)]
    session = Session(Manifest(Path("/photos"), [*paths, "zz.jpg"], []), directions, "faces")
    a = rng.normal(size=N)
    table = np.stack([a, a + 0.3 * rng.normal(size=N), rng.normal(size=N)], 1)
    flags = [("several-faces",) if i == 3 else () for i in range(N)]
    names = list("abc")
    errors = list(rng.uniform(0, 100, N))
    session.add(Measured(paths[:25], paths[:25], table[:25], errors[:25], flags[:25], directions=names))
    session.add(Measured(paths[25:], paths[25:], table[25:], errors[25:], flags[25:], directions=names))
    session.add(Measured(failures=[Failure("zz.jpg", "it is empty")]))
    return session


def test_everything_is_counted(session: Session) -> None:
    assert (len(session), session.measured, session.unmeasured) == (N + 1, N, 0)


def test_without_a_direction_images_stand_in_the_order_of_their_names(session: Session) -> None:
    paths = [f"{i}.jpg" for i in range(4)]
    bare = Session(
        Manifest(Path("/photos"), [*paths, "zz.jpg"], [Failure("no.jpg", "it is empty")]), [], "faces"
    )
    flags = [(Flag.UNALIGNED,), (), (), ()]
    bare.add(Measured(paths, list("wxyz"), np.empty((4, 0)), [1.0] * 4, flags))
    assert (bare.measured, bare.unmeasured, bare.direction) == (4, 1, None)
    for by in Order:
        assert len(ordered(bare, by)) == 6
    assert [bare.paths[i] for i in ordered(bare)] == [*paths, "no.jpg", "zz.jpg"]
    assert not bare.ranks().any() and np.isnan(bare.distances).all() and np.isnan(bare.predictions()).all()
    assert (
        bare.entangled() is None
        and bare.suggestion() is None
        and not bare.lacking()
        and not doubts_about(bare)
    )
    with pytest.raises(InputError, match="no direction yet"):
        bare.rows()
    bare.add_direction(Direction("a", np.eye(4)[0]), np.array([3.0, 2, 1, 0, np.nan, np.nan]))
    bare.choose("a", {})
    assert [bare.paths[i] for i in ordered(bare)][:3] == ["3.jpg", "2.jpg", "1.jpg"] and bare.rows()
    bare.choose("", {})
    bare.remove_direction("a")
    assert bare.direction is None and bare.value.name == "" and np.isnan(bare.distances).all()


@pytest.mark.parametrize(("name", "flipped"), [("a", False), ("a", True), ("c", False)])
def test_order_and_ranks_go_together(session: Session, name: str, flipped: bool) -> None:
    session.choose(name, {}, flipped=flipped)
    order = ordered(session)
    assert (np.diff(session.distances[order[:-1]]) >= 0).all()
    assert session.paths[order[-1]] == "zz.jpg", "what has no distance comes last"
    assert (session.ranks()[order[:-1]] == np.arange(1, N + 1)).all()
    assert session.ranks()[order[-1]] == 0


def test_turning_round_reverses_distances_and_keeps_predictions(session: Session) -> None:
    labels = {session.paths[i]: Label(10.0 * i) for i in (1, 5, 9, 30)}
    session.choose("a", labels)
    before, predictions = session.distances.copy(), session.predictions()
    session.choose("a", labels, flipped=True)
    np.testing.assert_array_equal(session.distances, -before)
    np.testing.assert_allclose(session.predictions(), predictions, rtol=1e-9)
    assert session.direction.spelled == "-a"
    assert {row.direction for row in session.rows()} == {"-a"}, "as `large-gui sort` writes it"


def test_an_excluded_label_does_not_move_the_line(session: Session) -> None:
    session.label({session.paths[i]: Label(float(i)) for i in (1, 2, 3)})
    line = session.calibration
    session.label({session.paths[20]: Label(1e6, excluded=True)})
    assert session.calibration == line
    session.label({session.paths[20]: Label(1e6)})
    assert session.calibration is not None and session.calibration.n == 4


def test_a_direction_that_was_learned_from_values_says_what_spread_to_expect(session: Session) -> None:
    learned = Direction("d", np.eye(4)[0], record=FindingRecord(figures={"spread": 1.5, "images": 40.0}))
    session.add_direction(learned, session.along("a"))
    given = {session.paths[i]: Label(10 * session.along("a")[i] + (-1) ** i) for i in range(6)}
    for name, std in (("a", None), ("d", 1.5)):
        session.choose(name, given)
        assert isinstance(session.calibration, Calibration)
        prior = session.calibration.prior
        assert ("learned from" in prior.source) == (name == "d") and std in (None, prior.std)


def test_one_label_is_no_line_and_equal_places_are_told(session: Session) -> None:
    session.label({session.paths[0]: Label(3.0)})
    assert session.calibration is None and not session.why_no_line
    session.distances[1] = session.distances[0]
    session.label({session.paths[1]: Label(4.0)})
    assert session.calibration is None and "same distance" in session.why_no_line


@pytest.mark.parametrize("by", list(Order))
@pytest.mark.parametrize("show", list(Filter))
def test_every_order_and_filter(session: Session, by: str, show: Filter) -> None:
    session.label({session.paths[i]: Label(float(i), excluded=i == 2) for i in (1, 2, 3)})
    expected = {
        "labelled": {1, 2, 3}, "not labelled": set(range(N + 1)) - {1, 2, 3},
        "excluded": {2}, "flagged": {3}, "failed": {N},
        "changed since it was judged": set(),
    }  # fmt: skip
    assert set(ordered(session, by, Shown(frozenset({show})))) == expected[show]
    assert counts(session)[show] == len(expected[show])


def test_range_and_name(session: Session) -> None:
    low, high = np.quantile(session.distances[:N], [0.25, 0.75])
    within = ordered(session, shown=Shown(within=(float(low), float(high))))
    assert len(within) == 20 and (session.distances[within] <= high).all()
    assert [session.paths[i] for i in ordered(session, "name", Shown(name="1.JPG"))] == [
        "01.jpg",
        "11.jpg",
        "21.jpg",
        "31.jpg",
    ]


def test_entangled_directions_are_found(session: Session) -> None:
    found = session.entangled()
    a, b = (session.along(name)[:N] for name in "ab")
    assert found is not None and found.direction == "b"
    assert found.correlation == pytest.approx(np.corrcoef(a, b)[0, 1])
    session.choose("c", {})
    assert session.entangled() is None


def test_directions_come_and_go(session: Session) -> None:
    mine = Direction("mine", np.eye(4)[3])
    session.add_direction(mine, np.arange(N + 1.0))
    session.choose("mine", {})
    assert list(ordered(session)) == list(range(N + 1))
    session.add_direction(mine, -np.arange(N + 1.0))
    session.choose("mine", {})
    assert list(ordered(session)) == list(range(N, -1, -1))
    session.choose("b", {})
    session.remove_direction("mine")
    with pytest.raises(InputError):
        session.choose("mine", {})
    assert np.isfinite(session.distances[:N]).all()


def test_what_failed_before_and_is_measured_now_has_one_row(session: Session) -> None:
    directions = [d.name for d in session.directions]
    session.add(Measured(["zz.jpg"], ["zz"], np.zeros((1, 3)), [1.0], [()], directions=directions))
    assert (session.measured, session.unmeasured) == (N + 1, 0)
    assert [row.flags for row in session.rows() if row.path == "zz.jpg"] == [()]


def test_rows_say_failures_last(session: Session) -> None:
    rows = session.rows()
    assert [row.rank for row in rows] == [*range(1, N + 1), None]
    assert rows[-1].flags == ("failed",)
    assert {row.path for row in session.rows([0, 5])} == {session.paths[0], session.paths[5]}


def test_labels_that_taught_the_direction_are_judged_without_it(session: Session) -> None:
    shas = [f"{i:064x}" for i in range(N)]
    session.sha256[:N] = shas
    held_out = {shas[i]: float(i) for i in range(12)}
    learned = Direction("learned", np.eye(4)[0], record=FindingRecord(held_out=held_out))
    along = np.r_[np.zeros(12), np.linspace(-3, 3, N - 12), np.nan]
    session.add_direction(learned, along)
    labels = {session.paths[i]: Label(2.0 * i + 1) for i in range(12)}
    session.choose("learned", {**labels, session.paths[20]: Label(5.0, excluded=True)})
    assert session.calibration is not None and session.why_no_line == ""
    assert (session.calibration.a, session.calibration.b) == pytest.approx((2, 1)), "not at the same distance"
    assert session.calibration.loo_mae == pytest.approx(0, abs=1e-9)
    assert session.taught(3) and not session.taught(20)
    np.testing.assert_array_equal(session.distances[:12], 0)  # ranks and tables go by their own
    assert {row.distance for row in session.rows(range(12))} == {0.0}
    session.choose("learned", labels, flipped=True)
    assert session.calibration is not None
    assert session.calibration.a == pytest.approx(-2)
    worst = ordered(session, Order.RESIDUAL)[0]
    session.label({session.paths[5]: Label(40.0)})
    assert ordered(session, Order.RESIDUAL)[0] == 5 and worst < 12
