"""Labels in a table that this program wrote follow their images to other names, in every command."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from large_gui.cli.main import main
from tests.colours import BLUE, GREY, colour_model, colourful, know_toys


@pytest.fixture
def renamed(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Forty pictures, half of which have other names since the table of labels was written."""
    know_toys(monkeypatch, home)
    colour_model(GREY, BLUE)
    folder, table = tmp_path / "pictures", tmp_path / "table.csv"
    colourful(folder)
    sort = ["sort", str(folder), "--model", "colours", "--direction", "blueness"]
    assert main([*sort, "--labels", f"{folder}.csv", "--out", str(table)]) == 0
    for picture in sorted(folder.glob("*.png"))[::2]:
        picture.rename(folder / f"new {picture.name}")
    return folder, table


@pytest.mark.parametrize(
    "command",
    [
        "evaluate {} --model colours --direction blueness --shots 25 --repeats 20 --out report.json",
        "compare {} --models colours --shots 25 --repeats 20",
        "direction find ridge {} --model colours --name mine",
    ],
)
def test_labels_follow_their_images(
    command: str, renamed: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder, table = renamed
    with table.open(encoding="utf-8") as file:
        assert sum(bool(row["label"]) for row in csv.DictReader(file)) == 40
    monkeypatch.chdir(tmp_path)
    words = [str(folder) if word == "{}" else word for word in command.split()]
    assert main([*words, "--labels", str(table)]) == 0
    told = capsys.readouterr()
    assert "no such image" not in told.err


def test_a_table_that_says_no_contents_goes_by_paths(
    renamed: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = renamed
    evaluate = ["evaluate", str(folder), "--model", "colours", "--direction", "blueness", "--shots", "25"]
    assert main([*evaluate, "--labels", f"{folder}.csv", "--out", str(tmp_path / "r.json")]) == 2
    assert "from 20 images" in capsys.readouterr().err


def test_ends_without_names_have_words(
    renamed: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, table = renamed
    of = ["--model", "colours"]
    capsys.readouterr()
    assert main(["sort", str(folder), *of, "--direction", "blueness", "--out", str(table)]) == 0
    assert "Sorted 40 images by blueness, less to more." in capsys.readouterr().out
    assert main(["direction", "list", *of]) == 0
    assert capsys.readouterr().out.split("\n")[1].split() == ["blueness", "less", "->", "more"]
