"""Directions that are found without ``--out`` are kept by name, and none is lost or used for other codes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from large_gui.cli.main import main
from large_gui.models.own_directions import folder_of

Say = pytest.CaptureFixture[str]


@pytest.fixture
def leaves(tmp_path: Path) -> Path:
    """Thirty green leaves with more and more brown spots, and the number of spots as their value."""
    folder = tmp_path / "leaves"
    folder.mkdir()
    rng = np.random.default_rng(0)
    rows = ["path,value"]
    for i in range(30):
        picture = Image.new("RGB", (96, 48), (40, 120, 40))
        for x, y in rng.integers(0, (90, 42), (i, 2)).tolist():
            ImageDraw.Draw(picture).ellipse((x, y, x + 5, y + 5), (110, 70, 20))
        picture.save(folder / f"{i}.png")
        rows.append(f"{i}.png,{i}")
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def run(*words: object) -> int:
    return main([*map(str, words), *(["--progress", "none"] if "--progress" not in words else [])])


def learn(leaves: Path, *more: object) -> int:
    labels = leaves.parent / "labels.csv"
    return run("direction", "find", "ridge", leaves, "--model", "features", "--labels", labels, *more)


def test_a_folder_is_learned_and_sorted(leaves: Path, capsys: Say) -> None:
    assert learn(leaves, "--name", "severity") == 0
    told = capsys.readouterr().out
    assert "error of held-out images" in told and "kept for features" in told
    out = leaves.parent / "out.csv"
    assert run("sort", leaves, "--model", "features", "--direction", "severity", "--out", out) == 0
    with out.open(encoding="utf-8") as file:
        order = [int(Path(row["path"]).stem) for row in csv.DictReader(file)]
    assert np.corrcoef(order, range(30))[0, 1] > 0.9
    assert run("direction", "list", "--model", "features") == 0
    assert "severity" in capsys.readouterr().out


def test_an_earlier_one_of_that_name_is_put_away(leaves: Path, capsys: Say) -> None:
    assert learn(leaves, "--name", "severity") == 0 == learn(leaves, "--name", "severity", "--strength", 3)
    (aside,) = (folder_of("features") / "replaced").glob("*.json")
    assert f"An earlier direction of that name is now {aside}" in capsys.readouterr().out
    kept = json.loads((folder_of("features") / "severity.json").read_text("utf-8"))
    assert kept["record"]["options"] == {"strength": 3.0}
    assert json.loads(aside.read_text("utf-8"))["record"]["options"] == {"strength": 0.0}


def test_one_is_taken_away_and_still_there(leaves: Path, capsys: Say) -> None:
    assert learn(leaves, "--name", "a/b ../c") == 0
    assert run("direction", "show", "a/b_../c", "--model", "features") == 0
    assert run("direction", "remove", "a/b_../c", "--model", "features") == 0
    assert len([*folder_of("features").rglob("*.json")]) == 1, "nothing was deleted, or written elsewhere"
    assert run("direction", "show", "a/b_../c", "--model", "features") == 2
    assert "has no direction" in capsys.readouterr().err
    assert run("direction", "remove", "a/b_../c", "--model", "features") == 2
    assert "Kept are: none" in capsys.readouterr().err


def test_names_of_the_pack_and_codes_of_other_models_are_refused(leaves: Path, capsys: Say) -> None:
    file = leaves.parent / "severity.json"
    assert learn(leaves, "--name", "severity", "--out", file) == 0
    assert not folder_of("features").exists(), "it was written to the file alone"
    labels = leaves.parent / "labels.csv"
    command = ["direction", "find", "ridge", leaves, "--labels", labels, "--name", "age"]
    assert run(*command) == 2
    assert "came with a direction 'age'" in capsys.readouterr().err
    form = json.loads(file.read_text("utf-8"))
    form["record"]["model_key"] = "0" * 16
    file.write_text(json.dumps(form), "utf-8")
    out = leaves.parent / "out.csv"
    assert run("sort", leaves, "--model", "features", "--direction", file, "--out", out) == 2
    assert "not one of the codes of 'features'" in capsys.readouterr().err and not out.exists()
    folder_of("features").mkdir(parents=True)
    (folder_of("features") / "severity.json").write_text(json.dumps(form), "utf-8")
    assert run("sort", leaves, "--model", "features", "--direction", "severity", "--out", out) == 2
    assert "another version of it. Find it again" in capsys.readouterr().err


def test_a_damaged_file_is_named_and_does_no_harm(leaves: Path, capsys: Say) -> None:
    folder_of("faces").mkdir(parents=True)
    (folder_of("faces") / "bad.json").write_text("{", "utf-8")
    assert run("direction", "list") == 0
    told = capsys.readouterr()
    assert "bad.json can't be read" in told.err and "move this file" in told.err and "age" in told.out
    assert run("direction", "show", "age") == 0


def test_too_few_values_are_refused(leaves: Path, capsys: Say) -> None:
    (leaves.parent / "labels.csv").write_text("path,value\n1.png,1\n2.png,2\n", "utf-8")
    assert learn(leaves) == 2
    assert "2 images with a value are too few" in capsys.readouterr().err
    assert learn(leaves, "--strength", "-1") == 2
    assert "strength can't be -1" in capsys.readouterr().err
