"""A window on the real faces pack; whatever it leaves behind fails the test."""

from __future__ import annotations

import multiprocessing
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import SilentReporter
from large_gui.gui.shell.app import build
from large_gui.gui.shell.window import MainWindow
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import find_images
from large_gui.tasks.invert import embed_folder, open_cache
from tests.caches import copy_cache
from tests.conftest import SAMPLES
from tests.gui.acting import Drop, PatientBot, drop_on
from tests.gui.bench import Bench
from tests.gui.warm import WarmContext


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """One that waits for events as long as it takes."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def warm_context() -> WarmContext | None:
    return WarmContext() if "forkserver" in multiprocessing.get_all_start_methods() else None


@pytest.fixture(autouse=True)
def workers(warm_context: WarmContext | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start workers without importing torch anew; tests of starting and ending replace this."""
    if warm_context is not None:
        monkeypatch.setattr(multiprocessing, "get_context", lambda method: warm_context)


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    """A document over thirty measured images, without a worker process."""
    bench = Bench(home, pack)
    yield bench
    bench.document.quit()


@pytest.fixture(scope="session")
def known_codes(pack: GanModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds the codes of the first samples."""
    folder, cache = tmp_path_factory.mktemp("first samples"), tmp_path_factory.mktemp("known")
    for path in sorted(SAMPLES.glob("*.jpg"))[:16]:
        shutil.copy(path, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARGE_GUI_HOME", str(cache))
        with open_cache() as codes:
            embed_folder(find_images(folder, SilentReporter()), pack, codes, SilentReporter())
    (made,) = cache.glob("*.sqlite")
    return made


@pytest.fixture
def window(qtbot: QtBot, home: Path, known_codes: Path) -> Iterator[MainWindow]:
    """The main window, shown; closing it must end every process, thread, timer and pool."""
    copy_cache(known_codes, home)
    threads = set(threading.enumerate())
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    window.settings.setValue("hints_seen", "yes")  # so that keys and clicks go where a test means them
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    assert not multiprocessing.active_children()
    assert not [timer for timer in window.findChildren(QTimer) if timer.isActive()]
    assert set(threading.enumerate()) <= threads
    pools = [QThreadPool.globalInstance(), *window.findChildren(QThreadPool)]
    assert not sum(pool.activeThreadCount() for pool in pools)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Ten samples."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[:10]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def drop(window: MainWindow, qtbot: QtBot) -> Drop:
    """Drop something on the window and wait until all of it is measured."""
    return lambda path: drop_on(window, qtbot, path)
