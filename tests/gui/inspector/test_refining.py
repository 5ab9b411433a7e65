"""Refining an image's code from the inspector."""

from pathlib import Path

import numpy as np

from large_gui.gui.inspector.trust import TrustBox
from large_gui.project.codes.cache import Inverted
from large_gui.project.durations import remember_took, took
from large_gui.project.store import ProjectStore
from large_gui.tasks.measure import Measured
from large_gui.tasks.refine import Refinement
from tests.gui.inspector.bench import Bench


def test_refining_brings_another_code_and_can_be_undone(walked: Bench, tmp_path: Path) -> None:
    walked.document.store = store = ProjectStore(tmp_path / "p.large")
    session, button, notices = walked.session, walked.inspector.trust.refine, []
    walked.document.notice.connect(lambda *told: notices.append(told))
    assert button.isVisible() and button.isEnabled()
    shown = len(walked.asked("picture"))
    button.click()
    (asked,) = walked.asked("refine")
    assert (asked.path, asked.model) == (session.paths[4], "faces")
    assert not button.isEnabled(), "one at a time"
    assert walked.document.job.busy == "Refining"
    table = np.array([[2.25, 0.0]])
    path, sha, flags, names = session.paths[4], session.sha256[4], [("refined",)], ["age", "yaw"]
    measured = Measured([path], [sha], table, [60.0], flags, directions=names)
    code, before = Inverted(np.ones((23, 512), np.float32), 60.0, flags[0]), float(session.distances[4])
    walked.answer("refine", Refinement(code, measured, 0.31, 0.12))
    walked.settle()
    assert session.distances[4] == 2.25
    assert "0.31 → 0.12" in notices[-1][0] and "→ +2.25" in notices[-1][0]
    assert len(walked.asked("picture")) == shown + 1, "its picture is drawn anew"
    assert "refined" in walked.inspector.trust.text.text()
    assert button.isEnabled() and not walked.document.job.busy
    key = walked.pack.key
    assert list(store.refined(key)) == [sha]
    walked.document.editor.stack.undo()
    assert session.distances[4] == before and session.flags[4] == () and not store.refined(key)
    walked.document.editor.stack.redo()
    assert session.distances[4] == 2.25 and list(store.refined(key)) == [sha]


def test_refining_that_fails_leaves_everything_as_it_was(walked: Bench) -> None:
    before = walked.session.distances.copy()
    walked.inspector.trust.refine.click()
    walked.fail("refine", "The image is gone.", "Put it back.")
    assert walked.inspector.trust.refine.isEnabled()
    np.testing.assert_array_equal(walked.session.distances, before)


def test_how_long_it_takes_is_said_before(walked: Bench, tmp_path: Path) -> None:
    new = TrustBox(walked.document)
    new.drew(3.0)
    assert "without a graphics card" in new.takes.text(), "the first was drawn while networks were loaded"
    new.drew(0.15)
    assert new.takes.text() == "Seeks a nearer code: about a minute on this computer."
    box = walked.inspector.trust
    remember_took(walked.document.home, "refine faces auto", 24.0)
    walked.document.busy_changed.emit()
    assert box.takes.text() == "Seeks a nearer code: about 25 seconds on this computer."
    box.refine.click()
    assert box.takes.text() == "A nearer code is being sought."
    walked.fail("refine", "The image is gone.", "")
    assert took(walked.document.home, "refine faces auto") == 24.0, "what failed took less"


def test_a_refinement_is_timed_unless_it_was_held(walked: Bench, tmp_path: Path) -> None:
    walked.document.store = ProjectStore(tmp_path / "p.large")
    home, path, sha = walked.document.home, walked.session.paths[4], walked.session.sha256[4]
    names, code = ["age", "yaw"], Inverted(np.ones((23, 512), np.float32), 60.0, ("refined",))
    measured = Measured([path], [sha], np.array([[2.25, 0.0]]), [60.0], [("refined",)], directions=names)
    for held in (True, False):
        walked.inspector.trust.refine.click()
        if held:
            walked.document.job.pause(True)
        walked.answer("refine", Refinement(code, measured, 0.31, 0.12))
        assert (took(home, "refine faces auto") is None) == held
