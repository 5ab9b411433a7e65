"""From a dropped folder to a CSV, as a person does it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from large_gui.cli.main import main as command_line
from large_gui.core.calibrating.ordinal import even_grades
from large_gui.core.choices import Filter, Shown
from large_gui.gui.export.dialog import export_csv
from large_gui.gui.shell.window import MainWindow
from large_gui.project.export import write_csv
from large_gui.project.recent import remember
from tests.gui.acting import LEFT, Drop, drag_over, find, place_in, press


def give(window: MainWindow, qtbot: QtBot, value: str) -> int:
    """Type a value for the current image, where the keys are; returns its number."""
    number = window.document.current
    for character in value:  # the first one takes the keys from the images to the value entry
        qtbot.keyClicks(window.focusWidget(), character)
    press(qtbot, window, Qt.Key.Key_Return)
    return number


def test_drop_label_three_and_export(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    session, grid = window.document.session, window.pages.images.grid
    assert session is not None
    shown = [grid.image_model.number(grid.image_model.index(row)) for row in range(10)]
    assert (np.diff(session.distances[shown]) >= 0).all()

    window.pages.panel.go_to_suggestion()
    values = ["20", "61,5", "40"]
    labelled = [give(window, qtbot, value) for value in values]
    assert len(set(labelled)) == 3, "Enter goes on to the next suggested image"
    assert session.calibration is not None and session.calibration.n == 3
    assert (
        window.pages.panel.plot.plot is not None
        and "n = 3" in window.pages.panel.plot.accessibleDescription()
    )

    out = tmp_path / "window.csv"
    assert export_csv(window.document, out)
    labels = tmp_path / "labels.csv"
    with labels.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "value"])
        table.writerows((session.paths[i], v.replace(",", ".")) for i, v in zip(labelled, values))
    arguments = ["sort", str(photos), "--direction", "age", "--labels", str(labels)]
    assert command_line([*arguments, "--out", str(tmp_path / "command.csv")]) == 0
    assert out.read_bytes() == (tmp_path / "command.csv").read_bytes()


def test_the_fixed_names_are_there(window: MainWindow, drop: Drop, photos: Path) -> None:
    drop(photos)
    names = {w.accessibleName() for w in window.findChildren(QWidget)}
    assert names >= {
        "Images", "Direction", "Value name", "Value entry", "Calibration plot", "Distance histogram",
        "Status", "Pause", "Cancel", "Export CSV",
    }  # fmt: skip


def test_labels_survive_and_are_undone(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> None:
    drop(photos)
    document = window.document
    window.pages.images.grid.go_to(0)
    first = give(window, qtbot, "33")
    window.pages.images.grid.go_to(4)
    second = give(window, qtbot, "44")
    document.editor.stack.undo()
    assert document.session is not None and set(document.session.labels) == {first}
    document.editor.stack.redo()
    document.editor.exclude([second])
    document.close()
    drop(photos)
    kept = {i: (x.value, x.excluded) for i, x in document.session.labels.items()}
    assert kept == {first: (33.0, False), second: (44.0, True)}


def test_digits_on_the_grid_go_to_the_entry(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    window.pages.images.grid.go_to(2)
    window.pages.images.grid.setFocus()
    qtbot.keyClick(window.pages.images.grid, Qt.Key.Key_4)
    entry = find(window, "Value entry")
    assert isinstance(entry, QLineEdit) and entry.text() == "4"
    qtbot.keyClicks(entry, "abc")
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert window.document.session is not None and not window.document.session.labels
    assert "number" in find(window, "Value problem", QLabel).text()


def test_directions_flip_and_keep_the_current_image(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    document, grid = window.document, window.pages.images.grid
    grid.go_to(1)
    current = document.current
    document.flip()
    assert document.current == current
    assert grid.image_model.index_of(current).row() == 8, "the order is turned round"
    assert grid.visualRect(grid.currentIndex()).intersects(grid.viewport().rect())
    picker = find(window, "Direction")
    assert isinstance(picker, QComboBox)
    document.choose_direction("smile")
    assert document.session is not None and document.session.direction.name == "smile"
    assert picker.currentText().casefold() == "smile"


def test_brushing_and_points_select_cells(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> None:
    drop(photos)
    document, grid = window.document, window.pages.images.grid
    assert document.session is not None
    middle = float(np.median(document.session.distances))
    lowest = float(document.session.distances.min())
    drag_over(window.pages.histogram.plot, lowest - 0.01, middle)
    assert grid.image_model.rowCount() == 5
    document.show_only(Shown())
    assert grid.image_model.rowCount() == 10
    grid.go_to(3)
    number = document.current
    document.editor.label([number], 5.0)
    grid.go_to(0)
    document.editor.label([document.current], 1.0)
    plot = window.pages.panel.plot
    qtbot.waitUntil(lambda: plot.plot is not None)
    QApplication.processEvents()
    assert plot.plot is not None
    point = place_in(plot.plot, float(document.session.distances[number]), 5.0)
    qtbot.mouseClick(plot.plot.viewport(), LEFT, pos=point.toPoint())
    assert document.current == number and grid.currentIndex().row() == 3


def test_bad_files_are_marked(window: MainWindow, drop: Drop, photos: Path) -> None:
    (photos / "empty.jpg").write_bytes(b"")
    (photos / "text.png").write_text("no picture", encoding="utf-8")
    drop(photos)
    window.document.show_only(Shown(frozenset({Filter.FAILED})))
    model = window.pages.images.grid.image_model
    cells = [model.cell(model.index(row)) for row in range(model.rowCount())]
    assert {cell.name for cell in cells} == {"empty.jpg", "text.png"}
    assert all(cell.why and "failed" in cell.marks for cell in cells)


def test_a_folder_that_is_gone_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.document.open([tmp_path / "gone"])
    qtbot.waitUntil(lambda: not window.document.job.busy)
    assert "is not there" in window.notice.text


def test_several_files_are_opened_together(window: MainWindow, qtbot: QtBot, photos: Path) -> None:
    chosen = sorted(photos.glob("*.jpg"))[:3]
    window.document.open(chosen)
    qtbot.waitUntil(lambda: window.document.session is not None)
    qtbot.waitUntil(lambda: not window.document.job.busy)
    assert window.document.session is not None
    assert window.document.session.paths == [path.name for path in chosen]


def test_a_copied_project_opens_with_its_labels(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    window.document.editor.label([2], 7.0)
    assert window.document.store is not None
    window.document.store.copy_to(tmp_path / "copy.large")
    drop(tmp_path / "copy.large")
    session = window.document.session
    assert session is not None and session.folder == photos and session.labels[2].value == 7.0


def test_a_folder_without_images_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.document.open([tmp_path])
    qtbot.waitUntil(lambda: not window.document.job.busy)
    assert "no images" in window.notice.text and window.notice.isVisible()


def test_grades_are_shown_exported_and_undone(
    window: MainWindow, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    document, model = window.document, window.pages.images.grid.image_model
    assert document.session is not None
    grades = even_grades(("young", "old"), document.session.distances)
    document.editor.set_grades(grades, "Grade the images")
    shown = [model.cell(model.index(row)).grade for row in range(10)]
    assert shown == ["young"] * 5 + ["old"] * 5
    write_csv(document.session.rows(), tmp_path / "out.csv", columns=("path", "grade"))
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    assert [row["grade"] for row in rows] == shown
    (cut,) = grades.cuts
    drag_over(window.pages.histogram.plot, cut, float(document.session.distances.max()) + 0.01)
    assert {model.cell(model.index(row)).grade for row in range(10)} == {"young"}
    document.editor.stack.undo()
    document.editor.stack.undo()
    assert document.session.grades is None and not model.cell(model.index(0)).grade


def test_the_last_folder_is_opened_again(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> None:
    drop(photos)
    window.document.close()
    window.actions_by_id["reopen"].trigger()
    qtbot.waitUntil(lambda: window.document.session is not None)
    assert window.document.session is not None and window.document.session.folder == photos


def test_no_other_folder_is_opened_in_place_of_one_that_is_gone(
    window: MainWindow, drop: Drop, photos: Path, home: Path
) -> None:
    gone = photos.with_name("gone")
    drop(photos)
    window.document.close()
    remember(home, gone)
    window.actions_by_id["reopen"].trigger()
    assert window.notice.text.startswith(f"{gone} was open last and can't be found.")
    assert window.document.store is None and not window.document.job.busy
    gone.mkdir()
    window.actions_by_id["reopen"].trigger()
    assert window.document.store is not None and not window.notice.isVisible()


def test_a_direction_from_marked_images(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> None:
    drop(photos)
    document = window.document
    window.pages.show_page("directions")
    document.editor.tag("mine", [0, 1, 2, 3], True)
    document.editor.tag("mine", [6, 7, 8, 9], False)
    window.pages.directions.finding.name.setText("mine")
    window.pages.directions.finding.start.click()
    qtbot.waitUntil(lambda: document.value_id == "mine")
    assert document.session is not None and np.isfinite(document.session.distances).all()
    assert not document.job.busy
