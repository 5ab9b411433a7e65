"""A backup that was written with an earlier version of its model is restored for the new one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.main import main
from large_gui.core.choices import Chosen
from large_gui.folders import user_folder
from large_gui.models.description import write_description
from large_gui.models.library import open_pack
from large_gui.models.pack import imported_folder
from large_gui.models.writing import write_pack_directions
from large_gui.project.store import Label, ProjectStore
from large_gui.tasks.models import model_card
from large_gui.tasks.opening.renewed import renewed
from large_gui.tasks.projects import project_for
from tests.colours import BLUE, GREY, colour_model, colourful, know_toys

Say = pytest.CaptureFixture[str]
OLD, NEW = "0123456789abcdef", "fedcba9876543210"


def run(*words: object) -> int:
    return main([*map(str, words), "--progress", "none"])


@pytest.fixture
def backup(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say) -> Path:
    """A backup of a folder that was labelled along two directions of the model."""
    know_toys(monkeypatch, home)
    monkeypatch.setattr("tests.toys.MeanColour.key", OLD)
    colour_model(GREY, BLUE)
    colourful(tmp_path / "pictures", 4)
    with ProjectStore(project_for(tmp_path / "pictures", home, "colours")) as store:
        store.set_setting("model", "colours")
        store.set_opened([tmp_path / "pictures"])
        store.set_labels("brightness", {"00.png": Label(1)})
        store.set_labels("blueness", {"01.png": Label(2)})
        store.set_chosen_direction(Chosen("brightness", False))
    out = tmp_path / "mine.large"
    assert run("project", "backup", tmp_path / "pictures", "--model", "colours", "--out", out) == 0
    assert f"key {OLD}" in capsys.readouterr().out
    return out


def renew(monkeypatch: pytest.MonkeyPatch, *replaces: str) -> None:
    """The model of today, whose brightness lies elsewhere and which has no blueness."""
    monkeypatch.setattr("tests.toys.MeanColour.key", NEW)
    folder, about = imported_folder() / "colours", open_pack("colours").about
    write_pack_directions(folder, [replace(GREY, normal=np.array([0, 1, 0], np.float32))])
    write_description(folder, replace(about, replaces=replaces))


def test_it_says_that_distances_are_measured_anew(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    folder = tmp_path / "pictures"
    renew(monkeypatch, "a" * 16, OLD)
    assert run("project", "restore", backup, folder, "--force") == 0
    told = capsys.readouterr().out
    assert "The model colours was renewed since the backup was written, so all distances are" in told
    assert "What was said of the images stays." in told
    assert "The renewed model has no blueness; the project has the backup's own, but find it again." in told
    assert "distances are the same" not in told
    with ProjectStore(project_for(folder, user_folder(), "colours")) as store:
        assert store.labels("brightness") == {"00.png": Label(1)} and len(store.labels("blueness")) == 1
        assert list(store.directions()) == ["blueness"], "the model's own are the new ones"
        assert store.measured_with("colours") == OLD
        news = renewed(store, model_card("colours"))
    assert news is not None and "your labels stay" in news.sentence, "the window says it when it is opened"
    assert run("project", "restore", backup, folder, "--force", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["renewed"], told["directions"], told["found"]) == (True, ["blueness"], 4)


def test_the_version_of_the_backup_comes_first(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    write_description(imported_folder() / "colours", replace(open_pack("colours").about, replaces=(OLD,)))
    assert run("project", "restore", backup, tmp_path / "pictures", "--force") == 0
    assert "renewed" not in capsys.readouterr().out


def test_a_model_that_replaces_another_one_is_not_taken(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    renew(monkeypatch, "a" * 16)
    assert run("project", "restore", backup, tmp_path / "pictures", "--force") == 2
    assert f"needs the model 'colours' (Mean colours) with the key {OLD}" in capsys.readouterr().err
