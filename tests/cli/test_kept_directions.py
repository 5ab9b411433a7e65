"""Directions that are found without ``--out`` are kept by name, and none is lost or used for other codes."""

from __future__ import annotations

import csv
import json
import shutil
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
    assert "mean error of held-out images" in told and "kept for features" in told
    assert "of guessing the median" in told
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


def test_a_long_name_of_any_letters_is_kept(leaves: Path, capsys: Say) -> None:
    name = "\u8449\u306e\u75c5\u6c17" * 14
    assert learn(leaves, "--name", name) == 0
    capsys.readouterr()
    assert run("direction", "list", "--model", "features", "--json") == 0
    (kept,) = (one["name"] for one in json.loads(capsys.readouterr().out)["directions"])
    assert name.startswith(kept)
    assert run("direction", "remove", kept, "--model", "features") == 0


def test_an_earlier_one_stays_where_the_new_one_can_not_be_written(
    leaves: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert learn(leaves, "--name", "severity") == 0
    before = (folder_of("features") / "severity.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("large_gui.models.own_directions.written_whole", full)
    assert learn(leaves, "--name", "severity", "--strength", 3) == 2
    assert "can't be kept" in capsys.readouterr().err
    assert (folder_of("features") / "severity.json").read_bytes() == before


def test_nothing_is_made_of_a_learned_direction_that_would_hide_its_error(leaves: Path, capsys: Say) -> None:
    assert learn(leaves, "--name", "severity") == 0
    assert run("direction", "find", "components", leaves, "--model", "features", "--count", 1) == 0
    capsys.readouterr()
    model = ["--model", "features", "--name", "new"]
    assert run("direction", "mix", "severity=1", "component_1=1", *model) == 2
    assert "severity was learned from images" in capsys.readouterr().err
    assert run("direction", "orthogonalise", "severity", "--without", "component_1", *model) == 2
    assert "severity was learned from images" in capsys.readouterr().err
    assert run("direction", "mix", "component_1=2", *model) == 0


def test_a_result_of_another_kind_and_the_programs_own_data_are_not_replaced(
    leaves: Path, capsys: Say
) -> None:
    labels = leaves.parent / "labels.csv"
    assert learn(leaves, "--name", "severity") == 0
    kept = folder_of("features") / "severity.json"
    before, fit = kept.read_bytes(), leaves.parent / "fit.json"
    sort = ["sort", leaves, "--model", "features", "--direction", "severity", "--labels", labels]
    out = leaves.parent / "out.csv"
    assert run(*sort, "--out", out, "--fit-out", kept, "--force") == 2
    assert "among the program's own data" in capsys.readouterr().err
    assert kept.read_bytes() == before
    assert run(*sort, "--out", out, "--fit-out", fit) == 0 == run(*sort, "--out", out, "--fit-out", fit)
    assert run(*sort, "--out", fit) == 2
    assert "holds something else of this program: fit" in capsys.readouterr().err
    assert learn(leaves, "--out", fit) == 2
    assert "holds something else of this program: fit" in capsys.readouterr().err
    assert run("invert", leaves, "--model", "features", "--out", out) == 2
    assert "something else of this program: table" in capsys.readouterr().err
    assert learn(leaves, "--out", fit, "--force") == 0


def test_copies_count_once_and_labels_come_back_from_a_table(leaves: Path, capsys: Say) -> None:
    labels = leaves.parent / "labels.csv"
    assert learn(leaves, "--name", "severity") == 0
    rows = labels.read_text("utf-8").splitlines()
    for i in range(30):
        shutil.copy(leaves / f"{i}.png", leaves / f"again-{i}.png")
    rows = [*rows, *(f"again-{row}" for row in rows[1:])]
    rows[-1] = "again-29.png,60"
    labels.write_text("\n".join(rows) + "\n", "utf-8")
    out, again = leaves.parent / "out.csv", leaves.parent / "again.csv"
    sort = ["sort", leaves, "--model", "features", "--direction", "severity"]
    capsys.readouterr()
    assert run(*sort, "--labels", labels, "--out", out) == 0
    told = capsys.readouterr()
    assert "from 30 labels" in told.out and "30 labels of copies of other images are left out" in told.err
    assert "different values (29 for 29.png and 60 for again-29.png); the first one counts." in told.err
    assert run(*sort, "--labels", out, "--out", again) == 0
    assert "from 30 labels" in capsys.readouterr().out


def test_labels_of_no_image_are_refused_before_anything_is_measured(leaves: Path, capsys: Say) -> None:
    assert learn(leaves, "--name", "severity") == 0
    wrong = leaves.parent / "wrong.csv"
    wrong.write_text("path,value\nother/1.png,3\n", "utf-8")
    out = leaves.parent / "out.csv"
    sort = ["sort", leaves, "--model", "features", "--direction", "severity", "--labels", wrong]
    assert run(*sort, "--out", out) == 2 and not out.exists()
    assert "None of the labels is of an image in this folder; the first is of other/1.png" in (
        capsys.readouterr().err
    )
