"""The CSV of sorted images."""

import csv
import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.errors import InputError
from large_gui.project.export import COLUMNS, SEPARATORS, SortedRow, cells, write_csv
from large_gui.project.labels import read_labels

HEADER = (
    "path,rank,distance,prediction,pi_low,pi_high,label,excluded,inversion_error,flags,sha256,model,direction"
    ",reason"
)
FULL = SortedRow(
    "b/ä, 1.png", 1, -2.3100004, 17.123456, 1e-7, 1e6, 19.0, True, 0.25, ("crop", "blur"), "ab", "m", "age"
)


def test_exact_bytes(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv([FULL, SortedRow("c.png", 2, 0.5, math.nan, pi_low=None)], path)
    assert path.read_bytes().decode() == (
        f"{HEADER}\n"
        '"b/ä, 1.png",1,-2.31,17.1235,1e-07,1e+06,19,1,0.25,crop;blur,ab,m,age,\n'
        "c.png,2,0.5,,,,,0,,,,,,\n"
    )
    assert ",".join(COLUMNS) == HEADER


def test_large_labels_and_predictions_keep_their_digits(tmp_path: Path) -> None:
    rows = [
        SortedRow("a", 1, 0.5, 1000000012.345678, 1000000002.1, 1000000022.6, 1234567.0),
        SortedRow("b", 2, 0.5, 40.123456, 30.1, 50.25, 19.25),
        SortedRow("c", 3, 0.5, 1e9 + 5, math.nan, math.nan, 1e6),
        SortedRow("d", 4, 0.5, 3.0, 3.0, 3.0, 0.1 + 0.2),
        SortedRow("e", 5, 0.5, 40.123456789, 40.12, 40.1234999, -1e-7),
    ]
    columns = ("prediction", "pi_low", "pi_high", "label")
    write_csv(rows, tmp_path / "out.csv", columns=columns)
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:] == [
        "1000000012.3,1000000002.1,1000000022.6,1234567", "40.1235,30.1,50.25,19.25",
        "1000000005,,,1000000", "3,3,3,0.30000000000000004", "40.12346,40.12,40.1235,-1e-07",
    ]  # fmt: skip
    write_csv(rows[:1], tmp_path / "out.csv", columns=columns, separator=";", decimal_comma=True)
    assert "1000000012,3;1000000002,1;" in (tmp_path / "out.csv").read_text("utf-8")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_label_is_read_as_it_was_given(label: float) -> None:
    (text,) = cells(SortedRow("a", 1, 0.0, label=label), ["label"])
    assert float(text) == label


@pytest.mark.parametrize(
    "name", ["=1+1.jpg", "+a.jpg", "-a.jpg", "@a.jpg", 'a"b.jpg', "a\nb.jpg", "日本.jpg", " a "]
)
def test_paths_round_trip(tmp_path: Path, name: str) -> None:
    path = tmp_path / "out.csv"
    write_csv([SortedRow(name, 1, 0.0)], path)
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["path"] == name


def test_a_name_that_is_not_utf8_makes_no_invalid_table(tmp_path: Path) -> None:
    write_csv([SortedRow(os.fsdecode(b"\xff\xc3\xa4.jpg"), None, None)], tmp_path / "out.csv")
    assert "\n\\xffä.jpg,,," in (tmp_path / "out.csv").read_text("utf-8")


@pytest.mark.parametrize("name", ["=1+1.jpg", "+a.jpg", "-a.jpg", "@a.jpg", "\ta.jpg"])
def test_spreadsheets_are_given_no_formulas(tmp_path: Path, name: str) -> None:
    row = SortedRow(name, 1, -0.5, direction="-age")
    write_csv([row], tmp_path / "out.csv", columns=("path", "distance", "direction"), bom=True)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == [f"'{name}", "-0.5", "'-age"]
    (tmp_path / "labels.csv").write_text(f"\ufeffpath,value\n'{name},3\n'plain.jpg,4\n", "utf-8")
    read = read_labels(tmp_path / "labels.csv").values
    assert read == {name.strip(): 3, "'plain.jpg": 4}, "labels made from such a table name the same files"


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


def test_for_a_spreadsheet(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    rows = [SortedRow("ä;.1.jpg", 1, 1.25, 1e-7, flags=("a", "b"))]
    columns = ("rank", "path", "distance", "prediction", "flags", "label")
    write_csv(rows, out, columns=columns, separator=";", bom=True, decimal_comma=True)
    assert out.read_bytes() == (
        "\ufeffrank;path;distance;prediction;flags;label\n"
        '1;"ä;.1.jpg";1,25;1e-07;"a;b";\n'
    ).encode()  # fmt: skip


@given(
    columns=st.lists(st.sampled_from(COLUMNS), min_size=1, unique=True),
    separator=st.sampled_from(SEPARATORS),
    bom=st.booleans(),
    path=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1),
    distance=st.floats(allow_nan=False),
)
def test_any_table_reads_back(
    tmp_path_factory: pytest.TempPathFactory,
    columns: list[str], separator: str, bom: bool, path: str, distance: float,
) -> None:  # fmt: skip
    out = tmp_path_factory.getbasetemp() / "any.csv"
    comma = separator != ","
    row = SortedRow(path, 3, distance, label=2.5)
    write_csv([row], out, columns=columns, separator=separator, bom=bom, decimal_comma=comma)
    with out.open(encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        header, cells = list(csv.reader(file, delimiter=separator))
    assert header == columns
    told = dict(zip(header, cells, strict=True))
    guarded = bom and path[0] in "=+-@\t\r"  # for spreadsheets, which would take it for a formula
    wanted = f"'{path}" if guarded else path
    assert told.get("path", wanted) == wanted
    assert told.get("label", "2.5") == ("2,5" if comma and "label" in told else "2.5")
    read = float(told["distance"].replace(",", ".")) if "distance" in told else distance
    assert read == pytest.approx(distance, rel=1e-5)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"columns": ()}, "No column"),
        ({"columns": ("path", "nonsense")}, "no column 'nonsense'"),
        ({"separator": "|"}, "can't be separated by '|'"),
        ({"separator": "", "decimal_comma": True}, "can't be separated by ''"),
        ({"decimal_comma": True, "separator": ","}, "separated by commas"),
    ],
)
def test_impossible_tables_are_refused(tmp_path: Path, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)) as caught:
        write_csv([], tmp_path / "out.csv", **options)
    assert caught.value.hint
    assert not list(tmp_path.iterdir())
