"""The CSV of sorted images."""

import csv
import math
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from large_gui.errors import InputError
from large_gui.project.export import COLUMNS, SortedRow, write_csv

HEADER = (
    "path,rank,distance,prediction,pi_low,pi_high,label,excluded,inversion_error,flags,sha256,model,direction"
)
FULL = SortedRow(
    "b/ä, 1.png", 1, -2.3100004, 17.123456, 1e-7, 1e6, 19.0, True, 0.25, ("crop", "blur"), "ab", "m", "age"
)


def test_exact_bytes(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv([FULL, SortedRow("c.png", 2, 0.5, math.nan, pi_low=None)], path)
    assert path.read_bytes().decode() == (
        f"{HEADER}\n"
        '"b/ä, 1.png",1,-2.31,17.1235,1e-07,1e+06,19,1,0.25,crop;blur,ab,m,age\n'
        "c.png,2,0.5,,,,,0,,,,,\n"
    )
    assert ",".join(COLUMNS) == HEADER


@pytest.mark.parametrize(
    "name", ["=1+1.jpg", "+a.jpg", "-a.jpg", "@a.jpg", 'a"b.jpg', "a\nb.jpg", "日本.jpg", " a "]
)
def test_paths_round_trip(tmp_path: Path, name: str) -> None:
    path = tmp_path / "out.csv"
    write_csv([SortedRow(name, 1, 0.0)], path)
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["path"] == name


def test_a_name_that_is_not_utf8_keeps_its_bytes(tmp_path: Path) -> None:
    write_csv([SortedRow(os.fsdecode(b"\xff.jpg"), None, None)], tmp_path / "out.csv")
    assert b"\n\xff.jpg,,," in (tmp_path / "out.csv").read_bytes()


def failing() -> Iterator[SortedRow]:
    yield FULL
    raise OSError(28, "No space left on device")


def test_a_failing_write_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv([FULL], path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="can't be written"):
        write_csv(failing(), path)
    with pytest.raises(ZeroDivisionError):
        write_csv((SortedRow("x", 1 // 0, 0.0) for _ in "a"), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_a_failing_replace_leaves_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "open in a spreadsheet")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError) as caught:
        write_csv([FULL], path)
    assert caught.value.hint
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_unwritable_places(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "no" / "out.csv", tmp_path / "file" / "out.csv", tmp_path):
        with pytest.raises(InputError):
            write_csv([FULL], path)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
