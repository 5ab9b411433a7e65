"""``--columns``, ``--flags`` and ``--without-flags``: no image vanishes silently, no table is lost."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from large_gui.errors import InputError
from large_gui.project.export import COLUMNS, SortedRow, write_csv
from large_gui.project.outputs import check_outputs
from tests.cli.fits.acting import NAMES, predict, rows_of, run, sort

Say = pytest.CaptureFixture[str]


@pytest.fixture
def mixed(photos: Path) -> Path:
    """The folder with a picture without a face and a damaged one."""
    Image.new("RGB", (64, 64), "grey").save(photos / "wall.png")
    (photos / "broken.jpg").write_bytes((photos / NAMES[0]).read_bytes()[:999])
    return photos


@pytest.mark.parametrize("command", [sort, predict])
def test_columns_are_chosen_and_ordered(photos: Path, fit: Path, command: object) -> None:
    assert callable(command)
    out = photos.parent / "chosen.csv"
    assert command(photos, "--out", out, "--columns", "prediction, path,rank") == 0
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["prediction", "path", "rank"]
    assert {line[1] for line in lines[1:]} == set(NAMES) and all(line[0] for line in lines[1:])


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--columns", "path,age"], "There is no column 'age'. There are: path, rank, distance"),
        (["--columns", "path,path"], "The column 'path' was chosen twice"),
        (["--columns", "grade"], "There is no column 'grade'"),
        (["--columns", ","], "No column was chosen"),
        (["--flags", "blurred"], "There is no flag 'blurred'. There are: unaligned"),
        (["--without-flags", "failed,x"], "There is no flag 'x'"),
        (["--out", "-", "--json"], "can't both go to standard output"),
    ],
)
def test_what_can_not_be_chosen(photos: Path, fit: Path, more: list[str], sentence: str, capsys: Say) -> None:
    (photos.parent / "out.csv").unlink()
    for command in (sort, predict):
        assert command(photos, *more) == 2
        assert sentence in capsys.readouterr().err
    assert not (photos.parent / "out.csv").exists()


def test_rows_left_out_are_counted_and_the_others_stay_as_they_are(mixed: Path, capsys: Say) -> None:
    assert sort(mixed) == 0
    everything = {row["path"]: row for row in rows_of(mixed.parent / "out.csv")}
    assert len(everything) == 12
    capsys.readouterr()
    assert sort(mixed, "--without-flags", "unaligned,failed") == 0
    told = capsys.readouterr().out
    assert "2 images are left out of the table by --without-flags unaligned,failed." in told
    rows = {row["path"]: row for row in rows_of(mixed.parent / "out.csv")}
    assert everything.keys() - rows.keys() == {"wall.png", "broken.jpg"}
    assert all(everything[path] == row for path, row in rows.items())
    assert sort(mixed, "--flags", "failed") == 0
    assert "11 images are left out of the table by --flags failed." in capsys.readouterr().out
    assert [row["path"] for row in rows_of(mixed.parent / "out.csv")] == ["broken.jpg"]
    assert sort(mixed, "--flags", "failed,unaligned", "--without-flags", "failed", "--out", "-") == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 2 and "left out of the table by --flags" in said.err


def test_a_table_of_few_columns_is_known_again_by_its_provenance(photos: Path, capsys: Say) -> None:
    out = photos.parent / "out.csv"
    few = ["--columns", "path,label"]
    assert sort(photos, *few) == 0
    assert sort(photos, *few) == 2
    said = capsys.readouterr().err
    assert "can't be told from a table of yours" in said and "--provenance" in said
    assert sort(photos, *few, "--force", "--provenance") == 0
    assert sort(photos, *few, "--provenance") == 0
    out.write_text(out.read_text("utf-8").replace("20", "21"), "utf-8")
    assert sort(photos, *few, "--provenance") == 2, "a person changed it"
    out.write_text("path,label\na.jpg,3\n", "utf-8")
    assert sort(photos, *few, "--provenance") == 2, "it is another table"
    assert out.read_text("utf-8") == "path,label\na.jpg,3\n"
    (photos.parent / "mine.csv").write_text("name,age\n", "utf-8")
    assert sort(photos, "--out", photos.parent / "mine.csv") == 2
    assert "was not written by this program" in capsys.readouterr().err


@given(st.permutations(COLUMNS), st.integers(1, len(COLUMNS)))
def test_only_whole_tables_are_known_by_their_first_line(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], number: int
) -> None:
    columns = order[:number]
    table = tmp_path_factory.mktemp("t") / "table.csv"
    write_csv([SortedRow("a.jpg", 1, 0.5)], table, columns=columns)
    if columns == list(COLUMNS):
        check_outputs([table], [])
    else:
        with pytest.raises(InputError, match="table of yours"):
            check_outputs([table], [])


def test_the_columns_are_listed_in_the_help(capsys: Say) -> None:
    with pytest.raises(SystemExit):
        run("predict", "--help")
    told = " ".join(capsys.readouterr().out.split())
    assert all(name in told for name in ("--columns", "inversion_error", "unaligned", "--without-flags"))
