"""Pictures side by side: which are shown, which is in hand, and what a person does with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPointF, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Answer, Comparison
from large_gui.gui.images.closeup.compare import Compare, _columns
from large_gui.gui.images.closeup.zoom import FIT
from large_gui.gui.images.page import ImagesPage
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import LEFT, Drop, drag, entry_of, find, press, turn_wheel
from tests.gui.bench import Bench
from tests.gui.images.conftest import BROKEN

Key = Qt.Key


def numbers_at(page: ImagesPage, *rows: int) -> list[int]:
    return [page.grid.image_model.number(page.grid.image_model.index(row)) for row in rows]


def select(page: ImagesPage, *rows: int) -> list[int]:
    """Select images as clicks with Ctrl do; the last one is the current one."""
    flags = QItemSelectionModel.SelectionFlag
    page.grid.go_to(rows[0])
    for row in rows[1:]:
        page.grid.selectionModel().setCurrentIndex(page.grid.image_model.index(row), flags.Select)
    return numbers_at(page, *rows)


def compare(page: ImagesPage, *rows: int) -> Compare:
    select(page, *rows)
    page.views.toggle_compare()
    return page.views.compare


@pytest.fixture
def opened(window: MainWindow, drop: Drop, photos: Path) -> MainWindow:
    drop(photos)
    window.activateWindow()
    window.pages.images.grid.setFocus()
    return window


def test_two_to_four_are_compared_in_the_order_of_the_grid(page: ImagesPage, bench: Bench) -> None:
    view = compare(page, 9, 3, 6)
    assert [pane.number for pane in view.shown] == numbers_at(page, 3, 6, 9)
    assert view.active.number == bench.document.current == numbers_at(page, 6)[0]
    places = [find(view, f"Place of picture {n}", QLabel).text() for n in (1, 2, 3)]
    assert [place.rpartition(", ")[2] for place in places] == ["lowest of 3", "2 of 3", "highest of 3"]
    assert not view.panes[3].isVisible() and page.views.comparing


@pytest.mark.parametrize("rows", [(3,), (0, 1, 2, 3, 4)])
def test_fewer_or_more_are_told(page: ImagesPage, bench: Bench, rows: tuple[int, ...]) -> None:
    select(page, *rows)
    page.views.toggle_compare()
    assert page.views.on_grid and not bench.document.compared
    assert bench.notices[-1][0] == "Select 2 to 4 images to compare them."


def test_the_arrows_and_the_mouse_take_another_in_hand(page: ImagesPage, bench: Bench, qtbot: QtBot) -> None:
    view, document = compare(page, 3, 6, 9), bench.document
    first, second, third = numbers_at(page, 3, 6, 9)
    assert document.current == third
    qtbot.keyClick(view, Key.Key_Right)
    assert document.current == first, "behind the last comes the first"
    qtbot.keyClick(view, Key.Key_Down)
    assert document.current == second
    qtbot.mouseClick(view.shown[2].view, LEFT)
    assert document.current == third and view.active is view.shown[2]
    page.views.go_to_end(last=False)
    assert document.current == first and page.views.comparing
    assert list(page._document.selection) == [first], "keys change what is in hand and nothing else"
    assert bench.document.session is not None
    assert bench.document.session.paths[first] in view.accessibleDescription()


def test_zoom_and_place_are_common_to_all(page: ImagesPage, qtbot: QtBot) -> None:
    view = compare(page, 3, 6)
    qtbot.waitUntil(lambda: all(pane.view.percent for pane in view.shown))
    left, right = (pane.view for pane in view.shown)
    turn_wheel(left)
    turn_wheel(left)
    assert right.zoom == left.zoom != FIT
    before = right.zoom
    centre = QPointF(right.rect().center())
    drag(right, centre, centre + QPointF(30, 20))
    assert left.zoom == right.zoom != before
    page.views.switch_zoom()
    assert left.zoom == right.zoom == FIT
    page.views.switch_zoom()
    assert left.percent == right.percent == "100 %"
    assert page.views.zoom(closer=True) and left.zoom == right.zoom
    page.views.show_grid()
    view = compare(page, 3, 6)
    assert left.zoom == FIT


def test_the_selection_is_there_afterwards(page: ImagesPage, bench: Bench) -> None:
    chosen = select(page, 3, 6, 9)
    page.views.toggle_compare()
    bench.document.set_current(chosen[0])
    page.views.toggle_compare()
    assert page.views.on_grid and not bench.document.compared
    assert sorted(page._document.selection) == sorted(chosen) and bench.document.current == chosen[0]


def test_an_image_that_is_not_compared_is_shown_alone(page: ImagesPage, bench: Bench) -> None:
    chosen = select(page, 3, 6)
    page.views.toggle_compare()
    (other,) = numbers_at(page, 20)
    bench.document.set_current(other)
    assert page.views.currentWidget() is page.views.loupe and not bench.document.compared
    page.views.toggle_compare()
    assert page.views.comparing, "from the loupe to what was selected"
    assert [pane.number for pane in page.views.compare.shown] == chosen
    page.views.toggle_loupe()
    assert page.views.currentWidget() is page.views.loupe and bench.document.current in chosen


def test_a_broken_image_says_why_beside_the_others(page: ImagesPage, bench: Bench, qtbot: QtBot) -> None:
    session = bench.document.session
    assert session is not None
    row = page.grid.image_model.index_of(session.number[BROKEN]).row()
    view = compare(page, row, (row + 5) % 30)
    broken = next(pane for pane in view.shown if pane.number == session.number[BROKEN])
    qtbot.waitUntil(lambda: all(pane.view.accessibleDescription() for pane in view.shown))
    assert "not an image" in broken.view.accessibleDescription()
    page.views.switch_zoom()


def test_places_follow_a_direction_that_is_turned(page: ImagesPage, bench: Bench) -> None:
    view = compare(page, 3, 6)
    bench.document.flip()
    assert find(view, "Place of picture 1", QLabel).text().endswith("highest of 2")
    assert [pane.number for pane in view.shown] == list(bench.document.compared), "nothing moves"


@pytest.mark.parametrize(
    ("n", "width", "height", "columns"),
    [(2, 800, 400, 2), (2, 300, 800, 1), (3, 800, 400, 3), (4, 800, 600, 2), (4, 1600, 400, 4)],
)
def test_pictures_are_laid_out_as_large_as_they_can_be(n: int, width: int, height: int, columns: int) -> None:
    assert _columns(n, width, height, 48) == columns


def test_keys_of_the_window(opened: MainWindow, qtbot: QtBot) -> None:
    views = opened.pages.images.views
    select(opened.pages.images, 1, 2)
    for key in (Key.Key_C, Key.Key_Escape, Key.Key_G):
        press(qtbot, opened, Key.Key_C)
        assert opened.focusWidget() is views.compare
        press(qtbot, opened, key)
        assert views.on_grid and len(opened.document.selection) == 2
    press(qtbot, opened, Key.Key_C, Key.Key_Space)
    assert views.currentWidget() is views.loupe


def test_numbers_label_one_after_the_other(opened: MainWindow, qtbot: QtBot) -> None:
    images, document = opened.pages.images, opened.document
    session = document.session
    assert session is not None
    chosen = select(images, 1, 4, 6)
    document.set_current(chosen[0])
    select(images, 1, 4, 6)
    press(qtbot, opened, Key.Key_C, Key.Key_Home)
    for digit in (Key.Key_1, Key.Key_2, Key.Key_3):
        press(qtbot, opened, digit, Key.Key_Return)
    assert [session.labels[number].value for number in chosen] == [1, 2, 3]
    assert images.views.comparing and document.current == chosen[2]
    press(qtbot, opened, Key.Key_4, Key.Key_Return)
    assert session.labels[chosen[2]].value == 4 and not entry_of(opened).text()
    press(qtbot, opened, Key.Key_Escape)
    assert opened.focusWidget() is images.views.compare
    press(qtbot, opened, Key.Key_Delete)
    assert set(session.labels) == set(chosen[:2])
    assert "value 1" in find(images.views.compare, "Value of picture 1", QLabel).text()


def test_the_one_that_has_most_is_kept_over_each_of_the_others(opened: MainWindow, qtbot: QtBot) -> None:
    document, images = opened.document, opened.pages.images
    press(qtbot, opened, Key.Key_M)
    assert "Compare some images first" in opened.notice.text
    view = compare(images, 1, 4, 7)
    first, *others = numbers_at(images, 7, 1, 4)
    press(qtbot, opened, Key.Key_M)
    assert document.session is not None and document.store is not None
    paths = document.session.paths
    kept = [Comparison(paths[first], paths[other], Answer.FIRST) for other in others]
    assert document.store.comparisons("age") == kept and "furthest of these" in opened.notice.text
    opened.actions_by_id["undo"].trigger()
    assert document.store.comparisons("age") == []
    view.step(1)
    qtbot.mouseClick(find(view, "This one has most"), LEFT)
    assert [c.first for c in document.store.comparisons("age")] == [paths[others[0]]] * 2
    assert view.hasFocus(), "a click leaves the keys with the images"
