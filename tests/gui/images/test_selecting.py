"""Selecting several images: with the mouse, kept after a misclick, and as the object of every edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Caption, Filter, Shown
from large_gui.core.words import estimate
from large_gui.gui.images.grid import ImageGrid
from large_gui.gui.images.selection import runs
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import LEFT, NONE, PLAIN, Drop, drag, entry_of, find, press

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(window: MainWindow, drop: Drop, photos: Path) -> MainWindow:
    drop(photos)
    return window


def cell(grid: ImageGrid, row: int) -> QRect:
    return grid.visualRect(grid.image_model.index(row))


def click(qtbot: QtBot, grid: ImageGrid, row: int, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    place = grid.delegate.picture(cell(grid, row)).center()
    qtbot.mouseClick(grid.viewport(), LEFT, modifier, place)


def test_a_misclick_loses_no_selection(opened: MainWindow, qtbot: QtBot) -> None:
    grid, document = opened.pages.images.grid, opened.document
    click(qtbot, grid, 1)
    click(qtbot, grid, 4, SHIFT)
    click(qtbot, grid, 6, CTRL)
    chosen = sorted(document.selection)
    assert len(chosen) == 5 and "5 selected" in find(opened.statusBar(), "Status").text()
    places = (QPoint(x, y) for y in range(0, grid.viewport().height(), 4) for x in range(0, 900, 4))
    beside = next(place for place in places if not grid.indexAt(place).isValid())
    qtbot.mouseClick(grid.viewport(), LEFT, PLAIN, beside)
    assert sorted(document.selection) == chosen, "a click beside the cells keeps it"
    click(qtbot, grid, 0)
    assert len(document.selection) == 1
    opened.actions_by_id["select_again"].trigger()
    assert sorted(document.selection) == chosen
    opened.actions_by_id["invert"].trigger()
    assert len(document.selection) == 5 and not set(document.selection) & set(chosen)


def test_an_edit_is_about_all_that_are_selected_and_is_undone_at_once(
    opened: MainWindow, qtbot: QtBot
) -> None:
    grid, document = opened.pages.images.grid, opened.document
    assert document.session is not None
    click(qtbot, grid, 0)
    click(qtbot, grid, 7, SHIFT)
    document.editor.label(document.in_hand(), 30.0)
    assert len(document.session.labels) == 8
    assert opened.actions_by_id["undo"].text() == "Undo label 8 images 30"
    press(qtbot, opened, Qt.Key.Key_X)
    assert all(label.excluded for label in document.session.labels.values())
    opened.actions_by_id["undo"].trigger()
    opened.actions_by_id["undo"].trigger()
    assert not document.session.labels


def test_a_frame_drawn_between_pictures_selects_what_it_touches(opened: MainWindow) -> None:
    grid = opened.pages.images.grid
    first, second = cell(grid, 0), cell(grid, 1)
    begin = QPointF(first.left() + 2, first.bottom() - 2)  # below the picture
    drag(grid.viewport(), begin, QPointF(second.center()))
    assert set(opened.document.selection) == {
        grid.image_model.number(grid.image_model.index(row)) for row in (0, 1)
    }


def test_the_cells_take_the_whole_width_at_every_size(opened: MainWindow) -> None:
    grid = opened.pages.images.grid
    for side in (64, 100, 128, 200, 256):
        grid.set_side(side)
        QApplication.processEvents()
        across = sum(cell(grid, row).top() == cell(grid, 0).top() for row in range(10))
        left = grid.viewport().width() - cell(grid, across - 1).right()
        assert across == 10 or left <= across + 4, "no dead margin"
        assert grid.delegate.side >= side


def test_ctrl_and_the_wheel_change_the_size(opened: MainWindow) -> None:
    grid, slider = opened.pages.images.grid, opened.pages.images.size_slider
    before, centre = slider.value(), QPointF(grid.viewport().rect().center())
    for turn, expected in ((120, before + 24), (-120, before)):
        event = QWheelEvent(
            centre, QPointF(grid.viewport().mapToGlobal(centre.toPoint())), QPoint(), QPoint(0, turn),
            NONE, CTRL, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(grid.viewport(), event)
        assert slider.value() == expected


def test_the_image_that_is_looked_at_stays_under_the_eye(opened: MainWindow) -> None:
    grid, document = opened.pages.images.grid, opened.document
    grid.set_side(256)
    QApplication.processEvents()
    grid.go_to(5)
    before = cell(grid, 5).top()
    for _ in range(2):
        document.sort(reverse=not document.reverse)
        bar = grid.verticalScrollBar()
        now = grid.visualRect(grid.currentIndex()).top()
        assert now == before or bar.value() in (0, bar.maximum()), "as far as there is room to scroll"


@pytest.mark.parametrize("caption", list(Caption))
def test_the_caption_says_what_was_chosen(opened: MainWindow, caption: Caption) -> None:
    document, images = opened.document, opened.pages.images
    session, model = document.session, images.grid.image_model
    assert session is not None
    for row, value in ((0, 10.0), (4, 35.0), (9, 50.0)):
        document.editor.label([model.number(model.index(row))], value)
    height = images.grid.gridSize().height()
    images.captions.setCurrentText(caption)
    shown, line = model.cell(model.index(4)), session.calibration
    assert line is not None
    number = model.number(model.index(4))
    low, high = line.interval([session.distances[number]])
    value = float(line.predict(shown.distance))
    expected = {
        Caption.ESTIMATE: estimate(value, float(low[0]), float(high[0]), typical=line.width),
        Caption.VALUE: "35", Caption.DISTANCE: f"{shown.distance:+.2f}", Caption.NAME: shown.name,
    }  # fmt: skip
    if caption == Caption.NOTHING:
        assert images.grid.gridSize().height() < height, "the room of the words is saved"
    else:
        assert shown.caption == expected[caption]


def test_nothing_is_said_of_an_image_that_a_filter_hides(opened: MainWindow, qtbot: QtBot) -> None:
    document = opened.document
    assert document.session is not None
    opened.pages.images.grid.go_to(3)
    document.show_only(Shown(frozenset({Filter.LABELLED})))
    press(qtbot, opened, Qt.Key.Key_4)
    assert not entry_of(opened).text() and "hidden by a filter" in opened.notice.text
    document.show_only(Shown())
    press(qtbot, opened, Qt.Key.Key_4)
    assert entry_of(opened).text() == "4"


def test_runs() -> None:
    assert list(runs([0, 1, 2, 5, 7, 8])) == [(0, 2), (5, 5), (7, 8)] and list(runs([])) == []


def test_a_selection_stays_on_its_images_in_another_order(opened: MainWindow, qtbot: QtBot) -> None:
    grid, document = opened.pages.images.grid, opened.document
    click(qtbot, grid, 1)
    click(qtbot, grid, 5, SHIFT)
    chosen = sorted(document.selection)
    assert len(chosen) == 5
    for direction in ("smile", "yaw", "age"):
        document.choose_direction(direction)
        rows = [index.row() for index in grid.selectionModel().selectedIndexes()]
        assert sorted(grid.image_model.number(grid.image_model.index(row)) for row in rows) == chosen
        assert sorted(document.selection) == chosen and sorted(document.in_hand()) == chosen
    document.editor.label(list(document.in_hand()), 9.0)
    assert document.session is not None and sorted(document.session.labels) == chosen
