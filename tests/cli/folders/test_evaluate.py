"""``large-gui evaluate`` says why labels can't be used, and fits what it does to how many there are."""

from __future__ import annotations

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
