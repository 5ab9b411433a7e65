"""A project made with an earlier version of its model is told once and measured anew; all else stays."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

from large_gui.core.choices import Answer, Comparison
from large_gui.core.direction import Direction
from large_gui.files import sha256_of
from large_gui.gui.shell.window import MainWindow
from large_gui.models.description import PackDescription, write_description
from large_gui.models.library import open_model
from large_gui.models.pack import CODES, imported_folder
from large_gui.models.writing import write_pack_directions
from large_gui.project.codes.cache import Inverted
from large_gui.project.schema import KIND
from large_gui.project.store import ProjectStore
from large_gui.tasks.projects import choose_model, project_for
from tests.gui.acting import Drop

Renew = Callable[..., str]
NEWS = "The model mine was renewed. All distances are measured anew"


@pytest.fixture
def renew(home: Path, photos: Path) -> Renew:
    """Put a version of the model on this machine, in place of an earlier one; return its key."""

    def write(version: int, replaces: tuple[str, ...] = ()) -> str:
        folder, random = imported_folder() / "mine", np.random.default_rng(version)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        images = sorted(photos.glob("*.jpg"))
        codes = {sha256_of(image): random.normal(size=(1, 3)).astype(np.float32) for image in images}
        save_file(codes, folder / CODES)
        write_pack_directions(folder, [Direction("age", np.array([1, 0, 0], np.float32))])
        write_description(folder, PackDescription("Mine", "codes", (1, 3), replaces=replaces))
        return open_model("mine").key

    return write


def project(photos: Path, home: Path) -> ProjectStore:
    return ProjectStore(project_for(photos, home, "mine"))


def all_said(store: ProjectStore) -> list[list[tuple[object, ...]]]:
    """Everything in a project but its settings and the contents of images."""
    tables = ("labels", "tags", "groupings", "comparisons", "value_names", "own_directions", "refined")
    return [store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def first_time(drop: Drop, window: MainWindow, photos: Path, home: Path) -> np.ndarray:
    """Measure the folder with the model, and say something of its images; return their distances."""
    choose_model([photos], home, "mine")
    drop(photos)
    document = window.document
    assert document.session is not None and document.model is not None and not window.notice.isVisible()
    document.editor.label([0, 3], 7.0)
    document.editor.tag("hat", [1], True)
    distances = document.session.distances.copy()
    key, paths = document.model.key, list(document.session.paths)
    document.close()
    with project(photos, home) as store:
        store.set_comparisons("age", [Comparison(paths[0], paths[1], Answer.FIRST)])
        store.set_grouping("treatment", {paths[2]: "control"})
        store.set_refined(key, {sha256_of(photos / paths[0]): Inverted(np.full((1, 3), 9, np.float32), 1.0)})
    return distances


def test_it_is_told_once_and_all_is_measured_anew(
    window: MainWindow, drop: Drop, photos: Path, home: Path, renew: Renew
) -> None:
    before = renew(1)
    old = first_time(drop, window, photos, home)
    with project(photos, home) as store:
        assert store.measured_with("mine") == before
        said = all_said(store)
    now = renew(2)
    drop(photos)
    document, session = window.document, window.document.session
    assert session is not None and window.notice.isVisible()
    assert window.notice.text == (
        f"{NEWS}; your labels, tags, groups and comparisons stay. Codes that were refined with the earlier "
        "version are kept, but not used. A fit saved with the earlier version is refused by `predict`; save "
        "it again."
    )
    assert not np.isin(session.distances, old).any(), "no code of the earlier version is used"
    codes = open_model("mine").pack.arrays(CODES)
    np.testing.assert_allclose(session.distances, [codes[sha][0, 0] for sha in session.sha256], rtol=1e-3)
    assert {i: label.value for i, label in session.labels.items()} == {0: 7.0, 3: 7.0}
    assert document.tags["hat"] == {session.paths[1]: True} and not document.editor.stack.canUndo()
    document.close()
    with project(photos, home) as store:
        assert store.measured_with("mine") == now and all_said(store) == said
    window.notice.hide()
    drop(photos)
    assert not window.notice.isVisible(), "it was told"


def test_a_project_of_an_earlier_program_is_told_by_what_the_model_replaces(
    window: MainWindow, drop: Drop, photos: Path, home: Path, renew: Renew
) -> None:
    before = renew(1)
    first_time(drop, window, photos, home)
    with project(photos, home) as store:
        store.change([("DELETE FROM settings WHERE key = 'measured_with:mine'", ())])
    renew(2, (before,))
    (photos / "broken.jpg").write_bytes(b"no image")
    drop(photos)
    assert window.notice.text.startswith(f"{NEWS}; your labels"), "it is not lost behind what is told next"
    assert "1 file can't be read" in window.notice.text and "`predict`" in window.notice.text
    drop(photos)
    assert window.notice.text.startswith("1 file can't be read")


def test_a_project_that_can_only_be_read_is_left_as_it_is(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, home: Path, renew: Renew
) -> None:
    renew(1)
    first_time(drop, window, photos, home)
    renew(2)
    path = project_for(photos, home, "mine")
    with closing(sqlite3.connect(path)) as db:  # a newer version of the program wrote it
        db.execute(f"PRAGMA user_version = {len(KIND.steps) + 1}")
    before = path.read_bytes()
    for _ in range(2):
        window.notice.hide()
        drop(path)
        assert window.document.store is not None and window.document.store.read_only
        assert NEWS in window.notice.text and "read only" in window.notice.text, (
            "as nothing can be kept, it is told each time"
        )
        window.document.close()
    assert path.read_bytes() == before


def test_a_folder_that_is_new_has_nothing_to_be_told(
    window: MainWindow, drop: Drop, photos: Path, home: Path, renew: Renew
) -> None:
    before = renew(1)
    choose_model([photos], home, "mine")
    now = renew(2, (before,))
    drop(photos)
    assert not window.notice.isVisible()
    window.document.close()
    with project(photos, home) as store:
        assert store.measured_with("mine") == now
