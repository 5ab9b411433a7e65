"""A project of an older version is kept as it was, beside the one that is brought up to date."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from large_gui.errors import InputError
from large_gui.project import project_file
from large_gui.project.codes.cache import CodeCache
from large_gui.project.schema import KIND, is_project
from large_gui.project.store import Label, ProjectStore
from large_gui.project.versions import kept

ROOT = Path(__file__).resolve().parents[3]
BEFORE = ROOT / "tests" / "written_before"
NOT_KEPT = "no copy of it can be kept beside it"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(BEFORE / "project.large", tmp_path / "old.large"))


def rows(path: Path) -> dict[str, Any]:
    """All that a file holds, by table, with its version."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        return found | {"version": db.execute("PRAGMA user_version").fetchone()[0]}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_old_project_is_kept_as_it_was(old: Path) -> None:
    before = rows(old)
    with ProjectStore(old) as store:
        labels = {value: store.labels(value) for value in ("age", "beard")}
        assert store.claim()
    assert names(old.parent) == ["old.large", "old.large.v2.backup"]
    assert rows(old)["version"] > 2
    assert rows(old.with_name("old.large.v2.backup")) == before
    ProjectStore(old).close()  # it is of this version now
    assert names(old.parent) == ["old.large", "old.large.v2.backup"]
    # A person looks into the copy: it is shown as it would be, and is not changed.
    copy = old.with_name("old.large.v2.backup")
    content = copy.read_bytes()
    with ProjectStore(copy) as store:
        assert {value: store.labels(value) for value in ("age", "beard")} == labels
        assert not store.claim() and store.read_only
        with pytest.raises(InputError, match="as it was before") as caught:
            store.set_labels("age", {"a.jpg": Label(1)})
        assert "save a copy" in caught.value.hint
        store.copy_to(old.with_name("again.large"))
    assert copy.read_bytes() == content
    with ProjectStore(old.with_name("again.large")) as store:
        assert store.claim() and store.labels("age") == labels["age"]


def test_nothing_is_kept_of_new_projects_and_of_caches(tmp_path: Path) -> None:
    for _ in range(2):
        ProjectStore(tmp_path / "new.large").close()
    CodeCache(Path(shutil.copy(BEFORE / "codes.sqlite", tmp_path / "codes.sqlite"))).close()
    assert names(tmp_path) == ["codes.sqlite", "new.large"]


def test_an_earlier_copy_is_never_replaced(old: Path) -> None:
    old.with_name("old.large.v2.backup").write_text("of a person")
    ProjectStore(old).close()
    shutil.copy(BEFORE / "project.large", old)  # the same again: there is an equal copy
    ProjectStore(old).close()
    assert old.with_name("old.large.v2.backup").read_text() == "of a person"
    assert names(old.parent) == ["old.large", "old.large.v2.2.backup", "old.large.v2.backup"]


def test_there_are_at_most_nine(old: Path) -> None:
    for i in range(1, 10):
        old.with_name(f"old.large.v2{'' if i == 1 else f'.{i}'}.backup").write_text(str(i))
    before = old.read_bytes()
    with ProjectStore(old) as store:
        assert store.read_only and len(store.labels("age"))
        assert NOT_KEPT in store.why_read_only().sentence and store.why_read_only().hint
    assert old.read_bytes() == before and len(names(old.parent)) == 10


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "not here")])
def test_one_that_cant_be_kept_is_only_read(
    old: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def fail(*_: object) -> object:
        raise error

    before = hashlib.sha256(old.read_bytes()).digest()
    with monkeypatch.context() as patch:
        patch.setattr(kept, "written_whole", fail)
        with ProjectStore(old) as store:
            assert len(store.directions()) and len(store.labels("age"))
            assert not store.claim()
            with pytest.raises(InputError, match=NOT_KEPT):
                store.set_setting("key", 1)
    assert hashlib.sha256(old.read_bytes()).digest() == before
    assert names(old.parent) == ["old.large"]
    with ProjectStore(old) as store:  # the disk has room again
        assert store.claim()


_KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from large_gui.project import database, project_file
from large_gui.project.store import ProjectStore
from large_gui.project.versions import kept

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_later(path, version):
    kept.keep_as_it_was(path, version)
    die()

if sys.argv[2] == "while it is copied":
    kept.filecmp.cmp = die
    Path(sys.argv[1] + ".v2.backup").write_text("of a person")
else:
    database.keep_as_it_was = dies_later
ProjectStore(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("when", ["while it is copied", "once it is copied"])
def test_a_kill_loses_nothing(old: Path, when: str) -> None:
    before = rows(old)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(old), when], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert rows(old) == before
    with ProjectStore(old) as store:
        assert store.claim() and len(store.directions())
    copies = [path for path in old.parent.glob("old.large.v2.*") if is_project(path)]
    assert [rows(copy) for copy in copies] == [before]


def test_what_stands_in_the_log_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process has the project open, and its last label is in the log of the file."""
    path = tmp_path / "p.large"
    with ProjectStore(path) as store:
        store.set_labels("age", {"a.jpg": Label(7)})
        newer = replace(KIND, steps=(*KIND.steps, "CREATE TABLE more (a)"))
        monkeypatch.setattr(project_file, "KIND", newer)
        ProjectStore(path).close()
    copy = tmp_path / f"p.large.v{len(KIND.steps)}.backup"
    assert rows(copy)["labels"] == [("age", "a.jpg", 7.0, 0)]
