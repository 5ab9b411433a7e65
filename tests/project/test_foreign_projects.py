"""A project file that somebody else made is compared with our own schema before anything is read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from large_gui.errors import InputError
from large_gui.project import database
from large_gui.project.store import Label, ProjectStore

ENDLESS = "WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) "
LABELS_VIEW = (
    "DROP TABLE labels; CREATE VIEW labels AS " + ENDLESS + "SELECT 'age' AS value_id, n || '.jpg' AS path, "
    "1.0 AS value, 0 AS excluded FROM t"
)


def changed(path: Path, statements: str) -> Path:
    """A project that was changed with another program; its marks are as they were."""
    with ProjectStore(path) as store:
        store.set_labels("age", {"a.jpg": Label(1)})
    with closing(sqlite3.connect(path)) as db:
        db.executescript(statements)
        db.commit()
    return path


@pytest.mark.parametrize(
    "statements",
    [
        LABELS_VIEW,
        "CREATE TABLE more (a)",
        "CREATE INDEX more ON labels (value)",
        "CREATE TRIGGER more AFTER INSERT ON labels BEGIN DELETE FROM labels; END",
        "CREATE VIEW more AS SELECT * FROM labels",
        "CREATE VIRTUAL TABLE more USING fts5 (a)",
        "DROP TABLE tags",
        "ALTER TABLE tags ADD COLUMN more",
        "DROP TABLE tags; CREATE TABLE tags (name TEXT, path TEXT, has INTEGER DEFAULT (random()))",
        "PRAGMA user_version = 0",
    ],
)
def test_other_tables_views_and_triggers_are_refused_untouched(tmp_path: Path, statements: str) -> None:
    path = changed(tmp_path / "p.large", statements)
    before = path.read_bytes()
    with pytest.raises(InputError, match="not opened") as caught:
        ProjectStore(path)
    assert caught.value.hint and "delet" not in str(caught.value)
    assert path.read_bytes() == before


def test_the_spacing_of_the_schema_does_not_matter(tmp_path: Path) -> None:
    path = changed(tmp_path / "p.large", "SELECT 1")
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' ', '  ');"
        )
    with ProjectStore(path) as store:
        assert store.labels("age") == {"a.jpg": Label(1)}


def test_no_query_runs_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_STEPS", 3_000_000)
    with ProjectStore(tmp_path / "p.large") as store:
        with pytest.raises(InputError, match="holds more than any project") as caught:
            store.read(ENDLESS + "SELECT count(*) FROM t")
        assert caught.value.hint
        for i in range(20):  # the bound is a query's, not the connection's
            store.read(ENDLESS + "SELECT n FROM t LIMIT 50000 OFFSET 10")
            store.set_labels("age", {f"{i}.jpg": Label(i)})
        assert len(store.labels("age")) == 20


@pytest.mark.parametrize("table", ["labels", "tags"])
@pytest.mark.parametrize("path", ["'../a.jpg'", "'b/../../a.jpg'", "'/etc/passwd'", "''", "x'ff'", "char(0)"])
def test_paths_that_leave_the_folder_are_damage(tmp_path: Path, table: str, path: str) -> None:
    row = {"labels": f"('age', {path}, 1, 0)", "tags": f"('age', {path}, 1)"}[table]
    file = changed(tmp_path / "p.large", f"INSERT INTO {table} VALUES {row}")
    with ProjectStore(file) as store, pytest.raises(InputError, match="damaged"):
        store.labels("age") if table == "labels" else store.tags()


@pytest.mark.parametrize("kept", ["5", '"x"', "[5]", '["photos"]', '["/a\\u0000b"]', "[" * 100_000, "{}"])
def test_what_a_project_is_of_must_be_absolute_paths(tmp_path: Path, kept: str) -> None:
    file = changed(tmp_path / "p.large", f"INSERT INTO settings VALUES ('dropped', '{kept}')")
    with ProjectStore(file) as store, pytest.raises(InputError, match="damaged"):
        store.opened()


def test_what_a_project_is_of_comes_back(tmp_path: Path) -> None:
    with ProjectStore(tmp_path / "p.large") as store:
        assert store.opened() == []
        store.set_opened([tmp_path / "a", tmp_path / "b.jpg"])
        assert store.opened() == [tmp_path / "a", tmp_path / "b.jpg"]


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO value_names VALUES ('a', x'ff', '')",
        "INSERT INTO own_directions VALUES ('a', '" + "[" * 100_000 + "')",
        """INSERT INTO own_directions VALUES ('a', '{"name": "a", "normal": [1], "intercept": 0, """
        """"negative": [1]}')""",
        """INSERT INTO own_directions VALUES (x'61', '{"name": "a", "normal": [1], "intercept": 0}')""",
        """INSERT INTO settings VALUES ('direction', '"-age"')""",
        """INSERT INTO settings VALUES ('grades:age', '{"names": [1, 2], "cuts": [0]}')""",
        """INSERT INTO settings VALUES ('grades:age', '{"names": ["low", "high"]}')""",
        """INSERT INTO settings VALUES ('direction', '{"name": "age", "flipped": 1}')""",
    ],
)
def test_content_of_other_types_is_damage(tmp_path: Path, damage: str) -> None:
    with (
        ProjectStore(changed(tmp_path / "p.large", damage)) as store,
        pytest.raises(InputError, match="damaged"),
    ):
        (store.values(), store.directions(), store.chosen_direction(), store.grades("age"))
