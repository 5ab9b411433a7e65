"""The title, the call back when a long job has ended, and the Window menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import Progress
from large_gui.gui.shell.presence import Presence
from large_gui.gui.shell.window import MainWindow
from large_gui.models.kinds.gan import GanModel
from large_gui.service.requests import Measure
from tests.gui.acting import Drop
from tests.gui.bench import Bench, own_direction


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The windows that were marked in the taskbar."""
    windows: list[object] = []
    monkeypatch.setattr(QApplication, "alert", lambda window, *_: windows.append(window))
    return windows


def test_the_title_says_how_far_a_job_is_and_its_end_is_told_elsewhere(
    home: Path, pack: GanModel, qtbot: QtBot, called: list[object]
) -> None:
    bench, window = Bench(home, pack), QMainWindow()
    qtbot.addWidget(window)
    presence = Presence(window, bench.document)
    assert window.windowTitle() == "large-gui"
    bench.open()
    folder = home.name
    assert window.windowTitle() == f"{folder} – large-gui"
    bench.document.job.measure([own_direction("fur")], lambda _: None)
    bench.worker.progress(Measure, Progress(17, 50, "Measuring"))
    assert window.windowTitle() == f"34 % – {folder} – large-gui"
    bench.worker.fail(Measure, "It failed.")
    assert window.windowTitle() == f"{folder} – large-gui" and not called, "a short job calls nobody"

    presence.long = 0.0
    bench.document.job.measure([own_direction("fur")], lambda _: None)
    bench.worker.fail(Measure, "It failed.")
    assert called == [window]
    bench.document.quit()


@pytest.mark.qt_log_ignore("QSystemTrayIcon|systemTrayWindowChanged", extend=True)  # there is no tray here
def test_a_message_is_shown_where_the_system_has_a_place_for_it(
    home: Path, pack: GanModel, qtbot: QtBot, called: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _, title, words, *__: told.append((title, words))
    )
    bench, window = Bench(home, pack), QMainWindow()
    qtbot.addWidget(window)
    presence = Presence(window, bench.document)
    presence.long = 0.0
    bench.open()
    bench.document.job.measure([own_direction("fur")], lambda _: None)
    bench.worker.progress(Measure, Progress(50, 50, "Measuring"))
    bench.worker.fail(Measure, "It failed.")
    assert told == [(f"{home.name} – large-gui", "Measuring has ended. 30 images, 0 labels for age.")]
    window.show()
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert presence._icon is not None and not presence._icon.isVisible(), "the person is back"
    bench.document.quit()


def test_a_person_who_is_here_is_not_called(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, called: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    window.presence.long = 0.0
    monkeypatch.setattr(MainWindow, "isActiveWindow", lambda _: True)
    drop(photos)
    assert not called and window.windowTitle() == f"{photos.name} – large-gui"


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_panels_come_back_and_the_layout_is_reset(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    workspace = window.pages.workspace
    assert workspace is not None
    docks = workspace.docks
    docks["Inspector"].hide()
    docks["Distances"].hide()
    window.pages.show_page("models")
    window.actions_by_id["panels_back"].trigger()
    assert window.pages.on_images and not any(dock.isHidden() for dock in docks.values())
    assert docks["Calibration"].isVisible() and not window.pages.panel.visibleRegion().isEmpty()
    docks["Distances"].setFloating(True)
    docks["Calibration"].hide()
    window.actions_by_id["reset_layout"].trigger()
    assert {t: (d.isFloating(), d.isHidden()) for t, d in docks.items()} == dict.fromkeys(
        docks, (False, False)
    )
    assert docks["Inspector"] in workspace.tabifiedDockWidgets(docks["Calibration"])
    qtbot.waitUntil(lambda: not window.pages.panel.visibleRegion().isEmpty())


def test_the_window_fills_the_screen_and_comes_back(window: MainWindow) -> None:
    full, zoom = window.actions_by_id["full_screen"], window.actions_by_id["zoom"]
    full.trigger()
    assert window.isFullScreen() and full.isChecked()
    full.trigger()
    assert not window.isFullScreen() and not full.isChecked()
    zoom.trigger()
    assert window.isMaximized()
    full.trigger()
    full.trigger()
    assert window.isMaximized(), "it is as large as before"
    zoom.trigger()
    assert not window.isMaximized()
