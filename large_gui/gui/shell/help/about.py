"""The About dialog: what this machine has, licences, and the logs with the details of every error."""

from __future__ import annotations

import platform
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from large_gui import __version__
from large_gui.errors import LargeError
from large_gui.folders import resources_folder
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain
from large_gui.service.log_file import WINDOW_LOG, WORKER_LOG
from large_gui.service.requests import Examine
from large_gui.tasks.doctor.finding import Finding, table

_MACHINE = "This machine"  # the tab
_SHOWN = 64_000  # characters of the end of each log
_REPORTED = 6_000  # characters of it in a report, which a person pastes somewhere
_PACKAGES = ("torch", "numpy", "PySide6-Essentials", "pyqtgraph", "scipy", "scikit-learn", "pillow")


class AboutDialog(QDialog):
    """A dialog that says what this program is, what it was built with, and what the logs hold.

    Parameters
    ----------
    document
        Knows the folder of the user's data, in which the logs are, and the worker.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About large-gui")
        fit(self, 680, 520)
        self._home = home = document.home
        self._machine = versions()  # until the worker has found more
        box = QVBoxLayout(self)
        box.setSpacing(2 * SPACE)
        box.addLayout(self._head())
        tabs = named(QTabWidget(), "About")
        shown_as: dict[str, QPlainTextEdit] = {}
        for title, text in (
            (_MACHINE, self._machine),
            ("Log", logs(home, _SHOWN)),
            ("Licences", licences()),
        ):
            shown = named(QPlainTextEdit(readOnly=True, tabChangesFocus=True), title)
            shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            shown.setPlainText(text)
            if title == "Log":
                shown.moveCursor(shown.textCursor().MoveOperation.End)  # the newest is at the end
            tabs.addTab(shown, title)
            shown_as[title] = shown
        box.addWidget(tabs, 1)
        box.addLayout(self._foot())
        self._shown_machine = shown_as[_MACHINE]
        job = Job(document, self)
        self.finished.connect(job.forget)
        job.begin("Looking at this machine", Examine(home), done=self._show_machine, failed=self._not_seen)

    def _head(self) -> QHBoxLayout:
        mark, name = Label(), Label(f"large-gui {__version__}")
        mark.setPixmap(icon("app").pixmap(48, 48))
        name.setObjectName("title")
        about = Label(
            "Sorts and measures images by what a generative model knows about them.\n"
            "Latent-Based Regression through GAN Semantics (Nitzan et al., 2021). Apache-2.0.",
            wordWrap=True,
        )
        about.setObjectName("muted")
        words, row = QVBoxLayout(), QHBoxLayout()
        words.addWidget(name)
        words.addWidget(about)
        row.setSpacing(2 * SPACE)
        row.addWidget(mark)
        row.addLayout(words, 1)
        return row

    def _foot(self) -> QHBoxLayout:
        folder = named(QPushButton("Open the data folder", autoDefault=False), "Open the data folder")
        folder.setToolTip(plain(str(self._home)))
        folder.clicked.connect(partial(open_folder, self._home))
        self._copy = named(QPushButton("Copy for a report", autoDefault=False), "Copy for a report")
        self._copy.setToolTip(
            "Versions, the system, and the newest lines of the logs. Read them before you send them."
        )
        self._copy.clicked.connect(self._copy_report)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(folder)
        row.addWidget(self._copy)
        row.addStretch()
        row.addWidget(close)
        return row

    def _show_machine(self, found: list[Finding]) -> None:
        """Show what the worker found, as ``large-gui doctor`` prints it, in place of the versions alone."""
        self._machine = table([*found, Finding("Screen", _screen())])
        self._shown_machine.setPlainText(self._machine)

    def _not_seen(self, error: LargeError) -> None:
        self._shown_machine.appendPlainText(f"\n{error}")

    def _copy_report(self) -> None:
        QApplication.clipboard().setText(f"{self._machine}\n\n{logs(self._home, _REPORTED)}")
        self._copy.setText("Copied")


def open_folder(folder: Path) -> None:
    """Show a folder in the file manager of the system."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def versions() -> str:
    """The versions of this program, of what it is built on, and of the system; one a line."""
    of = {"large-gui": __version__, "Python": platform.python_version(), "System": platform.platform()}
    of |= {name: _version(name) for name in _PACKAGES}
    of["Screen"] = _screen()
    return "\n".join(f"{name:<20}{value}" for name, value in of.items())


def _screen() -> str:
    return f"{QApplication.platformName()}, scaled by {QApplication.primaryScreen().devicePixelRatio():g}"


def logs(home: Path, most: int) -> str:
    """The ends of the logs of window and worker."""
    return "\n\n".join(f"{home / log}\n{_end_of(home / log, most)}" for log in (WINDOW_LOG, WORKER_LOG))


def licences() -> str:
    """The licences of this program, of the icons, and of what came with its models."""
    try:
        icons = (resources_folder() / "icons" / "LICENSE.txt").read_text("utf-8")
        notices = sorted(
            file for name in ("*.LICENSE.txt", "NOTICE.txt") for file in resources_folder().glob(f"*/{name}")
        )
        of_models = [f"{file.parent.name}, {file.name}:\n\n{file.read_text('utf-8')}" for file in notices]
    except (OSError, LargeError):
        icons, of_models = "The file of their licence is missing.", []
    return "\n\n".join(
        [
            "large-gui: Apache License, Version 2.0\nhttps://www.apache.org/licenses/LICENSE-2.0",
            f"The mark of the program was drawn for it. All other icons are Lucide's:\n\n{icons}",
            *of_models,
        ]
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _end_of(path: Path, most: int) -> str:
    try:
        return path.read_text("utf-8", errors="replace")[-most:]
    except OSError:
        return "The log is empty."
