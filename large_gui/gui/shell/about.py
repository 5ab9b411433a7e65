"""The About dialog: versions, licence, and the logs with the details of every error."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from large_gui import __version__
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.service.log_file import WINDOW_LOG, WORKER_LOG

_SHOWN = 64_000  # characters of the end of each log


class AboutDialog(QDialog):
    """A dialog that says what this program is, what it was built with, and what the logs hold."""

    def __init__(self, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About large-gui")
        fit(self, 640, 460)
        logs = [home / WINDOW_LOG, home / WORKER_LOG]
        names = ("torch", "numpy", "PySide6-Essentials", "pyqtgraph")
        versions = ", ".join(f"{name} {_version(name)}" for name in names)
        text = Label(
            f"large-gui {__version__}\nLatent-Based Regression through GAN Semantics (Nitzan et al., 2021).\n"
            f"Apache-2.0. With {versions}.\nLogs: {', '.join(map(str, logs))}",
            wordWrap=True,
        )
        shown = named(QPlainTextEdit(readOnly=True), "Log")
        shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        shown.setPlainText("\n\n".join(f"{log.name}\n{_end_of(log)}" for log in logs))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        for widget in (text, shown, buttons):
            box.addWidget(widget)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _end_of(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")[-_SHOWN:]
    except OSError:
        return "The log is empty."
