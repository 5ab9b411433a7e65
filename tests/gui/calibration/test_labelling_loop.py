"""The labelling loop by mouse and keys: what is painted, typed, undone, brushed, closed and brought back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Filter, Shown
from large_gui.gui.calibration.save_plot import save_plot
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import LEFT, Drop, drag_over, entry_of, find, place_in, press, turn_wheel


def label(window: MainWindow, *values: float) -> list[int]:
    """Give values to images spread over the order."""
    session = window.document.session
    assert session is not None
    rows = np.linspace(0, len(session) - 1, len(values)).astype(int)
    numbers = [
        window.pages.images.grid.image_model.number(window.pages.images.grid.image_model.index(int(r)))
        for r in rows
    ]
    for number, value in zip(numbers, values):
        window.document.editor.label([number], value)
    return numbers


@pytest.fixture
def opened(window: MainWindow, drop: Drop, photos: Path) -> MainWindow:
    drop(photos)
    window.activateWindow()
    window.pages.images.grid.setFocus()
    return window


def test_the_keys_are_with_the_images_of_a_folder_that_was_opened(
    window: MainWindow, drop: Drop, photos: Path, qtbot: QtBot
) -> None:
    window.activateWindow()
    drop(photos)
    grid = window.pages.images.grid
    assert window.focusWidget() is grid
    assert window.document.current == -1 and grid.verticalScrollBar().value() == 0, "nobody chose an image"
    press(qtbot, window, Qt.Key.Key_N)
    assert window.document.current == window.pages.panel.suggested >= 0
    window.document.close()
    assert not grid.isEnabled()


def test_actions_of_the_window_have_their_keys_in_the_entry_too(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDialog, "exec", lambda dialog: shown.append(dialog.windowTitle()))
    opened.pages.images.grid.go_to(0)
    press(qtbot, opened, Qt.Key.Key_4)
    assert opened.focusWidget() is entry_of(opened)
    for key in (Qt.Key.Key_E, Qt.Key.Key_K):
        press(qtbot, opened, key, modifier=Qt.KeyboardModifier.ControlModifier)
    assert shown == ["Export", "Command palette"] and entry_of(opened).text() == "4"


def test_the_current_image_is_selected_again_after_a_filter_that_hides_it(opened: MainWindow) -> None:
    document, grid = opened.document, opened.pages.images.grid
    grid.go_to(3)
    number = document.current
    document.show_only(Shown(frozenset({Filter.LABELLED})))
    assert grid.image_model.rowCount() == 0 and document.current == number
    document.show_only(Shown())
    assert grid.image_model.number(grid.currentIndex()) == number and list(document.in_hand()) == [number]


@pytest.mark.parametrize("mark", ["labelled", "excluded", "suggested and flagged"])
def test_a_marked_tile_in_focus_still_shows_its_picture(opened: MainWindow, qtbot: QtBot, mark: str) -> None:
    document, grid = opened.document, opened.pages.images.grid
    grid.go_to(0)
    number = document.current
    if mark == "suggested and flagged":
        assert document.session is not None
        document.session.flags[number] = ("several-faces",)
        grid.delegate.suggested = number
    else:
        document.editor.label([number], 7.0)
        if mark == "excluded":
            document.editor.exclude([number])
    thumbnails = opened.thumbnails
    qtbot.waitUntil(
        lambda: thumbnails.get(str(document.session.folder / document.session.paths[number])) is not None
    )  # type: ignore[union-attr]

    def middle() -> QImage:
        grid.viewport().repaint()
        place = grid.visualRect(grid.currentIndex()).adjusted(30, 40, -30, -80)
        return grid.viewport().grab(place).toImage()

    painted = middle()
    colours = {
        painted.pixel(x, y) for x in range(0, painted.width(), 7) for y in range(0, painted.height(), 7)
    }
    assert len(colours) > 20, "a photograph has many colours, a filled frame has one"


def test_undo_after_enter_takes_the_label_back(opened: MainWindow, qtbot: QtBot) -> None:
    document, entry = opened.document, entry_of(opened)
    assert document.session is not None
    opened.pages.images.grid.go_to(3)
    first = document.current
    press(qtbot, opened, Qt.Key.Key_4)
    press(qtbot, opened, Qt.Key.Key_2, Qt.Key.Key_Return)
    assert document.session.labels[first].value == 42 and document.current != first
    assert entry.text() == "" and entry.hasFocus()
    press(qtbot, opened, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert not document.session.labels and entry.text() == ""
    assert document.current == first, "the image whose label was taken back is looked at"
    press(
        qtbot, opened, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier
    )  # nothing is left to undo
    assert entry.text() == ""


def test_the_entry_is_empty_on_every_new_image(opened: MainWindow, qtbot: QtBot) -> None:
    document, entry, grid = opened.document, entry_of(opened), opened.pages.images.grid
    known = find(opened, "Label of this image")
    assert isinstance(known, QLabel)
    grid.go_to(2)
    document.editor.label([document.current], 33.0)
    assert known.text() == "has 33" and "33" not in entry.placeholderText()
    grid.setFocus()
    press(qtbot, opened, Qt.Key.Key_1)
    assert entry.text() == "1"
    qtbot.mouseClick(grid.viewport(), LEFT, pos=grid.visualRect(grid.image_model.index(0)).center())
    assert entry.text() == "" and known.text() == "has no value yet"


def test_escape_clears_and_unfocuses_and_cancels_nothing(
    window: MainWindow, qtbot: QtBot, photos: Path
) -> None:
    window.document.open([photos])
    qtbot.waitUntil(lambda: window.document.session is not None)
    search, document = window.pages.images.search, window.document
    window.activateWindow()
    window.actions_by_id["find"].trigger()
    qtbot.keyClicks(search, "face")
    window.actions_by_id["clear"].trigger()
    assert search.text() == "" and window.focusWidget() is window.pages.images.grid
    assert window.actions_by_id["cancel"].shortcut().isEmpty()
    window.actions_by_id["clear"].trigger()
    qtbot.waitUntil(lambda: not document.job.busy)
    assert document.session is not None and document.session.unmeasured == 0, "nothing was cancelled"


def test_escape_restores_the_name_of_the_value(opened: MainWindow, qtbot: QtBot) -> None:
    name = opened.pages.panel.value_name
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "height")
    opened.actions_by_id["clear"].trigger()
    assert name.text() == "age" and opened.document.value.name == "age"
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "height, cm")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert opened.document.value.unit == "cm" and entry_of(opened).hasFocus(), "the numbers come next"


def test_the_wheel_leaves_the_plot_and_fit_brings_it_back(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    label(opened, 10.0, 30.0, 60.0)
    plot = opened.pages.panel.plot
    qtbot.waitUntil(lambda: plot.plot is not None)
    assert plot.plot is not None
    box = plot.plot.getViewBox()
    QApplication.processEvents()
    seen = np.array(box.viewRange())
    turn_wheel(plot.plot.viewport())
    assert np.allclose(box.viewRange(), seen)

    box.setRange(xRange=(0, 1100), yRange=(0, 1100))
    away = np.array(box.viewRange())
    save_plot(plot, tmp_path / "plot.png")
    assert np.allclose(box.viewRange(), away), "exporting changes nothing on the screen"
    picture = QImage(str(tmp_path / "plot.png"))
    box.setRange(xRange=(0, 2200), yRange=(0, 2200))
    save_plot(plot, tmp_path / "again.png")
    assert picture == QImage(str(tmp_path / "again.png")), (
        "the export shows everything, however one has zoomed"
    )

    qtbot.mouseDClick(plot.plot.viewport(), LEFT, pos=plot.plot.viewport().rect().center())
    QApplication.processEvents()
    assert np.allclose(box.viewRange(), seen, atol=0.05 * np.abs(seen).max())
    box.setRange(xRange=(0, 1100), yRange=(0, 1100))
    next(a for a in plot.plot.actions() if a.text() == "Fit the view").trigger()
    QApplication.processEvents()
    assert np.allclose(box.viewRange(), seen, atol=0.05 * np.abs(seen).max())
    box.setRange(xRange=(0, 1100), yRange=(0, 1100))
    opened.document.flip()
    QApplication.processEvents()
    assert box.viewRange()[0][1] < 10, "a new direction fits"


def test_a_range_is_drawn_over_the_histogram_and_cleared(opened: MainWindow, qtbot: QtBot) -> None:
    document, shown = opened.document, opened.pages.images.grid.image_model.rowCount
    canvas = opened.pages.histogram.plot
    assert canvas is not None and document.session is not None
    chip = find(opened, "Show all distances")
    assert isinstance(chip, QToolButton) and not chip.isVisible()
    middle = float(np.median(document.session.distances))

    def draw() -> None:
        assert document.session is not None
        drag_over(canvas, float(document.session.distances.min()) - 0.01, middle)

    draw()
    assert document.shown.within is not None and shown() == 5, "press and drag draws a range"
    assert chip.isVisible() and "…" in chip.text() and "×" in chip.text()
    qtbot.mouseClick(chip, LEFT)
    assert document.shown.within is None and shown() == 10 and not chip.isVisible()
    draw()
    opened.actions_by_id["clear"].trigger()
    assert document.shown.within is None, "Escape clears"
    draw()
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=place_in(canvas, middle, 1).toPoint())
    assert document.shown.within is None, "a double click clears"


def test_image_keys_work_from_the_plot(opened: MainWindow, qtbot: QtBot) -> None:
    numbers = label(opened, 10.0, 30.0, 60.0)
    document, plot = opened.document, opened.pages.panel.plot
    qtbot.waitUntil(lambda: plot.plot is not None)
    assert document.session is not None and plot.plot is not None
    QApplication.processEvents()
    number = numbers[1]
    point = place_in(
        plot.plot, float(document.session.distances[number]), document.session.labels[number].value
    )
    qtbot.mouseClick(plot.plot.viewport(), LEFT, pos=point.toPoint())
    assert document.current == number
    press(qtbot, opened, Qt.Key.Key_X)
    assert document.session.labels[number].excluded
    plot.plot.setFocus()
    qtbot.keyClick(plot.plot, Qt.Key.Key_X)
    assert not document.session.labels[number].excluded, "also where the plot has the keys"


def test_a_closed_panel_comes_back(opened: MainWindow, qtbot: QtBot) -> None:
    assert opened.pages.workspace is not None
    docks, entry = opened.pages.workspace.docks, entry_of(opened)
    docks["Calibration"].close()
    assert not opened.actions_by_id["panel_calibration"].isChecked()
    opened.pages.images.grid.setFocus()
    press(qtbot, opened, Qt.Key.Key_5)
    assert entry.text() == "5" and entry.isVisible(), "nobody types blind"
    docks["Distances"].close()
    opened.actions_by_id["panel_distances"].trigger()
    assert docks["Distances"].isVisible()
    texts = [action.text() for action in opened.actions_by_id]
    assert {"Calibration panel", "Inspector panel", "Distances panel"} <= set(texts)


def test_another_page_moves_no_panel(opened: MainWindow) -> None:
    assert opened.pages.workspace is not None
    docks, scroll = opened.pages.workspace.docks, opened.pages.images.grid.verticalScrollBar()
    opened.resize(900, 500)
    QApplication.processEvents()
    docks["Distances"].close()
    opened.pages.workspace.bring("Inspector")
    scroll.setValue(scroll.maximum())
    scrolled = scroll.value()
    for page in ("models", "directions", "images"):
        opened.pages.show_page(page)
        QApplication.processEvents()
    assert not docks["Distances"].isVisible() and scroll.value() == scrolled > 0
    assert (
        not opened.pages.inspector.visibleRegion().isEmpty() and opened.pages.panel.visibleRegion().isEmpty()
    )


def test_panels_are_as_wide_as_they_were_left(
    opened: MainWindow, qtbot: QtBot, home: Path, photos: Path
) -> None:
    opened.resize(1200, 600)
    QApplication.processEvents()
    width = opened.pages.panel.width()
    opened.pages.show_page("models")
    opened.close()
    again = MainWindow(home, opened.resources)
    qtbot.addWidget(again)
    again.show()
    again.document.open([photos])
    qtbot.waitUntil(lambda: again.pages.workspace is not None)
    qtbot.waitUntil(lambda: not again.document.job.busy)
    QApplication.processEvents()
    assert abs(again.pages.panel.width() - width) < 30
    again.close()


@pytest.mark.qt_log_ignore("This plugin does not support")  # popups want a real screen
def test_choosing_with_the_mouse_leaves_the_keys_with_the_images(opened: MainWindow, qtbot: QtBot) -> None:
    grid, document = opened.pages.images.grid, opened.document
    label(opened, 10.0, 30.0, 60.0)
    for name in ("Sort by", "Filter", "Direction", "Fit by", "Show residuals", "Flip direction"):
        grid.setFocus()
        widget = find(opened, name)
        qtbot.mousePress(widget, LEFT)
        qtbot.mouseRelease(widget, LEFT)
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        QApplication.processEvents()
        assert opened.focusWidget() is grid, name
    opened.activateWindow()  # without a window manager a popup takes that away
    qtbot.waitUntil(opened.isActiveWindow)
    before = document.chosen
    press(qtbot, opened, Qt.Key.Key_F)
    assert document.chosen == (before.name, not before.flipped)


def test_a_series_is_begun_from_the_menu_and_ended_by_escape(opened: MainWindow, qtbot: QtBot) -> None:
    grid, panel = opened.pages.images.grid, opened.pages.panel
    opened.pages.show_page("directions")
    opened.actions_by_id["series"].trigger()
    assert panel.series.running and panel.isVisible() and entry_of(opened).hasFocus()
    first = opened.document.current
    assert grid.delegate.suggested == first
    grid.setFocus()
    press(qtbot, opened, Qt.Key.Key_N)
    assert opened.document.current != first and grid.delegate.suggested == opened.document.current
    opened.actions_by_id["clear"].trigger()
    assert not panel.series.running
