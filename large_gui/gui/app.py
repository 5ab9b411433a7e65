"""Start the window; nothing heavy is imported before it shows."""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from large_gui import __version__
from large_gui.gui.about import LOG
from large_gui.gui.window import MainWindow, later
from large_gui.tasks.folders import resources_folder, user_folder

_LOG_BYTES = 1 << 20


def build(argv: Sequence[str]) -> tuple[QApplication, QMainWindow]:
    """Make the application and its window, open what ``argv`` names, and don't enter the event loop.

    Parameters
    ----------
    argv
        As `sys.argv`: the program, then folders, images or a project.
    """
    arguments, _ = parser().parse_known_args(list(argv[1:]))
    application = QApplication.instance() or QApplication(list(argv[:1]))
    assert isinstance(application, QApplication)
    application.setApplicationName("large-gui")
    application.setApplicationVersion(__version__)
    application.setStyle("Fusion")
    home = user_folder()
    home.mkdir(parents=True, exist_ok=True)
    _log_to(home / LOG)
    window = MainWindow(home, resources_folder())
    if arguments.paths:
        later(window, lambda: window.document.open(arguments.paths))
    return application, window


def parser() -> argparse.ArgumentParser:
    """Arguments of the window."""
    parser = argparse.ArgumentParser(prog="large-gui")
    parser.add_argument("paths", nargs="*", type=Path, help="a folder, images, or a project")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window until it is closed."""
    application, window = build(argv if argv is not None else sys.argv)
    window.show()
    signal.signal(signal.SIGINT, lambda *_: window.close())
    alive = QTimer(window, interval=500)  # Python looks at signals only when its own code runs
    alive.timeout.connect(lambda: None)
    alive.start()
    return application.exec()


def _log_to(path: Path) -> None:
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("large_gui")
    for old in [h for h in root.handlers if isinstance(h, logging.handlers.RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
