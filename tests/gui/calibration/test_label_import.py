"""Labels come in from a table: what each row does is shown before, and Undo takes all of it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from large_gui.gui.calibration.label_preview import LabelPreview
from large_gui.gui.document.document import Document
from large_gui.gui.shell.window import MainWindow
from large_gui.project.store import Label, ProjectStore
from large_gui.project.value import Value
from tests.gui.acting import Drop


@pytest.fixture
def document(window: MainWindow, drop: Drop, photos: Path) -> Document:
    drop(photos)
    return window.document


def preview_of(document: Document, tmp_path: Path, text: str) -> LabelPreview:
    (tmp_path / "labels.csv").write_text(text, "utf-8")
    preview = LabelPreview(document, tmp_path / "labels.csv")
    preview.show()
    return preview


def rows_of(preview: LabelPreview) -> list[tuple[str, ...]]:
    model = preview.table.model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_each_row_says_what_it_does_and_one_undo_takes_all_back(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    session = document.session
    assert session is not None and document.store is not None
    a, b, c, d, e = session.paths[:5]
    document.editor.label([0], 20.0)
    document.editor.label([1], 30.0)
    document.editor.label([2], 40.0)
    document.editor.exclude([2])
    before = dict(session.labels)
    content = session.sha256[4]
    preview = preview_of(
        document, tmp_path,
        f"path,value,sha256\n{a},20,\n{b},31.5,\n{c},41,\n{d},7,\n{d},7.0,\nold name.jpg,50,{content}\n"
        f"ghost.jpg,3,\n{a}x,old,\n",
    )  # fmt: skip
    assert rows_of(preview) == [
        ("8", "ghost.jpg", "", "no such image in the folder"),
        ("9", f"{a}x,old,", "", "the value is not a number"),
        ("3", b, "31.5", "30 → 31.5"),
        ("4", c, "41", "40 → 41, stays excluded"),
        ("5", d, "7", "new"),
        ("7", e, "50", "new"),
        ("2", a, "20", "as it is"),
    ]
    told = preview.summary.text()
    for part in (
        "4 labels of age", "2 images with another label", "1 label is as in the file", "1 row repeats others",
        "2 rows can't be used",
    ):  # fmt: skip
        assert part in told
    assert not preview.commas.isVisible()
    steps = document.editor.stack.count()
    ok = preview.buttons.button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert not preview.isVisible() and document.editor.stack.count() == steps + 1
    after = {0: Label(20), 1: Label(31.5), 2: Label(41, True), 3: Label(7), 4: Label(50)}
    assert session.labels == after
    document.editor.stack.undo()
    assert session.labels == before
    with ProjectStore(document.store.path, only_read=True) as store:
        assert store.labels("age") == {session.paths[i]: label for i, label in before.items()}
    document.editor.stack.redo()
    assert session.labels == after


def test_a_doubtful_comma_is_asked_about(document: Document, tmp_path: Path) -> None:
    session = document.session
    assert session is not None
    a, b = session.paths[:2]
    document.editor.name_value(Value("age", "weight", "g"))
    preview = preview_of(document, tmp_path, f'path,value\n{a},"1,200"\n{b},900\n')
    assert preview.doubt.text() == "1,200 is read as 1200, and not as 1.2."
    assert preview.commas.isVisible() and preview.found.values == {a: 1200.0, b: 900.0}
    preview.commas.setCurrentIndex(0)
    assert preview.doubt.text() == "1,200 is read as 1.2, and not as 1200."
    assert preview.found.values == {a: 1.2, b: 900.0}
    assert rows_of(preview)[0] == ("2", a, "1.2", "new")
    preview.accept()
    assert {i: label.value for i, label in session.labels.items()} == {0: 1.2, 1: 900.0}


def test_a_table_that_changes_nothing(document: Document, tmp_path: Path) -> None:
    assert document.session is not None
    path = document.session.paths[0]
    document.editor.label([0], 20.0)
    preview = preview_of(document, tmp_path, f"path,value\n{path},20\n")
    assert "No label of age is new" in preview.summary.text()
    assert not preview.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    preview.reject()


def test_labels_that_the_table_excludes_come_in_excluded(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    session = document.session
    assert session is not None
    a, b = session.paths[:2]
    preview = preview_of(document, tmp_path, f"path,rank,label,excluded\n{a},1,20,0\n{b},2,30,1\n")
    assert [row[3] for row in rows_of(preview)] == ["new", "new, excluded"]
    qtbot.mouseClick(preview.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    assert (session.labels[0], session.labels[1]) == (Label(20.0), Label(30.0, True))
