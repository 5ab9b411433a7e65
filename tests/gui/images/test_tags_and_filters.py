"""Marking images from the grid, filters that combine, and what the menu of an image does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Filter, Shown
from large_gui.gui.groups.gathered import gathered
from large_gui.gui.images.closeup.words import about
from large_gui.gui.images.filters import FilterButton
from large_gui.gui.images.selection import files_of
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import LEFT, Drop, find, press


@pytest.fixture
def opened(window: MainWindow, drop: Drop, photos: Path) -> MainWindow:
    (photos / "more").mkdir()
    for path in sorted(photos.glob("*.jpg"))[7:]:
        path.rename(photos / "more" / path.name)
    drop(photos)
    return window


def test_a_tag_is_shown_as_it_was_typed(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed, offered = "<b>baby</b> & co", []

    def ask(parent: object, title: str, label: str, items: list[str], *_: object, **__: object) -> object:
        offered.append(items)
        return typed, True

    monkeypatch.setattr(QInputDialog, "getItem", ask)
    document, page = opened.document, opened.pages.images
    opened.actions_by_id["tag_choose"].trigger()
    document.editor.tag(document.tag, [0, 1], True)
    document.editor.tag(document.tag, [2], False)
    assert list(document.tags) == ["<b>baby</b>_&_co"], (
        "as the direction will be called that is found from it"
    )
    assert find(page, "Tag in hand").text().startswith(f"{typed}:  2 with it")
    assert opened.actions_by_id["tag_with"].text().endswith(typed.replace("&", "&&"))
    document.show_only(Shown(tags=frozenset({(document.tag, True)})))
    assert find(page, f"Remove filter with {typed}").text() == f"with {typed.replace('&', '&&')}  ×"
    assert about(document, 0).marks == f"with {typed}"
    assert {group.words for group in gathered(document, "tag " + document.tag)} == {
        f"with {typed}", f"without {typed}",
    }  # fmt: skip
    opened.actions_by_id["tag_choose"].trigger()
    assert offered[-1] == [typed] and list(document.tags) == [document.tag], "it is the same one again"


def test_keys_mark_images_and_a_direction_is_offered_in_place(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, grid, bar = opened.document, opened.pages.images.grid, opened.pages.images.tag_bar
    assert document.session is not None
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_, **__: ("Grey <b>freckles</b>", True))
    offer = find(bar, "Find the direction of the tag", QPushButton)
    grid.go_to(0)
    for n, key in enumerate("TTTtttT"):
        modifier = Qt.KeyboardModifier.ShiftModifier if key == "T" else Qt.KeyboardModifier.NoModifier
        press(qtbot, opened, Qt.Key.Key_T, modifier=modifier)
        assert offer.isVisible() == (n > 4), "three of each are needed"
        press(qtbot, opened, Qt.Key.Key_Right)
    (name,) = document.tags
    assert document.tag == name and sum(document.tags[name].values()) == 3
    assert "<b>" not in name or bar.findChild(type(bar._words)).textFormat() == Qt.TextFormat.PlainText
    model = grid.image_model
    assert [model.cell(model.index(row)).tagged for row in range(8)] == [False] * 3 + [True] * 3 + [
        False,
        None,
    ]
    asked: list[str] = []
    monkeypatch.setattr(opened.pages.directions, "find_from_tags", asked.append)
    qtbot.mouseClick(offer, LEFT)
    assert asked == [name] and not opened.pages.on_images
    opened.pages.show_page("images")
    grid.setFocus()
    grid.go_to(6)
    press(qtbot, opened, Qt.Key.Key_T, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert len(document.tags[name]) == 6, "the same key takes the mark away again"
    for _ in range(8):
        opened.actions_by_id["undo"].trigger()
    assert not document.tags[name]


def test_filters_combine_and_every_chip_takes_its_own_away(opened: MainWindow, qtbot: QtBot) -> None:
    document, images = opened.document, opened.pages.images
    session = document.session
    assert session is not None
    document.editor.tag("freckles", [0, 1, 2, 7], True)
    document.editor.label([1, 2, 9], 5.0)
    button = images.findChild(FilterButton)
    assert button is not None
    menu = button.findChild(QMenu)
    assert menu is not None

    def choose(words: str) -> None:
        menu.aboutToShow.emit()
        next(a for a in menu.actions() if a.text().startswith(words)).trigger()

    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    for expected in ("labelled   3", "not labelled   7", "with freckles   4", "folder: more   3"):
        assert expected in texts
    choose("labelled")
    assert images.grid.image_model.rowCount() == 3
    choose("with freckles")
    assert images.grid.image_model.rowCount() == 2
    choose("folder: more")
    assert images.grid.image_model.rowCount() == 0
    QApplication.processEvents()
    chips = [w for w in images.findChildren(QToolButton) if w.objectName() == "chip" and w.isVisible()]
    assert [chip.text() for chip in chips] == ["labelled  ×", "with freckles  ×", "folder: more  ×"]
    qtbot.mouseClick(find(images, "Remove filter folder: more", QToolButton), LEFT)
    assert document.shown == Shown(frozenset({Filter.LABELLED}), frozenset({("freckles", True)}))
    document.editor.tag("freckles", [1], None)
    assert images.grid.image_model.rowCount() == 1, "a mark that goes takes the image along"
    choose("Show all images")
    assert document.shown == Shown() and images.grid.image_model.rowCount() == 10


def test_what_the_menu_of_an_image_copies(opened: MainWindow) -> None:
    document, clipboard = opened.document, QApplication.clipboard()
    session = document.session
    assert session is not None
    opened.pages.images.grid.go_to(2)
    path = str(session.folder / session.paths[document.current])
    opened.actions_by_id["copy_path"].trigger()
    assert clipboard.text() == path
    opened.actions_by_id["copy_row"].trigger()
    head, row = clipboard.text().splitlines()
    cells = dict(zip(head.split("\t"), row.split("\t")))
    assert cells["rank"] == "3" and cells["path"] == session.paths[document.current]
    opened.pages.images.grid.selectAll()
    files = [url.toLocalFile() for url in files_of(document).urls()]
    assert len(files) == 10 and path in files and all(Path(file).exists() for file in files)
