"""The start of the program: nothing heavy is imported before the window shows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QLoggingCategory, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from large_gui import __version__
from large_gui.errors import InputError
from large_gui.extensions import load_extensions
from large_gui.folders import resources_folder, user_folder
from large_gui.gui.look.icons import icon
from large_gui.gui.shell.unexpected import tell_of_everything
from large_gui.gui.shell.window import MainWindow, later
from large_gui.service.log_file import WINDOW_LOG, log_to

DESKTOP_ENTRY = "io.github.large_gui.large_gui"  # packaging/linux: what a panel finds name and icon by


class Program(QApplication):
    """The application; on macOS a file that is opened with it comes as an event, not as an argument."""

    file_opened = Signal(Path)

    def event(self, event: QEvent) -> bool:
        """Tell of a file that is to be opened."""
        if isinstance(event, QFileOpenEvent):
            self.file_opened.emit(Path(event.file()))
            return True
        return super().event(event)


def build(argv: Sequence[str]) -> tuple[QApplication, QMainWindow]:
    """Make the application and its window, and open what ``argv`` names; the event loop is not entered.

    An extension that can't be loaded is told in the notice bar of the window.

    Parameters
    ----------
    argv
        Like `sys.argv`: the program, then folders, images or a project.
    """
    application = QApplication.instance() or Program([*argv[:1], "-style", "Fusion"])
    assert isinstance(application, QApplication)
    application.setApplicationName("large-gui")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(DESKTOP_ENTRY)
    application.setWindowIcon(icon("app"))
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false")  # what is wrong with an image is told beside it
    home = user_folder()
    home.mkdir(parents=True, exist_ok=True)
    log_to(home / WINDOW_LOG)
    trouble: InputError | None = None
    try:
        load_extensions()
    except InputError as error:  # without it the rest works
        trouble = error
    window = MainWindow(home, resources_folder())
    if trouble is not None:
        window.document.tell_error(trouble)
    if isinstance(application, Program):
        application.file_opened.connect(lambda path: window.document.open([path]))
    paths = [Path(text) for text in argv[1:] if not text.startswith("-")]
    if paths:
        later(window, lambda: window.document.open(paths))
    return application, window


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window until it is closed, and return the exit code."""
    import signal

    application, window = build(argv if argv is not None else sys.argv)
    assert isinstance(window, MainWindow)
    tell_of_everything(window.document)
    window.show()
    signal.signal(signal.SIGINT, lambda *_: window.close())
    alive = QTimer(window, interval=500)  # Python looks at signals only when its own code runs
    alive.timeout.connect(lambda: None)
    alive.start()
    return application.exec()
