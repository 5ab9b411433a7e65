"""The loupe as a person uses it: keys, mouse, labels, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPointF, Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Filter, Order, Shown
from large_gui.gui.images.closeup.loupe import Loupe
from large_gui.gui.images.closeup.zoom import FIT
from large_gui.gui.images.page import ImagesPage
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import LEFT, Drop, entry_of, find, press
from tests.gui.bench import Bench
from tests.gui.images.conftest import BROKEN

Key = Qt.Key


@pytest.fixture
def opened(window: MainWindow, drop: Drop, photos: Path) -> MainWindow:
    drop(photos)
    window.activateWindow()
    window.pages.images.grid.setFocus()
    window.pages.images.grid.go_to(2)
    return window


def row(window: MainWindow) -> int:
    """The place of the current image in the order."""
    model = window.pages.images.grid.image_model
    return model.index_of(window.document.current).row()


def loupe_of(page: ImagesPage) -> Loupe:
    page.views.show_loupe()
    return page.views.loupe


def test_space_opens_it_and_space_escape_and_g_go_back(opened: MainWindow, qtbot: QtBot) -> None:
    views, grid = opened.pages.images.views, opened.pages.images.grid
    for key in (Key.Key_Space, Key.Key_Escape, Key.Key_G):
        press(qtbot, opened, Key.Key_Space)
        assert views.currentWidget() is views.loupe and opened.focusWidget() is views.loupe
        press(qtbot, opened, key)
        assert views.on_grid and opened.focusWidget() is grid and row(opened) == 2


def test_a_double_click_opens_it_and_another_closes_it(opened: MainWindow, qtbot: QtBot) -> None:
    views, grid = opened.pages.images.views, opened.pages.images.grid
    place = grid.visualRect(grid.image_model.index(1)).center()
    qtbot.mouseClick(grid.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(grid.viewport(), LEFT, pos=place)
    assert views.currentWidget() is views.loupe and row(opened) == 1
    assert opened.focusWidget() is views.loupe, "no editor of the list has the keys"
    qtbot.mouseDClick(views.loupe.view, LEFT)
    assert views.on_grid


def test_keys_go_on_in_the_order(opened: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, opened, Key.Key_Space, Key.Key_Right, Key.Key_Down)
    assert row(opened) == 4
    press(qtbot, opened, Key.Key_Left, Key.Key_Up, Key.Key_Left)
    assert row(opened) == 1
    press(qtbot, opened, Key.Key_End, Key.Key_Right)
    assert row(opened) == 9
    press(qtbot, opened, Key.Key_Home, Key.Key_Left)
    assert row(opened) == 0
    press(qtbot, opened, Key.Key_N)
    assert opened.document.current == opened.pages.panel.suggested
    loupe = opened.pages.images.views.loupe
    assert loupe.strip.row == row(opened)
    assert f"rank {row(opened) + 1} of 10" in find(loupe, "Image facts", QLabel).text()


def test_digits_label_what_is_seen(opened: MainWindow, qtbot: QtBot) -> None:
    document, views = opened.document, opened.pages.images.views
    session = document.session
    assert session is not None
    press(qtbot, opened, Key.Key_Space)
    first = document.current
    press(qtbot, opened, Key.Key_4)
    entry = entry_of(opened)
    assert opened.focusWidget() is entry and entry.text() == "4"
    qtbot.keyClicks(entry, "2")
    press(qtbot, opened, Key.Key_Return)
    assert session.labels[first].value == 42
    assert document.current == opened.pages.panel.suggested and not views.on_grid
    press(qtbot, opened, Key.Key_Escape)
    assert opened.focusWidget() is views.loupe and not views.on_grid
    document.set_current(first)
    facts = find(views.loupe, "Image facts", QLabel)
    assert "value 42" in facts.text()
    press(qtbot, opened, Key.Key_X)
    assert session.labels[first].excluded and "left out of the line" in facts.text()
    press(qtbot, opened, Key.Key_Delete)
    assert not session.labels and "value" not in facts.text()


def test_it_says_what_is_estimated(opened: MainWindow) -> None:
    document, grid = opened.document, opened.pages.images.grid
    for place, value in ((0, 10.0), (4, 21.0), (9, 30.0)):
        document.editor.label([grid.image_model.number(grid.image_model.index(place))], value)
    loupe = loupe_of(opened.pages.images)
    text = find(loupe, "Image facts", QLabel).text()
    assert "estimate " in text and "(" in text and "distance " in text
    assert loupe.accessibleDescription().startswith("face-")


def test_keys_zoom(opened: MainWindow, qtbot: QtBot) -> None:
    images = opened.pages.images
    press(qtbot, opened, Key.Key_Space)
    view, side = images.views.loupe.view, images.size_slider.value()
    qtbot.waitUntil(lambda: bool(view.percent))
    press(qtbot, opened, Key.Key_Z)
    assert view.percent == "100 %" and find(images.views.loupe, "Fit or 1:1", QToolButton).text() == "Fit"
    press(qtbot, opened, Key.Key_Z)
    assert view.zoom == FIT
    before = view.percent
    opened.actions_by_id["larger"].trigger()
    opened.actions_by_id["larger"].trigger()
    assert int(view.percent[:-2]) > int(before[:-2])
    x = view.zoom.x
    press(qtbot, opened, Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert view.zoom.x > x and row(opened) == 2
    press(qtbot, opened, Key.Key_Right)
    assert view.zoom != FIT, "the next image is looked at as near"
    opened.actions_by_id["smaller"].trigger()
    assert images.size_slider.value() == side
    press(qtbot, opened, Key.Key_Escape)
    assert not images.views.zoom(closer=True)
    press(qtbot, opened, Key.Key_Z)
    qtbot.waitUntil(lambda: view.percent == "100 %")  # from the grid to every pixel


def test_the_selection_is_as_it_was(opened: MainWindow, qtbot: QtBot) -> None:
    images, document = opened.pages.images, opened.document
    grid, session = images.grid, document.session
    assert session is not None
    press(qtbot, opened, Key.Key_Right, Key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    chosen = list(document.selection)
    assert len(chosen) == 3
    for number in chosen:
        document.editor.label([number], 5)
    press(qtbot, opened, Key.Key_Space, Key.Key_Delete)
    assert len(session.labels) == 2, "only what is seen has lost its label"
    press(qtbot, opened, Key.Key_Home, Key.Key_Space)
    assert sorted(document.selection) == sorted(chosen) and row(opened) == 0
    assert grid.visualRect(grid.currentIndex()).intersects(grid.viewport().rect())
    press(qtbot, opened, Key.Key_Space)
    opened.actions_by_id["select_all"].trigger()
    assert images.views.on_grid and len(list(document.selection)) == 10


def test_undo_shows_what_it_changed(opened: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, opened, Key.Key_Space)
    first = opened.document.current
    opened.document.editor.label([first], 3)
    press(qtbot, opened, Key.Key_Right)
    opened.actions_by_id["undo"].trigger()
    assert opened.document.current == first and not opened.pages.images.views.on_grid


def test_another_folder_begins_with_the_grid(opened: MainWindow, drop: Drop, photos: Path) -> None:
    views = opened.pages.images.views
    views.show_loupe()
    opened.document.close()
    assert views.on_grid
    drop(photos)
    assert views.on_grid and opened.document.current == -1
    views.show_loupe()
    assert not views.on_grid and row(opened) == 0, "the first image, as none was looked at"


# With a page alone


def test_nothing_waits_for_the_disk(page: ImagesPage, bench: Bench, qtbot: QtBot) -> None:
    asked: list[object] = []
    real = bench.document.background.run
    bench.document.background.run = lambda work, then: asked.append((work, then))  # type: ignore[method-assign]
    loupe = loupe_of(page)
    for _ in range(5):
        loupe.step(1)
    assert len(asked) == 1 and not loupe.view.percent
    assert find(loupe, "Image name", QLabel).text() == Path(loupe.path_at(loupe.strip.row)).name
    bench.document.background.run = real  # type: ignore[method-assign]
    work, then = asked[0]  # type: ignore[misc]
    then(work())  # type: ignore[has-type]
    qtbot.waitUntil(lambda: bool(loupe.view.percent))


def test_neighbours_are_read_ahead(page: ImagesPage, qtbot: QtBot) -> None:
    loupe, reader = loupe_of(page), page.views.reader
    qtbot.waitUntil(
        lambda: reader.get(loupe.path_at(3)) is not None and reader.get(loupe.path_at(1)) is not None
    )
    loupe.step(1)
    assert loupe.view.percent, "it is there at once"


def test_a_broken_image_says_why(page: ImagesPage, bench: Bench, qtbot: QtBot) -> None:
    session = bench.document.session
    assert session is not None
    loupe = loupe_of(page)
    bench.document.set_current(session.number[BROKEN])
    qtbot.waitUntil(lambda: "not an image" in loupe.view.accessibleDescription())
    loupe.step(1)
    qtbot.waitUntil(lambda: "%" in loupe.view.accessibleDescription())


def test_it_follows_the_order(page: ImagesPage, bench: Bench) -> None:
    loupe, document = loupe_of(page), bench.document
    number = document.current
    assert loupe.strip.row == 2
    document.sort(reverse=True)
    assert document.current == number and loupe.strip.row == 27
    document.sort(Order.NAME)
    loupe.step(1)
    assert loupe.strip.row == page.grid.image_model.index_of(document.current).row()


def test_an_image_that_a_filter_hides_stays_until_a_person_goes_on(page: ImagesPage, bench: Bench) -> None:
    loupe, document = loupe_of(page), bench.document
    document.show_only(Shown(frozenset({Filter.NOT_LABELLED})))
    number, behind = document.current, page.grid.image_model.number(page.grid.image_model.index(3))
    document.editor.label([number], 4)
    assert document.current == number and loupe.strip.row == -1
    facts = find(loupe, "Image facts", QLabel).text()
    assert facts.startswith("rank 3 of 30 · value 4") and facts.endswith("hidden by a filter")
    loupe.step(1)
    assert document.current == behind and loupe.strip.row == 2


def test_buttons_and_the_strip_are_there_for_the_mouse(page: ImagesPage, qtbot: QtBot) -> None:
    loupe = loupe_of(page)
    qtbot.mouseClick(loupe.strip, LEFT, pos=loupe.strip.place_of(4).center().toPoint())
    assert page.grid.image_model.index_of(page._document.current).row() == 4
    qtbot.mouseClick(find(loupe, "Fit or 1:1"), LEFT)
    assert loupe.view.zoom != FIT
    qtbot.mouseClick(find(loupe, "Back to the grid"), LEFT)
    assert page.views.on_grid
    assert QPointF(loupe.strip.place_of(4).center()).x() >= 0


def test_several_selected_but_none_current(page: ImagesPage, bench: Bench) -> None:
    page.grid.selectionModel().select(
        page.grid.image_model.index(5), QItemSelectionModel.SelectionFlag.Select
    )
    assert len(list(page._document.selection)) == 2
    loupe_of(page)
    assert list(page._document.selection) == [bench.document.current]
    page.views.show_grid()
    assert len(list(page._document.selection)) == 2
