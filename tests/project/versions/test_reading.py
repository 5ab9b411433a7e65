"""Newer projects, and those that lie where nothing can be written, are read and not changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.project.schema import KIND, is_project
from large_gui.project.store import Label, ProjectStore
from large_gui.project.versions import reading

NEWER = len(KIND.steps) + 1
SENTENCE = "This project was written by a newer version; it is read only here."


def written(path: Path, statements: str = "", version: int = NEWER) -> Path:
    """A project with a label and a direction, as a version would write it that takes more steps."""
    with ProjectStore(path) as store:
        store.set_labels("age", {"a.jpg": Label(1.5)})
        store.set_tags("hat", {"a.jpg": True})
        store.set_directions({"mine": Direction("mine", np.eye(4)[0])})
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"{statements}; PRAGMA user_version = {version}")
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    "statements",
    [
        "",
        "CREATE TABLE images (path TEXT PRIMARY KEY, sha TEXT) WITHOUT ROWID",
        "ALTER TABLE labels ADD COLUMN who TEXT",
        "ALTER TABLE settings ADD COLUMN since REAL DEFAULT 5",
        "CREATE INDEX by_path ON labels (path)",
        "PRAGMA journal_mode = DELETE",
    ],
)
def test_a_newer_project_is_read_and_not_changed(tmp_path: Path, statements: str) -> None:
    path = written(tmp_path / "p.large", statements)
    before = files(tmp_path)
    assert is_project(path)
    with ProjectStore(path) as store:
        assert store.read_only and not store.claim()
        assert store.labels("age") == {"a.jpg": Label(1.5)}
        assert store.tags() == {"hat": {"a.jpg": True}}
        assert list(store.directions()) == ["mine"]
        assert not any((store.opened(), store.values(), store.groupings(), store.comparisons("age")))
        changes: list[Callable[[], None]] = [
            lambda: store.set_labels("age", {"b.jpg": Label(2)}),
            lambda: store.set_directions({"mine": None}),
            lambda: store.set_opened([tmp_path]),
        ]
        for change in changes:
            with pytest.raises(InputError) as caught:
                change()
            assert str(caught.value) == f"{SENTENCE} Update the program to edit it."
        assert files(tmp_path) == before
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        ("CREATE VIEW more AS SELECT * FROM labels", "not opened"),
        ("CREATE TRIGGER more AFTER INSERT ON labels BEGIN DELETE FROM labels; END", "not opened"),
        ("CREATE VIRTUAL TABLE more USING fts5 (a)", "not opened"),
        ("DROP TABLE tags; CREATE VIEW tags AS SELECT 'a' AS name, 'b' AS path, 1 AS has", "not opened"),
        ("DROP TABLE tags", "newer version of this program"),
        ("ALTER TABLE tags RENAME COLUMN has TO had", "newer version of this program"),
        (
            "DROP TABLE tags; CREATE TABLE tags (name TEXT, path TEXT, has INTEGER AS (abs(1)))",
            "newer version of this program",
        ),
        ("DROP TABLE tags; CREATE TABLE tags (name, path, has)", "newer version of this program"),
    ],
)
def test_a_newer_project_of_other_tables_is_refused(tmp_path: Path, statements: str, sentence: str) -> None:
    path = written(tmp_path / "p.large", statements)
    before = files(tmp_path)
    with pytest.raises(InputError, match=sentence) as caught:
        ProjectStore(path)
    assert caught.value.hint
    assert files(tmp_path) == before


def test_content_of_a_newer_form_is_said_to_be_newer(tmp_path: Path) -> None:
    change = "UPDATE own_directions SET direction = replace(direction, '\"version\": 1', '\"version\": 99')"
    with (
        ProjectStore(written(tmp_path / "p.large", change)) as store,
        pytest.raises(InputError, match="holds what this one can't read") as caught,
    ):
        store.directions()
    assert caught.value.hint == "Update the program to open it."


def test_the_log_of_a_newer_project_is_read_too(tmp_path: Path) -> None:
    """The newer program was killed, or has the project open."""
    folder, killed = tmp_path / "open", tmp_path / "killed"
    path = written(folder / "p.large")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("INSERT INTO labels VALUES ('age', 'late.jpg', 3, 0)")
        db.commit()
        killed.mkdir()
        for name in ("p.large", "p.large-wal"):
            shutil.copy(folder / name, killed / name)
        for place in (folder, killed):
            before = {name: data for name, data in files(place).items() if not name.endswith("-shm")}
            with ProjectStore(place / "p.large") as store:
                assert store.labels("age").keys() == {"a.jpg", "late.jpg"}
            after = {name: data for name, data in files(place).items() if not name.endswith("-shm")}
            assert after == before
        assert sorted(files(killed)) == ["p.large", "p.large-wal"]


@pytest.mark.parametrize("version", [len(KIND.steps), NEWER])
def test_a_project_in_a_folder_that_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    path = written(tmp_path / "p.large", version=version)
    before = files(tmp_path)
    monkeypatch.setattr(os, "access", lambda place, mode: not mode & os.W_OK)
    with ProjectStore(path) as store:
        assert not store.claim()
        assert store.labels("age") == {"a.jpg": Label(1.5)}
        with pytest.raises(InputError, match="it is read only here") as caught:
            store.set_labels("age", {})
        assert caught.value.hint
        assert files(tmp_path) == before
        store.copy_to(tmp_path / "copy.large")
    assert {name: data for name, data in files(tmp_path).items() if name != "copy.large"} == before


def test_a_disk_that_is_full_lets_a_project_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "p.large", version=len(KIND.steps))
    before = files(tmp_path)

    def full(*_: object) -> sqlite3.Connection:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(reading, "connect", full)
    with ProjectStore(path) as store:
        assert store.labels("age") == {"a.jpg": Label(1.5)} and not store.claim()
        assert "Nothing can be written where this project lies" in store.why_read_only().sentence
    assert files(tmp_path) == before
