"""Refining an image's code from the inspector."""

from pathlib import Path

import numpy as np

from large_gui.project.code_cache import Inverted
from large_gui.project.store import ProjectStore
from large_gui.tasks.measure import Measured
from large_gui.tasks.refine import Refinement
from tests.gui.inspector.bench import Bench


def test_refining_brings_another_code_and_can_be_undone(walked: Bench, tmp_path: Path) -> None:
    walked.document.store = store = ProjectStore(tmp_path / "p.large")
    session, button, notices = walked.session, walked.inspector.refine, []
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
    assert "refined" in walked.inspector.trust.text()
    assert button.isEnabled() and not walked.document.job.busy
    key = walked.pack.key
    assert list(store.refined(key)) == [sha]
    walked.document.editor.stack.undo()
    assert session.distances[4] == before and session.flags[4] == () and not store.refined(key)
    walked.document.editor.stack.redo()
    assert session.distances[4] == 2.25 and list(store.refined(key)) == [sha]


def test_refining_that_fails_leaves_everything_as_it_was(walked: Bench) -> None:
    before = walked.session.distances.copy()
    walked.inspector.refine.click()
    walked.fail("refine", "The image is gone.", "Put it back.")
    assert walked.inspector.refine.isEnabled()
    np.testing.assert_array_equal(walked.session.distances, before)
