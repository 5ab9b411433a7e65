"""A folder in which few images have a face, and values that have a range, on the command line."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.cli.main import main
from tests.conftest import SAMPLES


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_images_without_a_face_have_no_rank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "photos", tmp_path / "out.csv"
    folder.mkdir()
    noise = np.random.default_rng(0)
    for name in "abc":
        Image.fromarray(noise.integers(0, 255, (160, 200, 3), np.uint8)).save(folder / f"{name}.png")
    for sample in sorted(SAMPLES.glob("*.jpg"))[:4]:
        shutil.copy(sample, folder)
    arguments = ["sort", str(folder), "--direction", "age", "--out", str(out)]
    assert main(arguments) == 0
    table = read(out)
    assert [row["rank"] for row in table] == ["1", "2", "3", "4", "", "", ""]
    told = capsys.readouterr()
    assert "Sorted 4 images" in told.out and "3 without a face have no rank" in told.out

    middle = [row["path"] for row in table[1:3]]
    given = [("a.png", 30), (table[0]["path"], 99), (middle[0], 20), (middle[1], 60)]
    labels = tmp_path / "labels.csv"
    labels.write_text("path,value\n" + "".join(f"{path},{value}\n" for path, value in given), "utf-8")
    assert main([*arguments, "--labels", str(labels), "--value-range", "20,60"]) == 0
    table = read(out)
    assert all(row["distance"] and not row["prediction"] for row in table[4:])
    assert [float(row["prediction"]) for row in table[:4]] == pytest.approx([20, 20, 60, 60])
    assert ["clipped" in row["flags"] for row in table[:4]] == [True, False, False, True]
    told = capsys.readouterr()
    assert "1 label of an image without a face" in told.err and "99 is outside 20 to 60" in told.err


def test_a_folder_of_few_faces_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(SAMPLES / "face-001.jpg", tmp_path)
    for name in "abc":
        Image.new("RGB", (64, 64), "green").save(tmp_path / f"{name}.png")
    out = tmp_path.parent / f"{tmp_path.name}.csv"
    assert main(["sort", str(tmp_path), "--direction", "age", "--out", str(out)]) == 0
    told = capsys.readouterr().err
    assert "Only 1 of 4 images has a face." in told and "--model features" in told
    (tmp_path / "face-001.jpg").unlink()
    assert main(["invert", str(tmp_path), "--out", str(out.with_suffix(".npz"))]) == 0
    told = capsys.readouterr().err
    assert "None of the images has a face. They have codes that say little" in told
    assert "--model features" in told


def test_a_range_must_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sort", ".", "--direction", "age", "--out", "x.csv", "--value-range", "5,5"])
    assert "not below" in capsys.readouterr().err
