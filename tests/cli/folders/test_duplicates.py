"""``large-gui duplicates``: its table, its words, its document, and what it refuses."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from large_gui.cli.main import main
from tests.conftest import SAMPLES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "faces"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[:6]:
        shutil.copy(path, folder)
    first = sorted(folder.iterdir())[0]
    shutil.copy(first, folder / "copy.jpg")
    with Image.open(first) as image:
        image.resize((image.width // 2, image.height // 2)).save(folder / "small.jpg")
    return folder


def test_copies_and_smaller_versions(
    folder: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    first = "face-001.jpg"
    assert main(["duplicates", str(folder), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert f"nearly the same: {', '.join(sorted([first, 'copy.jpg', 'small.jpg']))}" in told
    assert "3 images of 8 in 1 group that show the same" in told
    with out.open() as file:
        kinds = {row["path"]: row["duplicate"] for row in csv.DictReader(file)}
    assert kinds == {first: "same content", "copy.jpg": "same content", "small.jpg": "nearly the same"}
    assert main(["duplicates", str(folder), "--out", str(out)]) == 0, "its own table may be replaced"
    capsys.readouterr()
    assert main(["duplicates", str(folder), "--json", "--within", "0.05"]) == 0
    (group,) = json.loads(capsys.readouterr().out)["groups"]
    assert {member["duplicate"] for member in group} == {"same content"}


def test_what_is_refused(
    folder: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["duplicates", str(folder), "--within", "7"]) == 2
    assert "within" in capsys.readouterr().err
    assert main(["duplicates", str(folder), "--out", str(folder / "copy.jpg")]) == 2
    assert main(["duplicates", str(folder), "--json", "--out", "-"]) == 2
    assert "can't both go to standard output" in capsys.readouterr().err
