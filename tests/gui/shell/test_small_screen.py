"""Everything can be reached on a screen of 960 x 540 pixels of the layout, which is Full HD at 200 %."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from large_gui.gui.export.dialog import ExportDialog
from large_gui.gui.models.import_dialog import ImportDialog
from large_gui.gui.shell.commands.palette import ActionPalette, ShortcutSheet
from large_gui.gui.shell.help.about import AboutDialog
from large_gui.gui.shell.pages import PAGES
from large_gui.gui.shell.window import MainWindow
from large_gui.gui.shell.workspace import Workspace
from large_gui.gui.widgets.fitted import fitting
from tests.gui.acting import Drop, find, settle

ROOM = QSize(952, 500)  # less a frame


def fits(size: QSize) -> bool:
    return size.width() <= ROOM.width() and size.height() <= ROOM.height()


def test_the_window_and_every_page_fit(window: MainWindow, drop: Drop, photos: Path) -> None:
    room = QApplication.primaryScreen().availableSize()
    assert window.width() <= room.width() and window.height() < room.height()
    drop(photos)
    for page in PAGES:
        window.pages.show_page(page)
        window.resize(ROOM)
        QApplication.processEvents()
        assert fits(window.minimumSizeHint()) and window.size() == ROOM
    rail = window.findChild(QToolBar, "rail")
    assert rail is not None
    for action in rail.actions():
        assert rail.widgetForAction(action).isVisible(), "no page is behind an arrow"
    strip = window.statusBar()
    assert window.rect().contains(strip.geometry()), "progress, Pause and Cancel are on the screen"


@pytest.mark.parametrize(
    "make",
    [
        lambda window: ExportDialog(window.document, lambda _: None, window),
        lambda window: ImportDialog(Path("network.pkl"), window),
        lambda window: AboutDialog(window.document, window),
        lambda window: ActionPalette(window.actions_by_id, window),
        lambda window: ShortcutSheet(window.actions_by_id, window),
    ],
    ids=["export", "import", "about", "palette", "shortcuts"],
)
def test_every_dialog_fits(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path,
    make: Callable[[MainWindow], QDialog],
) -> None:  # fmt: skip
    drop(photos)
    dialog = make(window)
    qtbot.addWidget(dialog)
    assert fits(dialog.minimumSizeHint())
    assert fits(fitting(dialog.size(), QSize(960, 540)))


def test_a_first_size_leaves_room_for_the_frame() -> None:
    assert fitting(QSize(1280, 820), QSize(1280, 800)) == QSize(1272, 760)
    assert fitting(QSize(640, 460), QSize(1280, 800)) == QSize(640, 460)


def whole(panel: QWidget) -> bool:
    """Whether a panel in its dock can be seen from its left to its right end."""
    area = panel.parentWidget()
    return area is not None and 0 < panel.width() <= area.width()


def test_a_window_that_was_narrow_leaves_the_calibration_panel_whole(
    window: MainWindow, drop: Drop, photos: Path
) -> None:
    drop(photos)
    panel = window.pages.panel
    for i in range(10):  # so that learning a direction is offered as well
        window.document.editor.label([i], 7.0 * i)
    window.resize(1200, 700)
    for toggled in (False, True):
        find(panel, "Details of the line").setChecked(toggled)
        for width in (ROOM.width(), 1200):
            window.resize(width, 700)
            QApplication.processEvents()
            assert whole(panel) and window.width() == width
            assert find(panel, "Label a series").visibleRegion().boundingRect().width() > 40
    window.pages.workspace.bring("Inspector")
    QApplication.processEvents()
    assert whole(window.pages.inspector)


def test_a_panel_that_was_saved_too_narrow_is_mended(qtbot: QtBot) -> None:
    def workspace(needs: int, state: QByteArray | None) -> tuple[Workspace, QWidget]:
        panels = {name: QWidget() for name in ("front", "behind", "below")}
        for panel in panels.values():
            part = QWidget(panel)
            part.setMinimumSize(needs, 50)
            QHBoxLayout(panel).addWidget(part)
        made = Workspace(QWidget(), panels, state)
        qtbot.addWidget(made)
        made.resize(1000, 600)
        made.show()
        settle(qtbot, made)
        QApplication.processEvents()
        return made, panels["front"]

    first, _ = workspace(80, None)
    first.resizeDocks([first.docks["front"]], [100], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    assert first.docks["front"].width() < 150
    mended, panel = workspace(200, first.saveState())
    assert whole(panel) and mended.docks["front"].width() >= 200
    for part in panel.findChildren(QWidget):
        part.setMinimumWidth(260)  # as when Details is unfolded
    qtbot.waitUntil(lambda: whole(panel) and panel.width() >= 260)
