"""A project that version 0.1.0 wrote opens with everything in it, and is never left half way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from large_gui.core.choices import Chosen
from large_gui.core.distance import distances
from large_gui.errors import InputError
from large_gui.models.library import open_model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.schema import KIND
from large_gui.project.store import Label, ProjectStore

ROOT = Path(__file__).resolve().parents[2]
BEFORE = ROOT / "tests" / "written_before"
EXPECTED = json.loads((BEFORE / "expected.json").read_text("utf-8"))
PROJECT = EXPECTED["project"]
FOUND_BY = {"beard": "svm", "wide_smile": "file"}  # version 0.1.0 said it only in sentences


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(BEFORE / "project.large", tmp_path / "old.large"))


@pytest.fixture
def store(old: Path) -> Iterator[ProjectStore]:
    with ProjectStore(old) as store:
        yield store


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a file's tables, and its version."""
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(tables)}
        return rows | {"version": db.execute("PRAGMA user_version").fetchall()}


def test_it_is_of_an_older_version(old: Path) -> None:
    assert content(old)["version"] == [(2,)] and len(KIND.steps) > 2
    assert "directions" in content(old)
    ProjectStore(old).close()
    assert content(old)["version"] == [(len(KIND.steps),)] and "directions" not in content(old)


def test_labels_values_marks_and_what_it_is_of(store: ProjectStore) -> None:
    assert [str(path) for path in store.opened()] == PROJECT["opened"]
    for value_id, labels in PROJECT["labels"].items():
        assert store.labels(value_id) == {path: Label(**label) for path, label in labels.items()}
    assert store.tags() == PROJECT["tags"]
    found = {i: (v.name, v.unit, v.low, v.high, v.spelled) for i, v in store.values().items()}
    assert found == {i: tuple(about.values()) for i, about in PROJECT["values"].items()}


def test_settings_are_as_they_were_but_for_the_chosen_direction(store: ProjectStore) -> None:
    settings = dict(PROJECT["settings"])
    assert settings.pop("direction") == "-age"
    assert store.chosen_direction() == Chosen("age", flipped=True)
    assert {key: store.setting(key) for key in settings} == settings
    assert len(store.read("SELECT key FROM settings")) == len(PROJECT["settings"])


def test_grades_are_as_they_were(store: ProjectStore) -> None:
    for value_id, about in PROJECT["grades"].items():
        grades = store.grades(value_id)
        assert grades is not None
        assert (list(grades.names), list(grades.cuts)) == (about["names"], about["cuts"])
    assert store.grades("yaw") is None


def test_own_directions_have_every_bit(old: Path) -> None:
    before = {row[0]: row for row in content(old)["directions"]}
    with ProjectStore(old) as store:
        found = store.directions()
    assert list(found) == list(PROJECT["directions"])
    for name, about in PROJECT["directions"].items():
        direction = found[name]
        assert direction.normal.tobytes() == before[name][2] and direction.normal.dtype == np.float64
        importance = direction.layer_importance
        assert (None if importance is None else importance.tobytes()) == before[name][3]
        assert (str(direction.space), list(direction.normal.shape)) == (about["space"], about["shape"])
        assert direction.intercept == json.loads(before[name][1])["intercept"]
        for key in ("intercept_means", "negative", "positive", "provenance", "layer_sizes"):
            assert getattr(direction, key) == about[key], key
        assert not direction.flipped
    assert {name: direction.found_by for name, direction in found.items()} == FOUND_BY


def test_refined_codes_and_distances_are_the_same(store: ProjectStore, tmp_path: Path) -> None:
    shas = {name: image["sha256"] for name, image in EXPECTED["images"].items()}
    ((key, of_key),) = PROJECT["refined"].items()
    assert key in open_model("faces").pack.about.replaces  # the pack was another then
    (refined,) = of_key.items()
    codes = store.refined(key)
    assert codes.keys() == {shas[refined[0]]}
    code = codes[shas[refined[0]]]
    assert list(code.code.shape) == refined[1]["shape"] and list(code.flags) == refined[1]["flags"]
    assert code.inversion_error == pytest.approx(refined[1]["inversion_error"], abs=1e-5)
    with CodeCache(Path(shutil.copy(BEFORE / "codes.sqlite", tmp_path / "codes.sqlite"))) as cache:
        known = cache.get_many(list(shas.values()), key)
    directions = store.directions()
    for name, expected in PROJECT["distances"].items():
        image = codes.get(shas[name], known[shas[name]]).code[None]
        found = {d.name: float(distances(image, d)[0]) for d in directions.values()}
        assert found == pytest.approx({name: expected[name] for name in found}, abs=2e-6), name


_KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from large_gui.project import project_file
from large_gui.project.schema import KIND
from large_gui.project.store import ProjectStore

def die(db):
    if db.execute("SELECT count(*) FROM own_directions").fetchone()[0]:  # else these are the empty tables
        os.kill(os.getpid(), signal.SIGKILL)

project_file.KIND = replace(KIND, steps=(*KIND.steps, die))
ProjectStore(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_one_whose_migration_was_killed_is_as_before(old: Path) -> None:
    before = content(old)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(old)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert content(old) == before
    with ProjectStore(old) as store:
        assert list(store.directions()) == list(PROJECT["directions"])
        assert store.chosen_direction() == Chosen("age", flipped=True)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE directions SET normal = x'00' WHERE name = 'beard'",
        "UPDATE directions SET about = '{}' WHERE name = 'beard'",
        "UPDATE directions SET about = '[' WHERE name = 'beard'",
        "UPDATE directions SET importance = x'0000000000000000' WHERE name = 'beard'",
        "UPDATE directions SET name = x'ff' WHERE name = 'beard'",
        """UPDATE directions SET about = replace(about, '"without"', '["without"]') WHERE name = 'beard'""",
        "UPDATE settings SET value = '5' WHERE key = 'direction'",
        "UPDATE settings SET value = '\"' WHERE key = 'direction'",
    ],
)
def test_a_damaged_one_is_told_and_left_as_it_is(old: Path, damage: str) -> None:
    with closing(sqlite3.connect(old)) as db, db:
        db.execute(damage)
    before = content(old)
    with pytest.raises(InputError, match="damaged"):
        ProjectStore(old)
    assert content(old) == before
