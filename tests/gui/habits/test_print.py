"""Printing, to a PDF."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from pytestqt.qtbot import QtBot

from large_gui.errors import InputError
from large_gui.gui.look.tokens import is_dark
from large_gui.gui.shell.commands.print_menu import drawn, print_picture
from large_gui.gui.shell.window import MainWindow
from tests.conftest import SAMPLES
from tests.gui.acting import Drop


def printed(window: MainWindow, qtbot: QtBot, action: str, out: Path) -> None:
    """Choose the entry of the menu, and in the dialog a PDF."""
    window.actions_by_id[action].trigger()
    dialog = next(d for d in window.findChildren(QPrintDialog) if d.isVisible())
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(out))
    dialog.accepted.emit(printer)
    dialog.close()
    qtbot.waitUntil(lambda: f"Printed to {out}" in window.notice.text)


def test_the_plot_and_the_sheet_are_printed(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    window.actions_by_id["print_plot"].trigger()
    assert "no plot" in window.notice.text
    for number, value in ((0, 20.0), (5, 40.0), (9, 61.0)):
        window.document.editor.label([number], value)
    for action in ("print_plot", "print_sheet"):
        out = tmp_path / f"{action}.pdf"
        printed(window, qtbot, action, out)
        content = out.read_bytes()
        assert content.startswith(b"%PDF") and len(content) > 4_000
    assert not list(photos.glob("*.png")), "nothing is left in the folder"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no folder" / "out.pdf"))
    with pytest.raises(InputError, match="no folder"):
        print_picture(next(SAMPLES.glob("*.jpg")), printer)
    with pytest.raises(InputError, match="can't be read"):
        print_picture(tmp_path / "gone.png", printer)


def test_a_dark_window_prints_on_white(window: MainWindow, drop: Drop, photos: Path) -> None:
    drop(photos)
    window.theme.choose("dark")
    for number, value in ((0, 20.0), (5, 40.0), (9, 61.0)):
        window.document.editor.label([number], value)
    plot = window.pages.panel.plot
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    drawn(plot).render(painter)
    painter.end()
    assert picture.pixelColor(1, 1).lightness() > 240
    assert plot.plot is not None and is_dark(plot.plot.palette()), "the window stays dark"
