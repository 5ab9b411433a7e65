"""Every way out of the window, and labels in, on the real samples."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QTableWidget
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Shown
from large_gui.gui.calibration.label_preview import LabelPreview
from large_gui.gui.calibration.save_plot import save_plot
from large_gui.gui.export.dialog import ExportDialog
from large_gui.gui.shell.window import MainWindow
from large_gui.gui.widgets import path_field
from large_gui.tasks.shown import ordered
from tests.gui.acting import Drop, find

TABLE, SHEET, RANKS, PLOT, METHODS = range(5)


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> ExportDialog:
    """The dialog over ten samples, three of them labelled."""
    drop(photos)
    for number, value in ((0, 20.0), (4, 35.0), (8, 60.0)):
        window.document.editor.label([number], value)
    QApplication.processEvents()
    dialog = ExportDialog(window.document, lambda path: save_plot(window.pages.panel.plot, path), window)
    dialog.show()
    return dialog


def write(dialog: ExportDialog, qtbot: QtBot, page: int, path: Path) -> None:
    """Choose a page, type a path, press Export and wait."""
    dialog.kinds.setCurrentRow(page)
    dialog.page.field.line.setText(str(path))
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.export.isEnabled() and bool(dialog.told.text()))


def test_a_table_for_a_spreadsheet(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    table = dialog.pages[TABLE]
    table.columns.show_columns(["rank", "path", "prediction"])
    table.cells.comma.setChecked(True)
    assert table.cells.separator.currentText() != "Comma", "a decimal comma needs another separator"
    write(dialog, qtbot, TABLE, tmp_path / "table.csv")
    rows = list(csv.reader((tmp_path / "table.csv").read_text("utf-8").splitlines(), delimiter=";"))
    assert rows[0] == ["rank", "path", "prediction"]
    assert len(rows) == 11 and "," in rows[1][2]


def test_a_file_that_is_there_is_replaced_when_the_person_says_so(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, asked = tmp_path / "thesis.csv", []
    mine.write_text("three years of work", "utf-8")

    def answer(*words: object) -> bool:
        asked.append(words[-1])
        return len(asked) > 1

    monkeypatch.setattr(path_field, "confirm", answer)
    dialog.kinds.setCurrentRow(TABLE)
    dialog.page.field.line.setText(str(mine))
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    assert mine.read_text("utf-8") == "three years of work"
    assert asked == [f"{mine} is there already. Replace it?"]
    write(dialog, qtbot, TABLE, mine)
    assert mine.read_text("utf-8").startswith("path,") and len(asked) == 2
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    assert len(asked) == 2, "what was just written is not asked about"


@pytest.mark.parametrize("agrees", [True, False])
def test_a_name_without_an_ending_gets_one_and_replaces_nothing_unasked(
    agrees: bool, dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "v1.0.csv").write_text("mine", "utf-8")
    monkeypatch.setattr(path_field, "confirm", lambda *_: agrees)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "v1.0"), ""))
    found = path_field.ask_where(dialog, "Export", tmp_path, ["Tables (*.csv *.tsv)"])
    assert found == (tmp_path / "v1.0.csv" if agrees else None)


def test_the_first_rows_are_shown_as_they_will_be_written(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, window: MainWindow
) -> None:
    dialog.kinds.setCurrentRow(TABLE)
    page, first = dialog.pages[TABLE], find(dialog, "First rows", QTableWidget)
    page.columns.show_columns(["prediction", "path"])
    page.cells.comma.setChecked(True)
    header = [first.horizontalHeaderItem(i).text() for i in range(first.columnCount())]
    shown = [[first.item(i, k).text() for k in range(2)] for i in range(first.rowCount())]
    write(dialog, qtbot, TABLE, tmp_path / "table.csv")
    rows = list(csv.reader((tmp_path / "table.csv").read_text("utf-8").splitlines(), delimiter=";"))
    assert [header, *shown] == rows[: len(shown) + 1] and len(shown) == 6
    page.columns.show_columns([])
    assert not first.rowCount()
    window.document.show_only(Shown(name=window.document.session.paths[3]))  # type: ignore[union-attr]
    page.columns.show_columns(["path"])
    page.images.setCurrentIndex(1)
    assert [first.item(i, 0).text() for i in range(first.rowCount())] == [window.document.session.paths[3]]


def test_a_contact_sheet(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.kinds.setCurrentRow(SHEET)
    preview = find(dialog, "Preview of the sheet")
    qtbot.waitUntil(lambda: not preview.image.isNull())
    write(dialog, qtbot, SHEET, tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (preview.image.width(), preview.image.height()), "it is the same sheet"


def test_a_dialog_that_is_closed_takes_no_preview(dialog: ExportDialog, qtbot: QtBot) -> None:
    dialog.kinds.setCurrentRow(SHEET)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
    done: list[None] = []
    dialog._document.background.run(lambda: None, done.append)
    qtbot.waitUntil(lambda: bool(done))


def test_previews_of_names_and_of_the_plot(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, window: MainWindow
) -> None:
    dialog.kinds.setCurrentRow(RANKS)
    names = find(dialog, "Names of the files").toPlainText().splitlines()
    write(dialog, qtbot, RANKS, tmp_path / "ranked")
    written = sorted(path.name for path in (tmp_path / "ranked").iterdir())
    assert names == [*written[:8], "…", written[-1]]
    dialog.kinds.setCurrentRow(PLOT)
    assert not find(dialog, "Preview of the plot").image.isNull()


def test_what_was_written_is_opened_where_there_is_a_desktop(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "large_gui.gui.export.dialog.QDesktopServices.openUrl",
        lambda url: opened.append(url.toLocalFile()) or len(opened) < 2,
    )
    open_it, show_it = find(dialog, "Open what was written"), find(dialog, "Show in folder")
    assert not open_it.isVisible() and not show_it.isVisible()
    write(dialog, qtbot, METHODS, tmp_path / "methods.txt")
    qtbot.mouseClick(open_it, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(show_it, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path / "methods.txt"), str(tmp_path)]
    assert dialog.told.text() == f"Nothing here opens {tmp_path}."
    write(dialog, qtbot, RANKS, tmp_path / "ranked")
    assert open_it.isVisible() and not show_it.isVisible(), "a folder is opened"
    dialog.kinds.setCurrentRow(TABLE)
    assert not open_it.isVisible(), "nothing was written there"


@pytest.mark.parametrize("page", [TABLE, SHEET, PLOT, METHODS])
def test_an_image_is_never_written_over(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, window: MainWindow, page: int
) -> None:
    session = window.document.session
    assert session is not None
    image = session.folder / session.paths[0]
    ending = dialog.pages[page].field.endings[0]
    link = tmp_path / f"link{ending}"
    link.symlink_to(image)
    before = image.read_bytes()
    write(dialog, qtbot, page, link)
    assert "would be lost" in dialog.told.text()
    assert link.is_symlink() and image.read_bytes() == before


def test_images_by_rank(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, window: MainWindow) -> None:
    write(dialog, qtbot, RANKS, tmp_path / "ranked")
    session = window.document.session
    assert session is not None
    first = session.paths[int(ordered(session)[0])]
    names = sorted(path.name for path in (tmp_path / "ranked").iterdir())
    assert len(names) == 10 and names[0] == f"0001_{first}"


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_plot(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    write(dialog, qtbot, PLOT, tmp_path / f"plot.{ending}")
    content = (tmp_path / f"plot.{ending}").read_bytes()
    assert (b"<svg" in content) if ending == "svg" else content.startswith(b"\x89PNG")
    assert len(content) > 2000


def test_a_methods_paragraph(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path, window: MainWindow) -> None:
    write(dialog, qtbot, METHODS, tmp_path / "methods.txt")
    text = (tmp_path / "methods.txt").read_text("utf-8")
    line = window.document.session.calibration if window.document.session is not None else None
    assert line is not None
    for part in (
        "10 images were",
        "3 labels",
        f"a = {line.a:.4g}",
        f"R² = {line.r2:.4g}",
        "arXiv:2107.11186",
    ):
        assert part in text


def test_what_cannot_be_written_is_told_and_the_dialog_stays(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    write(dialog, qtbot, TABLE, tmp_path / "file" / "table.csv")
    assert "can't be written" in dialog.told.text() and dialog.isVisible()


def test_labels_come_in_as_one_edit(window: MainWindow, drop: Drop, photos: Path, tmp_path: Path) -> None:
    drop(photos)
    document = window.document
    assert document.session is not None
    one, two = document.session.paths[:2]
    table = tmp_path / "labels.csv"
    table.write_text(f"path;value\n{one};20,5\n{two};40\nnobody.jpg;3\n{one[:-4]}.png;x\n", "utf-8")
    preview = LabelPreview(document, table)
    assert len(preview.found.values) == 2
    assert "2 labels of age" in preview.summary.text() and "2 rows can't be used" in preview.summary.text()
    preview.accept()
    assert {i: label.value for i, label in document.session.labels.items()} == {0: 20.5, 1: 40.0}
    document.editor.stack.undo()
    assert not document.session.labels


def test_labels_that_cannot_be_read_are_told(
    window: MainWindow, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    (tmp_path / "labels.csv").write_text("no header\n1\n")
    assert not LabelPreview.ask(window.document, tmp_path / "labels.csv", window)
    assert "lack the columns" in window.notice.text
