"""Labels of which none can be used are refused with the reason, and an earlier table stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from large_gui.cli.main import main
from tests.colours import BLUE, GREY, colour_model, colourful, know_toys

Say = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("00.png,26 years\n01.png,27 years\n", "Row 2: the value is not a number (00.png,26 years)."),
        ("00.png,26%\n01.png,27%\n", "Row 2: the value is not a number (00.png,26%)."),
        ("00.png,2024-05-01\n01.png,2024-05-02\n", "Row 2: the value is not a number"),
        ("/home/me/00.png,26\n/home/me/01.png,27\n", "Row 2: the path is not relative to the folder"),
        ("", "labels.csv have no row below their header."),
        ("ghost.png,1\nspectre.png,2\n", "None of the labels is of an image in"),
    ],
)
def test_nothing_is_written(
    rows: str, why: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    know_toys(monkeypatch, home)
    colour_model(GREY, BLUE)
    folder, out, labels = tmp_path / "pictures", tmp_path / "out.csv", tmp_path / "labels.csv"
    good = colourful(folder, 16)
    of = [str(folder), "--model", "colours", "--direction", "brightness", "--labels"]
    assert main(["sort", *of, str(good), "--out", str(out)]) == 0
    before = out.read_bytes()
    labels.write_text(f"path,value\n{rows}", "utf-8")
    capsys.readouterr()
    assert main(["sort", *of, str(labels), "--out", str(out)]) == 2
    assert why in capsys.readouterr().err and out.read_bytes() == before
    assert main(["evaluate", *of, str(labels), "--out", str(tmp_path / "r.json")]) == 2
    assert why in capsys.readouterr().err and not (tmp_path / "r.json").exists()
    assert main(["compare", str(folder), "--models", "colours", "--labels", str(labels)]) == 2
    assert why.partition(" is of")[0] in capsys.readouterr().err


def test_labels_of_other_contents_are_refused_after_measuring(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    know_toys(monkeypatch, home)
    colour_model(GREY, BLUE)
    folder, out, labels = tmp_path / "pictures", tmp_path / "out.csv", tmp_path / "labels.csv"
    colourful(folder, 5)
    labels.write_text(f"path,value,sha256\nghost.png,1,{'a' * 64}\n", "utf-8")
    of = [str(folder), "--model", "colours", "--direction", "brightness", "--labels", str(labels)]
    assert main(["sort", *of, "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert "row 2: no such image" in told and "None of the labels is of an image" in told and not out.exists()
