"""Identical files count once, in every command that learns from labels or judges by them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from tests.colours import BLUE, GREY, colour_model, colourful, know_toys

Say = pytest.CaptureFixture[str]
OUT = "5 copies of other images are left out."


@pytest.fixture
def twins(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Thirty pictures with labels, and copies of five of them, one of which has another label."""
    know_toys(monkeypatch, home)
    colour_model(GREY, BLUE)
    folder = tmp_path / "pictures"
    table = colourful(folder, 30)
    lines = table.read_text("utf-8").splitlines()
    for i in range(5):
        shutil.copy(folder / f"{i:02}.png", folder / f"copy {i}.png")
        lines.append(f"copy {i}.png,{'9999' if i == 4 else lines[i + 1].split(',')[1]}")
    table.write_text("\n".join(lines) + "\n", "utf-8")
    return folder, table


def test_evaluate_and_compare_count_a_copy_once(
    twins: tuple[Path, Path], tmp_path: Path, capsys: Say
) -> None:
    folder, table = twins
    report = tmp_path / "r.json"
    evaluate = ["evaluate", str(folder), "--model", "colours", "--direction", "brightness", "--repeats", "20"]
    evaluate += ["--shots", "10", "--labels", str(table), "--out", str(report), "--json", "--provenance"]
    assert main(evaluate) == 0
    told = capsys.readouterr()
    figures = json.loads(told.out)
    assert OUT in told.err and figures["n"] == 30 and figures["shots"][0]["mae_mean"] < 20
    used = json.loads((tmp_path / "r.provenance.json").read_text("utf-8"))["labels"]["used"]
    assert len(used) == 30 and not any("copy" in one["path"] for one in used)
    compare = ["compare", str(folder), "--labels", str(table), "--models", "colours", "--shots", "5"]
    assert main([*compare, "--repeats", "20", "--no-pixels", "--json"]) == 0
    assert OUT in capsys.readouterr().err


def test_a_direction_is_found_from_a_copy_once(twins: tuple[Path, Path], tmp_path: Path, capsys: Say) -> None:
    folder, table = twins
    find = ["direction", "find", "ridge", str(folder), "--model", "colours", "--labels"]
    assert main([*find, str(table), "--name", "twins", "--out", str(tmp_path / "twins.json")]) == 0
    assert OUT in capsys.readouterr().err
    for copy in folder.glob("copy *.png"):
        copy.unlink()
    assert main([*find, str(table), "--name", "single", "--out", str(tmp_path / "single.json")]) == 0
    assert OUT not in capsys.readouterr().err
    first, second = (
        Direction.from_json(json.loads((tmp_path / f"{name}.json").read_text("utf-8")))
        for name in ("twins", "single")
    )
    assert first.normal.tolist() == second.normal.tolist()
