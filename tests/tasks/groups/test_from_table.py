"""Reading from a table which group each image belongs to, and writing the figures of groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from large_gui.core.comparing.groups import summary
from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.project.images.manifest import Manifest
from large_gui.tasks.exports.groups import write_groups
from large_gui.tasks.imports.groups import GroupColumn, group_columns
from large_gui.tasks.session import Session

PATHS = ["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/3.jpg"]


@pytest.fixture
def session() -> Session:
    return Session(Manifest(Path("/photos"), PATHS, []), [Direction("age", np.eye(4)[0])], "faces")


def read(session: Session, tmp_path: Path, text: str) -> list[GroupColumn]:
    path = tmp_path / "groups.csv"
    path.write_bytes(text.encode())
    return group_columns(session.paths, path)


def test_each_column_with_groups_is_read(session: Session, tmp_path: Path) -> None:
    text = "\ufeffPath;Treatment;note;plot\na/1.jpg;sprayed;;7\nA;x\na\\2.jpg; none ;;7\nb/3.jpg;none;;7\n"
    (column,) = read(session, tmp_path, text)
    assert column.name == "Treatment"
    assert column.groups == {"a/1.jpg": "sprayed", "a/2.jpg": "none", "b/3.jpg": "none"}
    assert column.sizes == {"none": 2, "sprayed": 1}
    assert [(p.row, p.why) for p in column.problems] == [(3, "no such image in the folder")]


def test_a_file_name_alone_will_do_if_it_is_the_only_one(session: Session, tmp_path: Path) -> None:
    (column,) = read(session, tmp_path, "filename,g\n2.jpg,x\n1.jpg,x\n3.jpg,y\n")
    assert column.groups == {"a/2.jpg": "x", "b/3.jpg": "y"}
    assert [(p.row, p.why) for p in column.problems] == [(3, "2 images have this name: give the path")]


def test_rows_that_cant_be_used_are_told(session: Session, tmp_path: Path) -> None:
    text = "path,g\na/1.jpg,x\na/1.jpg,y\na/2.jpg,\n,x\nb/1.jpg,x,1\nb/3.jpg,y\nb/3.jpg,y\nb/1.jpg,x\n"
    (column,) = read(session, tmp_path, text)
    assert column.groups == {"b/3.jpg": "y", "b/1.jpg": "x"}
    assert [(p.row, p.why) for p in column.problems] == [
        (2, "lines 2, 3 put this image into different groups; none of them is used"),
        (3, "lines 2, 3 put this image into different groups; none of them is used"),
        (4, "the group is empty"),
        (5, "the path is empty"),
        (6, "more cells than the header"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("", "does not say which images", "path,treatment"),
        ("name,g\n1,2\n", "does not say which images", "path,treatment"),
        ("path,g\na/1.jpg,x\na/2.jpg,x\n", "makes no groups", "treated or control"),
        ("path,g\nc/1.jpg,x\nc/2.jpg,y\n", "makes no groups", "None of its rows names an image"),
        ('path,g\na/1.jpg,"x\n', "can't be read from line", "quotation mark"),
    ],
)
def test_a_table_without_groups(
    session: Session, tmp_path: Path, text: str, sentence: str, hint: str
) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        read(session, tmp_path, text)
    assert hint in caught.value.hint


def test_a_column_that_says_something_of_each_image_is_no_grouping(tmp_path: Path) -> None:
    paths = [f"{i}.jpg" for i in range(200)]
    session = Session(Manifest(Path("/p"), paths, []), [], "faces")
    (column,) = read(
        session, tmp_path, "file,id,half\n" + "".join(f"{i}.jpg,{i},{i % 2}\n" for i in range(200))
    )
    assert column.name == "half" and column.sizes == {"0": 100, "1": 100}


def test_figures_are_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_groups({"treated, wet": summary([1.0, 2.0, 4.0]), "none": summary([])}, path)
    assert path.read_text("utf-8").splitlines() == [
        "group,images,mean,sd,median,q1,q3",
        '"treated, wet",3,2.33333,1.52753,2,1.5,3',
        "none,0,,,,,",
    ]
