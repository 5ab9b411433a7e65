"""A fit that the window saves predicts what the window shows."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from large_gui.cli.main import main
from large_gui.gui.export.dialog import ExportDialog, export_csv
from large_gui.gui.export.fit import FitPage
from large_gui.gui.shell.window import MainWindow
from large_gui.project.value import parse_value
from tests.gui.acting import Drop, find


@pytest.fixture
def dialog(window: MainWindow, drop: Drop, photos: Path) -> ExportDialog:
    """The dialog over ten samples; none has a label yet."""
    drop(photos)
    dialog = ExportDialog(window.document, lambda path: None, window)
    dialog.show()
    dialog.kinds.setCurrentRow(next(i for i, p in enumerate(dialog.pages) if isinstance(p, FitPage)))
    return dialog


def save(dialog: ExportDialog, qtbot: QtBot, path: Path) -> str:
    """Type a path, press Export, and return what is told."""
    dialog.page.field.line.setText(str(path))
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    return dialog.told.text()


def test_it_predicts_what_the_window_shows(
    window: MainWindow, dialog: ExportDialog, qtbot: QtBot, photos: Path, tmp_path: Path
) -> None:
    text, document = find(dialog, "What the fit holds", QPlainTextEdit), window.document
    assert "There is no fit yet" in text.toPlainText()
    assert "There is no fit yet" in save(dialog, qtbot, tmp_path / "fit.json")
    assert not (tmp_path / "fit.json").exists()
    document.flip()
    session = document.session
    assert session is not None and session.direction is not None
    document.editor.name_value(parse_value(session.direction.name, "age, years, 0 to 120"))
    for number, value in ((0, 20.0), (4, 35.0), (8, 60.0)):
        document.editor.label([number], value)
    assert save(dialog, qtbot, tmp_path / "fit.json") == f"Saved as {tmp_path / 'fit.json'}."
    told = text.toPlainText()
    assert "age in years, 0 to 120 years, from 3 labels" in told and "Direction: -" in told
    assert f"--fit {tmp_path / 'fit.json'}" in told
    assert export_csv(document, tmp_path / "window.csv")
    out, cache = tmp_path / "predicted.csv", document.home / "codes.sqlite"
    command = ["predict", str(photos), "--fit", str(tmp_path / "fit.json"), "--out", str(out)]
    assert main([*command, "--cache", str(cache)]) == 0
    shown, predicted = (
        list(csv.DictReader(file.read_text("utf-8").splitlines())) for file in (tmp_path / "window.csv", out)
    )
    assert [row | {"label": ""} for row in shown] == predicted and all(row["prediction"] for row in shown)
