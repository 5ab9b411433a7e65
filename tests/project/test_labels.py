"""Tables of labels, well formed and not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.errors import InputError
from large_gui.project.commas import Commas
from large_gui.project.labels import LabelTable, normalise_path, read_labels


def read(tmp_path: Path, text: str | bytes) -> LabelTable:
    path = tmp_path / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_labels(path)


@pytest.mark.parametrize(
    "text",
    [
        "path,value\na.jpg,19\nb/c.png,20.5\n",
        "\ufeffpath,value\r\na.jpg,19\r\n\r\nb/c.png,20.5",
        "path;value\na.jpg;19\nb/c.png;20,5\n;\n",
        "path\tvalue\na.jpg\t19\nb/c.png\t20,5\n",
        'path,value\na.jpg,"19"\nb/c.png,"20,5"\n',
        "Value , PATH\n19,a.jpg\n 20.5 , ./b//c.png \n",
        "path,value,note\na.jpg,1.9e1,x\nb\\c.png,20.5\n",
        "\n\npath,value\ra.jpg,+19.\rb/c.png,20.50\r",
    ],
)
def test_forms_of_one_table(tmp_path: Path, text: str) -> None:
    table = read(tmp_path, text)
    assert table.values == {"a.jpg": 19.0, "b/c.png": 20.5}
    assert table.problems == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a.jpg,old", "not a number"),
        ("a.jpg,1_000", "not a number"),
        ("a.jpg,1.234.567", "not a number"),
        ('a.jpg,"1,234.5.6"', "not a number"),
        ('a.jpg,"12,34,567"', "not a number"),
        ("a.jpg,١٩", "not a number"),
        ("a.jpg,nan", "not a finite"),
        ("a.jpg,-Infinity", "not a finite"),
        ("a.jpg,1e999", "not a finite"),
        ("a.jpg,", "value is empty"),
        ("a.jpg", "value is empty"),
        (" ,5", "path is empty"),
        ("a.jpg,20,5", "decimal comma"),
        ("/home/me/a.jpg,5", "not relative"),
        ("C:\\me\\a.jpg,5", "not relative"),
        ("x/../../a.jpg,5", "not relative"),
    ],
)
def test_a_bad_row_is_a_problem_and_the_others_are_used(tmp_path: Path, row: str, why: str) -> None:
    table = read(tmp_path, f"path,value\ngood.jpg,1\n\n{row}\n")
    assert table.values == {"good.jpg": 1.0}
    (problem,) = table.problems
    assert problem.row == 4
    assert why in problem.why


@pytest.mark.parametrize(
    ("numbers", "separator", "values", "doubt"),
    [
        (["1,200", "3,5"], ";", [1.2, 3.5], ""),
        (["1,200", "3,5"], ",", [1.2, 3.5], ""),
        (["1,200", "0,125"], ",", [1.2, 0.125], ""),
        (["1,200", "1234,567"], ",", [1.2, 1234.567], ""),
        (["1,200", "1,200,000"], ";", [1200, 1_200_000], ""),
        (["1,200", "-12,345.5"], "\t", [1200, -12345.5], ""),
        (["1,200", "3.5"], ",", [1200, 3.5], ""),
        (["1,200", "7"], ",", [1200, 7], "1,200 is read as 1200, and not as 1.2."),
        (["1,200", "7"], ";", [1.2, 7], "1,200 is read as 1.2, and not as 1200."),
        (["old", "1,200"], "\t", [1.2], "1,200 is read as 1.2, and not as 1200."),
        (["20,5", "3.5"], ",", [20.5, 3.5], ""),
        (["20", "3.5"], ",", [20, 3.5], ""),
        (["1,000,000,000,000,000"], ",", [], ""),
    ],
)
def test_what_commas_mean_is_told_by_the_column(
    tmp_path: Path, numbers: list[str], separator: str, values: list[float], doubt: str
) -> None:
    rows = [f'{i}.jpg{separator}"{number}"' for i, number in enumerate(numbers)]
    table = read(tmp_path, "\n".join([f"path{separator}value", *rows]))
    assert list(table.values.values()) == values
    assert table.doubt == doubt
    if doubt:  # a person says that it is the other
        other = Commas.DECIMAL if table.reading.commas is Commas.THOUSANDS else Commas.THOUSANDS
        again = read_labels(tmp_path / "labels.csv", commas=other)
        assert {1.2, 1200.0} == {
            list(t.values.values())[-1 if "old" in numbers else 0] for t in (table, again)
        }


def test_contradicting_rows_are_all_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, "path,value\na.jpg,1\nb.jpg,2\n./a.jpg,3\na.jpg,1\n")
    assert table.values == {"b.jpg": 2.0}
    assert [p.row for p in table.problems] == [2, 4, 5]
    assert "lines 2, 4, 5" in table.problems[0].why


def test_a_repeated_row_is_used_once(tmp_path: Path) -> None:
    table = read(tmp_path, "path,value\na.jpg,1\na.jpg,1.0\na.jpg,old\n")
    assert table.values == {"a.jpg": 1.0}
    assert [p.row for p in table.problems] == [4]


def test_match_tells_unknown_paths_and_takes_either_unicode_form(tmp_path: Path) -> None:
    table = read(tmp_path, "path,value\nJose\u0301.jpg,1\nghost.jpg,2\n")
    found, unknown = table.match(["Jos\u00e9.jpg", "other.jpg"])
    assert found == {"Jos\u00e9.jpg": 1.0}
    assert [(p.row, p.text) for p in unknown] == [(3, "ghost.jpg")]


def test_a_label_is_a_value(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("path,label,prediction\na.jpg,3,4\nb.jpg,5,6\n", "utf-8")
    assert read_labels(table).values == {"a.jpg": 3, "b.jpg": 5}
    table.write_text("path,label,value\na.jpg,cat,4\n", "utf-8")
    assert read_labels(table).values == {"a.jpg": 4}


def test_a_path_that_two_images_have_is_told(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("path,value\ne\u0301.jpg,1\nb.jpg,2\n", "utf-8")
    found = read_labels(table).find(["\u00e9.jpg", "e\u0301.jpg", "b.jpg"])
    assert found.values == {"b.jpg": 2}
    assert [p.why for p in found.problems] == ["two images of the folder have this path, spelled in two ways"]


def test_images_are_found_by_content_where_the_table_says_contents(tmp_path: Path) -> None:
    a, b, c = (letter * 64 for letter in "abc")
    table = read(
        tmp_path,
        f"path,value,sha256\nhere.jpg,1,{a}\nold.jpg,2,{b.upper()}\nold too.jpg,2,{b}\nx.jpg,3,{c}\n"
        f"y.jpg,4,{c}\nghost.jpg,5,{'d' * 64}\nother.jpg,6,\n",
    )
    paths = ["here.jpg", "new.jpg", "twin of new.jpg", "z.jpg", "not measured.jpg"]
    found = table.find(iter(paths), iter([a, b, b, c]))
    assert found.values == {"here.jpg": 1, "new.jpg": 2, "twin of new.jpg": 2}
    assert found.rows == {"here.jpg": 2, "new.jpg": 3, "twin of new.jpg": 3}
    assert sorted((p.row, p.text, "lines 5, 6" in p.why) for p in found.problems) == [
        (5, "x.jpg", True), (6, "y.jpg", True), (7, "ghost.jpg", False), (8, "other.jpg", False),
    ]  # fmt: skip


def test_contents_alone_name_images(tmp_path: Path) -> None:
    table = read(tmp_path, f"value;sha256\n2,5;{'a' * 64}\n3;short\n")
    found = table.find(["new.jpg"], ["a" * 64])
    assert found.values == {"new.jpg": 2.5} and [p.row for p in found.problems] == [3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "lack the columns path and value"),
        (b"a.jpg,5\n", "lack the columns path and value"),
        (b"path;age\na.jpg;5\n", "lack the columns path and value"),
        ("path,value\nü.jpg,5\n".encode("latin-1"), "not UTF-8"),
        ("path,value\n".encode("utf-16"), "not UTF-8"),
        (b'path,value\n"a.jpg,5\nb.jpg,6\n', "from line"),
    ],
)
def test_what_is_not_a_table(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        read(tmp_path, content)
    assert caught.value.hint


def test_missing_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="can't be read") as caught:
            read_labels(path)
        assert caught.value.hint


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_path(text)
    assert normalise_path(once) == once


@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, rest: bytes) -> None:
    try:
        read(tmp_path_factory.getbasetemp(), b"path,value\n" + rest)
    except InputError as error:
        assert error.hint
