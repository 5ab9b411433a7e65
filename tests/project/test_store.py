"""The project file keeps what it acknowledged, whatever happens next."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.project import project_file as module
from large_gui.project.schema import is_project
from large_gui.project.store import Label, ProjectStore
from large_gui.project.value import Value
from large_gui.tasks.projects import project_for

ROOT = Path(__file__).resolve().parents[2]
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\:."), min_size=1, max_size=20
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
LABELS = st.builds(Label, st.floats(allow_nan=False, allow_infinity=False), st.booleans())


@settings(max_examples=30, deadline=None)
@given(labels=st.dictionaries(NAMES, LABELS, max_size=8), gone=st.sets(NAMES, max_size=3))
def test_labels_come_back(
    tmp_path_factory: pytest.TempPathFactory, labels: dict[str, Label], gone: set[str]
) -> None:
    path = tmp_path_factory.mktemp("store") / "p.large"
    with ProjectStore(path) as store:
        store.set_labels("age", labels)
        store.set_labels("age", dict.fromkeys(gone))
        store.set_labels("yaw", {"a.jpg": Label(1.5)})
    with ProjectStore(path) as store:
        assert store.labels("age") == {p: x for p, x in labels.items() if p not in gone}
        assert store.labels("yaw") == {"a.jpg": Label(1.5)}


@settings(max_examples=30, deadline=None)
@given(value=JSON, tags=st.dictionaries(NAMES, st.booleans(), max_size=8), gone=st.sets(NAMES, max_size=3))
def test_settings_and_tags_come_back(
    tmp_path_factory: pytest.TempPathFactory, value: object, tags: dict[str, bool], gone: set[str]
) -> None:
    path = tmp_path_factory.mktemp("store") / "p.large"
    with ProjectStore(path) as store:
        store.set_setting("key", "before")
        store.set_setting("key", value)
        store.set_tags("hat", tags)
        store.set_tags("hat", dict.fromkeys(gone))
    with ProjectStore(path) as store:
        assert store.setting("key", "default") == value
        assert store.setting("unknown") is None
        assert store.setting("unknown", 3) == 3
        assert store.tags().get("hat", {}) == {p: x for p, x in tags.items() if p not in gone}
        assert store.tags().keys() <= {"hat"}


def test_a_removed_value_keeps_its_labels(tmp_path: Path) -> None:
    age = Value("age", "Alter", "Jahre")
    with ProjectStore(tmp_path / "p.large") as store:
        store.set_value("age", age)
        store.set_labels("age", {"a.jpg": Label(7, excluded=True)})
        store.set_value("age", None)
        assert store.values() == {}
        store.set_value("age", age)
        assert store.values() == {"age": age}
        assert store.labels("age") == {"a.jpg": Label(7, excluded=True)}
        with pytest.raises(ValueError, match="can't be kept as"):
            store.set_value("yaw", age)


def test_directions_come_back_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((3, 512))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    importance = np.array([0.5, 0.25, 0.25])
    mine = Direction("mine", rows, 0.1, "zero", importance, "less", "more", "by händ")
    other = Direction("other", rows[0].astype(np.float32), layer_sizes=(500, 12))
    with ProjectStore(tmp_path / "p.large") as store:
        earlier = Direction("-mine", rows[2])
        for direction in (earlier, other, Direction("gone", rows[1]), mine, replace(mine, name="-mine")):
            store.set_directions({direction.name: direction})
        for bad in (mine.turned(), other):
            with pytest.raises(ValueError, match="can't be kept as"):
                store.set_directions({"mine": bad})
        store.remove_direction("gone")
        store.remove_direction("never there")
    with ProjectStore(tmp_path / "p.large") as store:
        found = store.directions()
    assert list(found) == ["-mine", "other", "mine"]
    for kept, given_ in (
        (found["mine"], mine),
        (found["-mine"], replace(mine, name="-mine")),
        (found["other"], other),
    ):
        for field in fields(Direction):
            np.testing.assert_array_equal(getattr(kept, field.name), getattr(given_, field.name))
        assert kept.normal.dtype == given_.normal.dtype
        assert kept.normal.flags.writeable


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_label_is_a_finite_number(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Label(value)


def test_labels_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    with ProjectStore(tmp_path / "p.large") as store:
        store.set_labels("age", {"a": Label(1)})
        with pytest.raises(sqlite3.ProgrammingError):
            store.set_labels("age", {"a": Label(2), "b": None, object(): Label(3)})  # type: ignore[dict-item]
        assert store.labels("age") == {"a": Label(1)}
        store.set_labels("age", {"a": None})
        assert store.labels("age") == {}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_kill_loses_no_acknowledged_label(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from large_gui.project.store import Label, ProjectStore\n"
        "store = ProjectStore(Path(sys.argv[1]))\n"
        "for i in range(10**6):\n"
        "    store.set_labels('age', {f'{i}.jpg': Label(i)}); print(i, flush=True)\n"
    )
    path = tmp_path / "p.large"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(40):
            last = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split(b"\n")[:-1]
    last = int(rest[-1]) if rest else last
    assert is_project(path)
    with ProjectStore(path) as store:
        labels = store.labels("age")
    # One more than was acknowledged may be there, and nothing else.
    assert labels.keys() - {f"{last + 1}.jpg"} == {f"{i}.jpg" for i in range(last + 1)}
    assert labels["7.jpg"] == Label(7.0)


def test_two_windows_write_one_project(tmp_path: Path) -> None:
    with ProjectStore(tmp_path / "p.large") as one, ProjectStore(tmp_path / "p.large") as two:
        one.set_labels("age", {"a": Label(1)})
        two.set_labels("age", {"b": Label(2)})
        assert one.labels("age") == two.labels("age") == {"a": Label(1), "b": Label(2)}


def test_what_is_no_project_is_refused_and_left_alone(tmp_path: Path) -> None:
    text, foreign = (tmp_path / f"{name}.large" for name in ("text", "foreign"))
    text.write_text("x" * 5000)
    with closing(sqlite3.connect(foreign)) as db:
        db.execute("CREATE TABLE labels (mine)")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    assert not any(is_project(p) for p in (text, foreign, tmp_path, tmp_path / "none"))
    for path, sentence in ((text, "damaged"), (foreign, "not a project")):
        before = path.read_bytes()
        with pytest.raises(InputError, match=sentence) as caught:
            ProjectStore(path)
        assert caught.value.hint
        assert path.read_bytes() == before
    for path in (tmp_path, text / "below.large"):
        with pytest.raises(InputError, match="can't be used"):
            ProjectStore(path)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE settings SET value = '{'",
        "UPDATE labels SET value = 9e999",
        "UPDATE labels SET value = 'old'",
        "UPDATE own_directions SET direction = x'00'",
        "UPDATE own_directions SET direction = '{}'",
        "UPDATE own_directions SET direction = replace(direction, '\"version\": 1', '\"version\": 99')",
        "UPDATE own_directions SET direction = replace(direction, '1.0', '1.5')",
        "UPDATE own_directions SET direction = replace(direction, '\"flipped\": false', '\"flipped\": true')",
        "UPDATE own_directions SET name = 'other'",
    ],
)
def test_content_that_nobody_wrote_is_damage(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "p.large"
    with ProjectStore(path) as store:
        store.set_setting("key", 1)
        store.set_labels("age", {"a": Label(1)})
        store.set_directions({"mine": Direction("mine", np.eye(4)[0])})
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(damage)
        with pytest.raises(InputError, match="damaged"):
            (store.setting("key"), store.labels("age"), store.directions())


def test_a_torn_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.large"
    with ProjectStore(path) as store:
        store.set_labels("age", {f"{i}.jpg": Label(i) for i in range(2000)})
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x55" * len(content[4096:])
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged"), ProjectStore(path) as store:
        store.labels("age")


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    with ProjectStore(tmp_path / "p.large") as store:
        store.set_labels("age", {"a": Label(1)})
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(InputError, match="full") as caught:
            store.set_labels("age", {f"{i}.jpg": Label(i) for i in range(5000)})
        assert "room" in caught.value.hint
        assert store.labels("age") == {"a": Label(1)}


def test_an_older_file_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.large"
    with ProjectStore(path) as store:
        store.set_labels("age", {"a": Label(1)})
    step = "CREATE TABLE more (a); INSERT INTO more VALUES (5)"
    monkeypatch.setattr(module, "KIND", replace(module.KIND, steps=(*module.KIND.steps, step)))
    for _ in range(2):
        with ProjectStore(path) as store:
            assert store.labels("age") == {"a": Label(1)}
            assert store._db.execute("SELECT a FROM more").fetchall() == [(5,)]


def test_a_copy_is_whole_and_apart(tmp_path: Path) -> None:
    with ProjectStore(tmp_path / "p.large") as store:
        store.set_labels("age", {"a": Label(1)})
        store.copy_to(tmp_path / "copy.large")
        store.copy_to(tmp_path / "copy.large")
        store.copy_to(tmp_path / "p.large")
        store.set_labels("age", {"b": Label(2)})
        with ProjectStore(tmp_path / "copy.large") as copy:
            assert is_project(copy.path)
            assert copy.labels("age") == {"a": Label(1)}
            copy.set_labels("age", {"c": Label(3)})
            with pytest.raises(InputError, match="in use"):
                store.copy_to(copy.path)
        for place in (tmp_path / "no" / "copy.large", tmp_path):
            with pytest.raises(InputError, match="can't be"):
                store.copy_to(place)
    with ProjectStore(tmp_path / "p.large") as store:
        assert store.labels("age") == {"a": Label(1), "b": Label(2)}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.large", "p.large"]


def test_a_copy_over_the_file_of_a_killed_process(tmp_path: Path) -> None:
    """The log that such a file leaves must not end up in the copy."""
    path, killed = tmp_path / "p.large", tmp_path / "killed.large"
    with ProjectStore(tmp_path / "other.large") as other:
        other.set_labels("age", {f"{i}.jpg": Label(i) for i in range(500)})
        for ending in ("", "-wal"):
            shutil.copy(f"{other.path}{ending}", f"{killed}{ending}")
    with ProjectStore(path) as store:
        store.set_labels("age", {"a": Label(1)})
        store.copy_to(killed)
    with ProjectStore(killed) as store:
        assert store.labels("age") == {"a": Label(1)}


def test_closing_twice(tmp_path: Path) -> None:
    store = ProjectStore(tmp_path / "new" / "p.large")
    store.close()
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.set_setting("a", 1)


def test_each_folder_has_its_own_project(tmp_path: Path) -> None:
    one, two = tmp_path / "a" / "photos", tmp_path / "b" / "photos"
    one.mkdir(parents=True)
    assert project_for(one, tmp_path) != project_for(two, tmp_path)
    assert project_for(one, tmp_path) == project_for(one / ".." / "photos", tmp_path)
    assert project_for(one, tmp_path).parent == tmp_path / "projects"


def test_a_linked_folder_is_the_folder(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    try:
        (tmp_path / "link").symlink_to(tmp_path / "photos", target_is_directory=True)
    except OSError:
        pytest.skip("links are not allowed here")
    assert project_for(tmp_path / "link", tmp_path) == project_for(tmp_path / "photos", tmp_path)


@pytest.mark.parametrize("name", ["/", "ä b:c*?", "x" * 200, ".hidden", "日本" * 60, os.fsdecode(b"\xff")])
def test_names_of_projects_are_safe(tmp_path: Path, name: str) -> None:
    path = project_for(tmp_path / name, tmp_path)
    assert re.fullmatch(r"\w[\w.-]{0,39}-[0-9a-f]{12}\.large", path.name)
    ProjectStore(path).close()
    assert is_project(path)


def test_it_is_light_to_import() -> None:
    names = ("store", "images.thumbnails", "recent", "value", "export", "labels")
    code = "import sys\n" + "".join(f"import large_gui.project.{name}\n" for name in names)
    code += "print(sorted({'numpy', 'PIL', 'torch'} & sys.modules.keys()))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert printed.stdout.strip() == b"[]"


def test_changes_that_belong_together_are_all_kept_or_none(tmp_path: Path) -> None:
    direction = Direction("mine", np.array([1.0, 0.0]))
    with ProjectStore(tmp_path / "p.large") as store:
        with pytest.raises(InputError, match="full"), store.together():
            store.set_directions({"mine": direction})
            store.set_labels("mine", {"a.jpg": Label(3.0)})
            raise InputError("The disk is full.")
        assert not store.directions() and not store.labels("mine")
        with store.together():
            store.set_directions({"mine": direction})
            store.set_labels("mine", {"a.jpg": Label(3.0)})
        assert list(store.directions()) == ["mine"] and list(store.labels("mine")) == ["a.jpg"]
