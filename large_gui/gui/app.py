"""Start the window; nothing heavy is imported before it shows."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from large_gui import __version__
from large_gui.gui.window import MainWindow, later
from large_gui.tasks.folders import resources_folder, user_folder

LOG = "large-gui.log"
_LOG_BYTES = 1 << 20


def build(argv: Sequence[str]) -> tuple[QApplication, QMainWindow]:
    """Make the application and its window, open what ``argv`` names, and don't enter the event loop.

    Parameters
    ----------
    argv
        As `sys.argv`: the program, then folders, images or a project.
    """
    application = QApplication.instance() or QApplication([*argv[:1], "-style", "Fusion"])
    assert isinstance(application, QApplication)
    application.setApplicationName("large-gui")
    application.setApplicationVersion(__version__)
    home = user_folder()
    home.mkdir(parents=True, exist_ok=True)
    _log_to(home / LOG)
    window = MainWindow(home, resources_folder())
    paths = [Path(text) for text in argv[1:] if not text.startswith("-")]
    if paths:
        later(window, lambda: window.document.open(paths))
    return application, window


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window until it is closed."""
    import signal

    application, window = build(argv if argv is not None else sys.argv)
    window.show()
    signal.signal(signal.SIGINT, lambda *_: window.close())
    alive = QTimer(window, interval=500)  # Python looks at signals only when its own code runs
    alive.timeout.connect(lambda: None)
    alive.start()
    return application.exec()


def _log_to(path: Path) -> None:
    """Write the program's log to a file; one older file is kept. (`logging.handlers` is slow to load.)"""
    try:
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".old"))
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        return  # without a log the program still works
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("large_gui")
    for old in [h for h in root.handlers if isinstance(h, logging.FileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
