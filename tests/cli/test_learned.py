"""What the commands say of a direction that was learned from the same labels: no error too small."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.cli.main import main

IMAGES = 16
Say = pytest.CaptureFixture[str]


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """Images of noise, and a table beside them with values that nothing in the images tells."""
    rng = np.random.default_rng(3)
    folder = tmp_path / "noise"
    folder.mkdir()
    rows = ["path,value"]
    for i in range(IMAGES):
        pixels = rng.integers(0, 255, (12, 12, 3), np.uint8)
        Image.fromarray(pixels).resize((64, 64)).save(folder / f"{i:02}.png")
        rows.append(f"{i:02}.png,{rng.uniform(0, 10):.2f}")
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def test_noise_is_not_learned(noise: Path, home: Path, tmp_path: Path, capsys: Say) -> None:
    labels = ["--labels", str(tmp_path / "labels.csv")]
    measured = [*labels, "--model", "features", "--progress", "none"]
    assert main(["direction", "find", "ridge", str(noise), *measured, "--name", "nothing"]) == 0
    table = (tmp_path / "labels.csv").read_text("utf-8").splitlines()
    values = [float(row["value"]) for row in csv.DictReader(table)]
    guess = float(np.abs(np.array(values) - np.median(values)).mean())
    out, report = tmp_path / "out.csv", tmp_path / "report.json"
    capsys.readouterr()
    by = ["--direction", "nothing"]
    assert main(["sort", str(noise), *measured, *by, "--out", str(out)]) == 0
    told = capsys.readouterr()
    (error,) = re.findall(r"leave-one-out error ([\d.]+)", told.out + told.err)
    assert float(error) > 0.8 * guess
    flags = [row["flags"] for row in csv.DictReader(out.read_text("utf-8-sig").splitlines())]
    assert all("learned-from" in found.split(";") for found in flags)
    command = [
        "evaluate",
        str(noise),
        *measured,
        *by,
        "--shots",
        "8",
        "--repeats",
        "20",
        "--out",
        str(report),
    ]
    assert main(command) == 0
    figures = json.loads(report.read_text("utf-8"))
    assert figures["judged_without"] == IMAGES and figures["shots"][0]["ratio"] > 0.9
    assert "was learned from 16 labelled images: each of these is judged" in capsys.readouterr().err
