"""The measuring guide, and what About tells."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.folders import resources_folder
from large_gui.gui.shell.commands.actions import ENTRIES
from large_gui.gui.shell.help.about import AboutDialog
from large_gui.gui.shell.help.chapters import read_chapters
from large_gui.gui.shell.help.guide_dialog import GuideDialog
from large_gui.gui.shell.window import MainWindow
from large_gui.project.export import ALL_COLUMNS
from tests.gui.acting import LEFT, find

CHAPTERS = read_chapters(resources_folder() / "guide")


def test_a_chapter_is_opened_by_its_id(window: MainWindow, qtbot: QtBot) -> None:
    window.guide.open("numbers")
    dialog = window.findChild(GuideDialog)
    assert dialog is not None and dialog.isVisible() and dialog.chapter == "numbers"
    assert "What each number means" in dialog.text.toPlainText() and "R²" in dialog.text.toPlainText()
    window.guide.open("trust")
    assert dialog.chapter == "trust"
    dialog.close()
    window.actions_by_id["guide"].trigger()
    assert dialog.isVisible() and dialog.chapter == "trust", "it opens where it was left"
    assert len(window.findChildren(GuideDialog)) == 1


def test_search_finds_chapters_and_marks_the_word(window: MainWindow, qtbot: QtBot) -> None:
    window.guide.open("distance")
    dialog = window.findChild(GuideDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.search, "leave-one-out")
    listed = [dialog.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(dialog.list.count())]
    assert listed == ["how-many", "numbers"]
    assert dialog.text.textCursor().selectedText().casefold() == "leave-one-out"
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter goes on to the next place"
    dialog.search.setText("interval residual")
    assert dialog.text.textCursor().selectedText().casefold() == "interval", "the words stand apart"
    dialog.search.setText("no such word anywhere")
    assert dialog.list.count() == 0 and find(dialog, "Nothing found").isVisible()
    dialog.search.clear()
    assert dialog.list.count() == len(CHAPTERS)
    dialog._follow(QUrl("values"))
    assert dialog.chapter == "values"


def test_what_chapters_name_is_there() -> None:
    ids = {chapter.id for chapter in CHAPTERS}
    assert ids >= {"distance", "values", "how-many", "numbers", "trust", "pairs", "groups", "export"}
    for chapter in CHAPTERS:
        assert chapter.text.startswith("# ") and chapter.title
        assert set(re.findall(r"\]\(([^)]+)\)", chapter.text)) <= ids
    keys = {entry.shortcut for entry in ENTRIES}
    named = {key for chapter in CHAPTERS for key in re.findall(r"Ctrl\+(?:Shift\+)?\w", chapter.text)}
    assert named and named <= keys
    table = next(chapter.text for chapter in CHAPTERS if chapter.id == "export")
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert rows and {name.strip(" `") for row in rows for name in row.split(",")} <= set(ALL_COLUMNS)


def test_about_can_be_copied_for_a_report(window: MainWindow, qtbot: QtBot) -> None:
    (window.document.home / "large-gui.log").write_text("first\n" + "x" * 100_000 + "\nthe newest line\n")
    dialog = AboutDialog(window.document, window)
    qtbot.addWidget(dialog)
    qtbot.mouseClick(find(dialog, "Copy for a report"), LEFT)
    copied = QApplication.clipboard().text()
    assert "PySide6-Essentials" in copied and "the newest line" in copied and len(copied) < 20_000
    licences = find(dialog, "Licences").toPlainText()
    assert all(part in licences for part in ("Lucide", "Timothy Esler", "Arif Ahmed Sekh"))


def test_about_tells_what_the_worker_finds(window: MainWindow, qtbot: QtBot) -> None:
    dialog = AboutDialog(window.document, window)
    qtbot.addWidget(dialog)
    shown = find(dialog, "This machine")
    assert "PySide6-Essentials" in shown.toPlainText(), "something is there at once"
    qtbot.waitUntil(lambda: "Model faces" in shown.toPlainText())
    assert "Screen" in shown.toPlainText()
    qtbot.mouseClick(find(dialog, "Copy for a report"), LEFT)
    assert "Model faces" in QApplication.clipboard().text()


def test_the_calibration_panel_opens_the_chapter_on_its_numbers(window: MainWindow) -> None:
    window.pages.panel.explain_wanted.emit("numbers")
    dialog = window.findChild(GuideDialog)
    assert dialog is not None and dialog.isVisible() and dialog.chapter == "numbers"
