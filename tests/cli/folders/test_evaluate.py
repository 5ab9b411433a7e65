"""``large-gui evaluate`` says why labels can't be used, and fits what it does to how many there are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from large_gui.cli.main import main
from tests.colours import BLUE, GREY, colour_model, colourful, know_toys

Say = pytest.CaptureFixture[str]


@pytest.fixture
def labelled(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    know_toys(monkeypatch, home)
    colour_model(GREY, BLUE)
    table = colourful(tmp_path / "pictures", 30)
    return tmp_path / "pictures", table


def evaluate(folder: Path, table: Path, *more: str) -> int:
    of = ["--model", "colours", "--direction", "brightness", "--repeats", "20"]
    out = ["--labels", str(table), "--out", str(folder.parent / "r.json")]
    return main(["evaluate", str(folder), *of, *out, *more])


def test_rows_that_cant_be_used_are_told_before_there_are_too_few(
    labelled: tuple[Path, Path], capsys: Say
) -> None:
    folder, table = labelled
    table.write_text("path,value\n00.png,12\nghost.png,3\n01.png,26 years\n02.png,7\n", "utf-8")
    assert evaluate(folder, table, "--shots", "2") == 2
    told = capsys.readouterr().err
    assert "row 3: no such image in the folder (ghost.png)" in told and "row 4: the value is not" in told
    assert told.index("row 3") < told.index("can't be drawn from 2 images")


def test_an_image_that_cant_be_read_is_told_with_its_row(labelled: tuple[Path, Path], capsys: Say) -> None:
    folder, table = labelled
    (folder / "07.png").write_bytes((folder / "07.png").read_bytes()[:40])
    assert evaluate(folder, table, "--shots", "2") == 0
    assert "labels, row 9: the image can't be used" in capsys.readouterr().err


def test_it_draws_as_many_labels_as_there_are_images_for(labelled: tuple[Path, Path], capsys: Say) -> None:
    folder, table = labelled
    assert evaluate(folder, table, "--json", "--provenance") == 0
    assert [row["k"] for row in json.loads(capsys.readouterr().out)["shots"]] == [2, 5, 10]
    methods = json.loads((folder.parent / "r.provenance.json").read_text("utf-8"))["methods"]
    assert "fitted to 2, 5, 10 of them" in methods
    table.write_text("\n".join(table.read_text("utf-8").splitlines()[:4]), "utf-8")
    assert evaluate(folder, table) == 2
    assert "takes at least 4 labelled images, and there are 3." in capsys.readouterr().err


def test_the_help_says_what_is_drawn(capsys: Say) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "of 2,5,10,20,100 those that leave half" in told and "(default: 1000)" in told
    with pytest.raises(SystemExit):
        main(["compare", "--help"])
    assert "may be given once for each model" in " ".join(capsys.readouterr().out.split())
