"""What was done with a folder goes as one file to another machine, where the folder lies elsewhere."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.main import main
from large_gui.core.choices import Answer, Chosen, Comparison
from large_gui.core.direction import Direction
from large_gui.files import sha256_of
from large_gui.folders import user_folder
from large_gui.project.codes.cache import Inverted
from large_gui.project.images.contents import Content
from large_gui.project.lock import Lock
from large_gui.project.project_file import KIND
from large_gui.project.schema import is_project
from large_gui.project.store import Label, ProjectStore
from large_gui.project.value import Value
from large_gui.tasks.models import model_card
from large_gui.tasks.projects import project_for
from tests.conftest import SAMPLES

Say = pytest.CaptureFixture[str]
AGE = Value("age", "age", "years", 0, 120)


def run(*words: object) -> int:
    return main([*map(str, words), "--progress", "none"])


def direction() -> Direction:
    normal = np.random.default_rng(0).standard_normal((23, 512))
    return Direction("mine", normal / np.linalg.norm(normal, axis=1, keepdims=True), 0.1)


def paths_of(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.jpg"))


@pytest.fixture
def worked_on(few_samples: Path) -> Path:
    """A folder with all that a person can do with it, and one image that is there twice."""
    first = paths_of(few_samples)[0]
    shutil.copy(few_samples / first, few_samples / "copy.jpg")
    paths = paths_of(few_samples)
    with ProjectStore(project_for(few_samples, user_folder())) as store:
        assert store.claim()
        store.set_opened([few_samples])
        store.set_value("age", AGE)
        store.set_labels("age", {path: Label(20.0 + i, i == 3) for i, path in enumerate(paths)})
        store.set_labels("weight", {"gone.jpg": Label(1)})
        store.set_tags("hat", {paths[1]: True, paths[2]: False})
        store.set_comparisons("age", [Comparison(paths[4], paths[5], Answer.FIRST)])
        store.set_grouping("treatment", {paths[6]: "treated", paths[7]: "control"})
        store.set_directions({"mine": direction()})
        store.set_chosen_direction(Chosen("mine", True))
        store.set_setting("columns", 5)
        store.set_refined(model_card("faces").key, {"a" * 64: Inverted(np.ones((23, 512), np.float32), 3.0)})
    return few_samples


@pytest.fixture
def elsewhere(worked_on: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The same images under other names in other folders, and where each of them lies now."""
    folder, places = tmp_path / "other disk" / "bilder", {}
    for i, path in enumerate(paths_of(worked_on)):
        place = f"{'äöü' if i % 2 else 'deep/er'}/{99 - i}.jpg"
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(worked_on / path, folder / place)
        places[path] = place
    # The two copies of one image keep their order of names.
    same = sorted(p for p in places if (worked_on / p).read_bytes() == (worked_on / "copy.jpg").read_bytes())
    places |= dict(zip(same, sorted(places[path] for path in same)))
    return folder, places


def backed_up(folder: Path, tmp_path: Path) -> Path:
    out = tmp_path / "backup.large"
    assert run("project", "backup", folder, "--out", out) == 0
    return out


def another_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    home = tmp_path / "another machine"
    monkeypatch.setenv("LARGE_GUI_HOME", str(home))
    return home


def test_everything_comes_back_by_content(
    worked_on: Path, elsewhere: tuple[Path, dict[str, str]], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: Say,
) -> None:  # fmt: skip
    folder, places = elsewhere
    out = backed_up(worked_on, tmp_path)
    told = capsys.readouterr().out
    assert "14 labels and 2 directions" in told and "13 images" in told
    assert f"key {model_card('faces').key}" in told
    original = project_for(worked_on, user_folder())
    home = another_machine(monkeypatch, tmp_path)
    before = out.read_bytes()
    assert run("project", "restore", out, folder) == 0
    told = capsys.readouterr().out
    assert "13 of 13 images of the backup were found" in told and "not here: gone.jpg." in told
    assert out.read_bytes() == before
    with ProjectStore(original) as old, ProjectStore(project_for(folder, home)) as new:
        assert new.claim()
        assert new.labels("age") == {places[path]: label for path, label in old.labels("age").items()}
        assert new.labels("weight") == {"gone.jpg": Label(1)}
        assert new.values() == old.values()
        assert new.tags() == {"hat": {places[p]: has for p, has in old.tags()["hat"].items()}}
        (said,) = new.comparisons("age")
        (was,) = old.comparisons("age")
        assert (said.first, said.second) == (places[was.first], places[was.second])
        groups = old.groupings()["treatment"]
        assert new.groupings() == {"treatment": {places[p]: group for p, group in groups.items()}}
        np.testing.assert_array_equal(new.directions()["mine"].normal, direction().normal)
        assert new.chosen_direction() == Chosen("mine", True) and new.setting("columns") == 5
        assert new.refined(model_card("faces").key).keys() == {"a" * 64}
        assert new.opened() == [folder] and new.setting("backup") is None


def test_a_backup_holds_no_picture_and_no_place_of_this_machine(worked_on: Path, tmp_path: Path) -> None:
    out = backed_up(worked_on, tmp_path)
    content = out.read_bytes()
    assert is_project(out) and len(content) < 1_500_000
    assert str(tmp_path).encode() not in content and str(user_folder()).encode() not in content
    with closing(sqlite3.connect(out)) as db:
        ((form,),) = db.execute("SELECT value FROM settings WHERE key = 'backup'").fetchall()
    kept = json.loads(form)
    assert list(kept) == ["large_gui", "kind", "version", "date", "folder", "model", "images", "directions"]
    assert kept["folder"] == "photos" and len(kept["images"]) == 13
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("backup")) == ["backup.large"]


def test_the_model_s_direction_travels_if_it_is_another_there(
    worked_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    with ProjectStore(project_for(worked_on, user_folder())) as store:
        store.set_chosen_direction(Chosen("age", False))
    out = backed_up(worked_on, tmp_path)
    with closing(sqlite3.connect(out)) as db, db:  # as if another version of the program had written it
        db.execute("""UPDATE settings SET value = replace(value, '"intercept": ', '"intercept": 1')""")
    home = another_machine(monkeypatch, tmp_path)
    assert run("project", "restore", out, worked_on, "--json") == 0
    assert json.loads(capsys.readouterr().out.split("\n", 2)[2])["directions"] == ["age"]
    with ProjectStore(project_for(worked_on, home)) as store:
        assert list(store.directions()) == ["mine", "age"]
        assert store.directions()["age"].intercept != model_card("faces").directions["age"].intercept


def test_a_missing_model_is_named_with_its_key(
    worked_on: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    out, key = backed_up(worked_on, tmp_path), model_card("faces").key
    with closing(sqlite3.connect(out)) as db, db:
        db.execute("UPDATE settings SET value = replace(value, ?, 'feedfeedfeedfeed')", (key,))
    home = another_machine(monkeypatch, tmp_path)
    assert run("project", "restore", out, worked_on) == 2
    told = capsys.readouterr().err
    assert "needs the model 'faces'" in told and "key feedfeedfeedfeed" in told and "Import it" in told
    assert not (home / "projects").exists()


def test_a_project_with_work_is_replaced_on_request_only_and_kept(
    worked_on: Path, tmp_path: Path, capsys: Say
) -> None:
    out, target = backed_up(worked_on, tmp_path), project_for(worked_on, user_folder())
    with ProjectStore(target) as store:
        store.set_labels("age", {"late.jpg": Label(7)})
    before = target.read_bytes()
    assert run("project", "restore", out, worked_on) == 2
    assert "work of its own" in (told := capsys.readouterr().err) and "--force" in told
    assert target.read_bytes() == before
    assert run("project", "restore", out, worked_on, "--force") == 0
    kept = target.with_name(f"{target.name}.replaced.backup")
    assert f"kept as {kept}" in capsys.readouterr().out
    with ProjectStore(kept) as was, ProjectStore(target) as now:
        assert was.labels("age") == now.labels("age") | {"late.jpg": Label(7)}
        assert not was.claim() and now.claim()


def test_a_folder_that_is_open_is_left_alone(worked_on: Path, tmp_path: Path, capsys: Say) -> None:
    out, target = backed_up(worked_on, tmp_path), project_for(worked_on, user_folder())
    lock = Lock(target.with_name(f"{target.name}.lock"))
    assert lock.take()
    before = target.read_bytes()
    assert run("project", "restore", out, worked_on, "--force") == 2
    assert "open in a window" in capsys.readouterr().err
    assert target.read_bytes() == before
    lock.release()


def test_what_was_said_of_images_that_are_not_there(worked_on: Path, tmp_path: Path, capsys: Say) -> None:
    """Another image under the name of one that is missing gets none of its labels."""
    out, (first, *_, last) = backed_up(worked_on, tmp_path), paths_of(worked_on)
    (worked_on / first).unlink()
    shutil.copy(worked_on / last, worked_on / first)
    assert run("project", "restore", out, worked_on, "--force", "--json") == 0
    told = json.loads(capsys.readouterr().out.split("\n", 2)[2])
    assert (told["found"], told["missing"]) == (12, [first, "gone.jpg"])
    with ProjectStore(project_for(worked_on, user_folder())) as store:
        labels = store.labels("age")
        assert first not in labels and len(labels) == 13
        (waiting,) = (path for path in labels if path.startswith(f"{first} (overwritten"))
        assert waiting not in paths_of(worked_on)


def test_files_that_are_no_backup_are_refused(worked_on: Path, tmp_path: Path, capsys: Say) -> None:
    out = backed_up(worked_on, tmp_path)
    broken, newer, form, text = (tmp_path / f"{name}.large" for name in ("broken", "newer", "form", "text"))
    text.write_text("hello")
    for path, statement in (
        (broken, "UPDATE settings SET value = replace(value, 'more/', '../') WHERE key = 'backup'"),
        (newer, f"PRAGMA user_version = {len(KIND.steps) + 1}"),
        (form, "UPDATE settings SET value = replace(value, '\"version\": 1', '\"version\": 9')"),
    ):
        shutil.copy(out, path)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(statement)
    project = project_for(worked_on, user_folder())
    for path, sentence in (
        (broken, "damaged"), (newer, "newer version"), (form, "newer version"), (text, "not a backup"),
        (project, "and not a backup of one"), (tmp_path / "none.large", "not there"),
    ):  # fmt: skip
        capsys.readouterr()
        assert run("project", "restore", path, worked_on, "--force") == 2
        assert sentence in capsys.readouterr().err, path
    assert run("project", "restore", out, tmp_path / "nowhere") == 2


def test_backups_that_cant_be_written(worked_on: Path, tmp_path: Path, capsys: Say) -> None:
    taken = tmp_path / "taken.large"
    taken.write_text("of a person")
    for words, sentence in (
        ((worked_on, "--out", taken), "was not written by this program"),
        ((worked_on, "--out", "-"), "standard output"),
        ((worked_on, "--out", tmp_path / "x.zip"), "ends with .large"),
        ((tmp_path, "--out", tmp_path / "x.large"), "There is no project of"),
        ((worked_on, "--model", "features", "--out", tmp_path / "x.large"), "for the model 'features'"),
        ((worked_on, "--out", project_for(worked_on, user_folder()), "--force"), "program's own data"),
    ):
        assert run("project", "backup", *words) == 2
        assert sentence in capsys.readouterr().err, words
    assert taken.read_text() == "of a person"
    assert run("project", "backup", worked_on, "--out", taken, "--force") == 0


def test_only_an_earlier_backup_of_the_same_project_is_replaced(
    worked_on: Path, tmp_path: Path, capsys: Say
) -> None:
    out, target = backed_up(worked_on, tmp_path), project_for(worked_on, user_folder())
    with ProjectStore(target) as store:
        store.set_labels("age", {"late.jpg": Label(7)})
    assert run("project", "backup", worked_on, "--out", out) == 0
    assert "15 labels" in capsys.readouterr().out
    with ProjectStore(out, only_read=True) as kept:
        assert kept.labels("age")["late.jpg"] == Label(7)
    other = tmp_path / "elsewhere" / "photos"
    other.mkdir(parents=True)
    shutil.copy(SAMPLES / "labels.csv", other)
    shutil.copy(sorted(SAMPLES.glob("*.jpg"))[20], other / "a.jpg")
    strangers = [tmp_path / "named.large", tmp_path / "same name.large", tmp_path / "project.large"]
    for folder, backup in zip((other.parent, other), strangers):
        with ProjectStore(project_for(folder, user_folder())) as store:
            store.set_opened([folder])
        assert run("project", "backup", folder, "--out", backup) == 0
    with ProjectStore(target) as store:  # what the window has seen of the folder
        store.set_contents({"copy.jpg": Content(bytes.fromhex(sha256_of(worked_on / "copy.jpg")))})
    shutil.copy(target, strangers[2])
    before = [one.read_bytes() for one in strangers]
    capsys.readouterr()
    for stranger, sentence in zip(strangers, ("the folder 'elsewhere'", "another project", "is a project")):
        assert run("project", "backup", worked_on, "--out", stranger) == 2
        told = capsys.readouterr().err
        assert sentence in told and "--force" in told and "not written by" not in told
        assert run("sort", worked_on, "--direction", "age", "--out", stranger) == 2
        assert "is a project, or the backup of one" in capsys.readouterr().err
    assert [one.read_bytes() for one in strangers] == before
    assert run("project", "backup", worked_on, "--out", out) == 0
    assert run("project", "backup", worked_on, "--out", strangers[0], "--force") == 0


def test_a_backup_is_no_place_to_back_up(worked_on: Path, tmp_path: Path, capsys: Say) -> None:
    out, bare = backed_up(worked_on, tmp_path), tmp_path / "bare.large"
    ProjectStore(bare).close()
    for place, sentence in ((out, "is a backup already"), (bare, "does not say which images")):
        assert run("project", "backup", place, "--out", tmp_path / "x.large") == 2
        told = capsys.readouterr().err
        assert sentence in told and "older copy" not in told and not (tmp_path / "x.large").exists()


def test_a_project_of_a_newer_version_is_left_to_that(worked_on: Path, tmp_path: Path, capsys: Say) -> None:
    project = project_for(worked_on, user_folder())
    with closing(sqlite3.connect(project)) as db:
        db.execute(f"PRAGMA user_version = {len(KIND.steps) + 1}")
    before = project.read_bytes()
    assert run("project", "backup", worked_on, "--out", tmp_path / "x.large") == 2
    assert "written by a newer version" in capsys.readouterr().err
    assert project.read_bytes() == before


def test_a_project_of_another_model_is_restored_for_it(
    few_samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_for(few_samples, user_folder(), "features")
    with ProjectStore(project) as store:
        store.set_setting("model", "features")
        store.set_opened([few_samples])
        store.set_labels("size", {paths_of(few_samples)[0]: Label(1)})
    out = tmp_path / "x.large"
    assert run("project", "backup", few_samples, "--model", "features", "--out", out) == 0
    home = another_machine(monkeypatch, tmp_path)
    assert run("project", "restore", out, few_samples) == 0
    with ProjectStore(project_for(few_samples, home, "features")) as store:
        assert store.setting("model") == "features" and len(store.labels("size")) == 1
    with ProjectStore(project_for(few_samples, home)) as store:
        assert store.setting("used_model") == "features"


def test_a_project_whose_images_are_away_is_backed_up(
    worked_on: Path, elsewhere: tuple[Path, dict[str, str]], tmp_path: Path, capsys: Say
) -> None:
    folder, places = elsewhere
    project = project_for(worked_on, user_folder())
    with ProjectStore(project) as store:  # as the window does when it has seen them
        paths = paths_of(worked_on)
        store.set_contents({p: Content(bytes.fromhex(sha256_of(worked_on / p))) for p in paths})
    worked_on.rename(tmp_path / "away")
    assert run("project", "backup", project, "--out", tmp_path / "x.large") == 0
    told = capsys.readouterr()
    assert "is not there" in told.err and "contents of 13 images" in told.out
    assert run("project", "restore", tmp_path / "x.large", folder) == 0
    assert "13 of 13 images" in capsys.readouterr().out
    with ProjectStore(project_for(folder, user_folder())) as store:
        assert store.labels("age").keys() == set(places.values())


def test_the_project_file_itself_can_be_named(worked_on: Path, tmp_path: Path, capsys: Say) -> None:
    project = project_for(worked_on, user_folder())
    assert run("project", "backup", project, "--out", tmp_path / "x.large") == 0
    assert "13 images" in capsys.readouterr().out
