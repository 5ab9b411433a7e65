"""Words that were not true: each was seen on the screen once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QLabel, QLineEdit, QTableWidget
from pytestqt.qtbot import QtBot

from large_gui.folders import resources_folder
from large_gui.gui.export.base import beside
from large_gui.gui.export.dialog import ExportDialog
from large_gui.gui.shell.commands.palette import ShortcutSheet
from large_gui.gui.shell.status_strip import summary
from large_gui.gui.shell.window import MainWindow

Drop = Callable[[Path], None]


def test_the_sheet_of_keys_does_not_list_the_last_edit(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    window.document.editor.label([0], 12.0)
    sheet = ShortcutSheet(window.actions_by_id, window)
    qtbot.addWidget(sheet)
    table = sheet.findChild(QTableWidget)
    assert table is not None
    words = {table.item(row, 1).text() for row in range(table.rowCount())}
    assert "Undo" in words and not any("face" in text for text in words)
    assert summary(window.document).startswith("10 images, 1 label ")


def test_every_file_that_cannot_be_read_is_counted_and_forgotten_with_the_folder(
    window: MainWindow, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    (photos / "empty.jpg").write_bytes(b"")
    good = (photos / "face-001.jpg").read_bytes()
    for n in range(4):  # their heads are sound: that they can't be read shows when they are decoded
        (photos / f"cut{n}.jpg").write_bytes(good[:900])
    drop(photos)
    assert "5 files can't be read" in window.notice.text
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.jpg").write_bytes(good)
    window.document.open([other])
    assert not window.notice.isVisible()


def test_counts_of_images_are_whole(window: MainWindow, drop: Drop, photos: Path) -> None:
    drop(photos)
    canvas = window.pages.histogram.plot
    assert canvas is not None
    ticks = canvas.getAxis("left").tickValues(0, 2.1, 120)
    assert all(float(value).is_integer() for _, values in ticks for value in values)


def test_an_export_is_not_said_to_be_replaced_and_errors_go_with_their_text(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    dialog = ExportDialog(window.document, lambda _: None, window)
    qtbot.addWidget(dialog)
    out = tmp_path / "out.csv"
    field = dialog.page.field
    field.line.setText(str(out))
    dialog.export.click()
    assert "Saved as" in dialog.told.text() and "replaced" not in field.remark.text()
    field.line.setText(str(tmp_path / "nowhere" / "out.csv"))
    dialog.export.click()
    assert dialog.told.text() and "color" in dialog.told.styleSheet(), "it looks like a problem"
    qtbot.keyClicks(field.line, "x")
    assert not dialog.told.text(), "the error was about another name"
    field.line.setText(str(out))
    assert "replaced" in field.remark.text()
    dialog.close()


def test_samples_are_not_exported_into_the_program(window: MainWindow, drop: Drop) -> None:
    drop(resources_folder() / "samples")
    session = window.document.session
    assert session is not None and not beside(session).is_relative_to(resources_folder())


def test_a_problem_with_a_value_goes_when_the_text_changes(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    entry = next(w for w in window.findChildren(QLineEdit) if w.accessibleName() == "Value entry")
    problem = next(w for w in window.findChildren(QLabel) if w.accessibleName() == "Value problem")
    name = window.pages.panel.value_name
    name.setText("age, years, 0 to 120")
    name.editingFinished.emit()
    window.pages.images.grid.go_to(0)
    number = window.document.current
    session = window.document.session
    assert session is not None
    for typed, word in (("1e308", "million million"), ("150", "outside 0 to 120 years")):
        entry.setText(typed)
        entry.returnPressed.emit()
        assert word in problem.text() and number not in session.labels
    qtbot.keyClicks(entry, "1")
    assert not problem.isVisible()
    window.document.editor.label([number], 0.0)
    last = window.pages.images.grid.image_model.number(window.pages.images.grid.image_model.index(8))
    window.document.editor.label([last], 110.0)
    predictions = session.predictions()
    assert np.nanmin(predictions) >= 0 and np.nanmax(predictions) <= 120
    window.document.close()
    drop(photos)
    assert window.pages.panel.value_name.text() == "age, years, 0 to 120"
