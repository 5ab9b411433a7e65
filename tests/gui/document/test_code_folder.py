"""A folder of codes that is dropped on the window shows its images, with the codes that it holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import SilentReporter
from large_gui.gui.shell.window import MainWindow
from large_gui.models.kinds.gan import GanModel
from large_gui.tasks.invert_parts import invert_into
from tests.gui.acting import Drop

pytest.importorskip("pyarrow", reason="it comes with: pip install 'large-gui[cluster]'")


@pytest.fixture
def codes(few_samples: Path, pack: GanModel, tmp_path: Path) -> Path:
    invert_into(str(few_samples), pack, tmp_path / "codes", SilentReporter(), device="cpu")
    return tmp_path / "codes"


def test_the_images_are_shown_where_they_lay(
    window: MainWindow, drop: Drop, codes: Path, few_samples: Path
) -> None:
    drop(codes)
    session = window.document.session
    assert session is not None and session.folder == few_samples and session.model == "faces"
    assert len(session.paths) == session.measured == 12
    assert all((session.folder / path).is_file() for path in session.paths)
    assert not window.offer.isVisible() and "not on this machine" not in window.notice.text
    by_codes = dict(zip(session.paths, session.distances))
    drop(few_samples)
    again = window.document.session
    assert again is not None
    assert {path: by_codes[path] for path in again.paths} == dict(zip(again.paths, again.distances))


def test_images_that_are_gone_are_told(
    window: MainWindow, qtbot: QtBot, drop: Drop, codes: Path, few_samples: Path
) -> None:
    shutil.rmtree(few_samples)
    drop(codes)
    session = window.document.session
    assert session is not None and session.measured == 12 and np.isfinite(session.distances).all()
    assert window.notice.text == f"The images of these codes are not on this machine: {few_samples}."


def test_codes_that_are_damaged_get_a_sentence(window: MainWindow, qtbot: QtBot, codes: Path) -> None:
    (part,) = codes.glob("part-*")
    part.write_bytes(part.read_bytes()[:100])
    window.document.open([codes])
    qtbot.waitUntil(lambda: "can't be used: it is damaged" in window.notice.text)
    assert window.document.session is None


def test_codes_of_a_model_that_is_not_here_get_a_sentence(
    window: MainWindow, qtbot: QtBot, codes: Path
) -> None:
    about = codes / "codes.json"
    about.write_text(about.read_text().replace('"faces"', '"roses"'))
    window.document.open([codes])
    qtbot.waitUntil(lambda: "are of the model 'roses', which is not on this machine" in window.notice.text)
