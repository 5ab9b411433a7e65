"""Labels that a person excluded stay out of every calibration, and stay in the table."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.directions.finders import finder_named
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest, find_images
from large_gui.project.labels import read_labels
from large_gui.project.store import Label
from large_gui.tasks.finding.said import read_said
from large_gui.tasks.imports.labels import labels_for
from large_gui.tasks.linearity.scorers import read_labelled
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session
from tests.colours import BLUE, GREY, colour_model, colourful, know_toys

Say = pytest.CaptureFixture[str]
OUT = "20 labels are excluded, as their table says."


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def written(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Forty pictures, and a table of the program with nonsense for twenty of them, which is excluded."""
    know_toys(monkeypatch, home)
    colour_model(GREY, BLUE)
    folder, table = tmp_path / "pictures", tmp_path / "pictures" / "table.csv"
    colourful(folder)
    sort = ["sort", str(folder), "--model", "colours", "--direction", "brightness", "--out", str(table)]
    assert main([*sort, "--labels", f"{folder}.csv"]) == 0
    rows = rows_of(table)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for i, row in enumerate(rows):
            writer.writerow(row | ({"excluded": "1", "label": "-999"} if i % 2 else {}))
    return folder, table


def test_sort_leaves_them_out_and_writes_them_back(written: tuple[Path, Path], capsys: Say) -> None:
    folder, table = written
    out, fit = folder.parent / "out.csv", folder.parent / "fit.json"
    (folder / "02.png").write_bytes(b"")  # its label stays as it is, too
    capsys.readouterr()
    sort = ["sort", str(folder), "--model", "colours", "--direction", "brightness", "--labels", str(table)]
    assert main([*sort, "--out", str(out), "--fit-out", str(fit), "--provenance"]) == 0
    assert OUT in capsys.readouterr().err
    before = {row["path"]: (row["label"], row["excluded"]) for row in rows_of(table)}
    assert {row["path"]: (row["label"], row["excluded"]) for row in rows_of(out)} == before
    used = json.loads((folder.parent / "out.provenance.json").read_text("utf-8"))["labels"]["used"]
    assert -999 not in [one["value"] for one in used] and 19 <= len(used) <= 20
    assert json.loads(fit.read_text("utf-8"))["labels"]["count"] == len(used)
    assert all(0 < float(row["prediction"]) < 256 for row in rows_of(out) if row["rank"])


@pytest.mark.parametrize(
    "command",
    [
        "evaluate {} --model colours --direction brightness --shots 10 --repeats 20 --out - --json",
        "compare {} --models colours --shots 5 --repeats 20 --json",
    ],
)
def test_judges_do_not_see_them(command: str, written: tuple[Path, Path], capsys: Say) -> None:
    folder, table = written
    capsys.readouterr()
    words = [str(folder) if word == "{}" else word for word in command.replace(" --out -", "").split()]
    report = ["--out", str(folder.parent / "r.json")] if "evaluate" in command else []
    assert main([*words, *report, "--labels", str(table)]) == 0
    told = capsys.readouterr()
    assert OUT in told.err
    report = json.loads(told.out)
    assert report.get("n", report.get("images")) == 20


def test_finders_and_scorers_do_not_see_them(written: tuple[Path, Path]) -> None:
    folder, table = written
    reporter, images = SilentReporter(), find_images(folder, SilentReporter())
    said = read_said(table, images, finder_named("ridge"), CodeCache(folder.parent / "c"), reporter)
    scored = read_labelled(table, reporter).values
    assert -999 not in said.values() and said == scored and len(said) == 20
    assert reporter.warnings == [OUT] * 2


def test_the_window_takes_them_as_excluded(tmp_path: Path) -> None:
    session = Session(
        Manifest(Path("/photos"), ["a", "b", "c", "d"], []), [Direction("x", np.eye(2)[0])], "m"
    )
    session.add(Measured(list("abcd"), list("abcd"), np.zeros((4, 1)), [1.0] * 4, [()] * 4, directions=["x"]))
    session.labels[2] = Label(4.0, True)
    (tmp_path / "t.csv").write_text("path,rank,label,excluded\na,1,5,0\nb,2,6,1\nc,3,7,1\nd,4,8,\n", "utf-8")
    found = labels_for(session, tmp_path / "t.csv")
    assert found.values == {"a": 5, "b": 6, "c": 7, "d": 8} and found.excluded == {"b", "c"}
    told = {row.text: row.remark for row in found.rows}
    assert (told["b"], told["c"]) == ("new, excluded", "4 → 7, stays excluded")


def test_only_tables_of_the_program_exclude(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("path,value,excluded\na,5,1\n", "utf-8")
    assert not read_labels(file).excluded
    file.write_text("path,rank,label,excluded\na,1,5,1\nb,2,6,perhaps\n", "utf-8")
    table = read_labels(file)
    assert table.excluded == {"a"} and table.find(["a"]).used == {}
    assert [problem.why for problem in table.problems] == ["excluded is neither 0 nor 1"]
    assert table.find(["a"]).left_out == "1 label is excluded, as their table says."
