"""A window that stands for another program: it writes down, a line each, the files that are dropped on it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel


class Target(QLabel):
    """A label that takes files, and a file that their names are written to."""

    def __init__(self, out: Path) -> None:
        super().__init__("drop here")
        self._out = out
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take whatever has files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Write down the files."""
        event.acceptProposedAction()
        self._out.write_text("\n".join(url.toLocalFile() for url in event.mimeData().urls()))


if __name__ == "__main__":
    application = QApplication(sys.argv)
    target = Target(Path(sys.argv[1]))
    target.setWindowTitle("elsewhere")
    target.resize(200, 100)
    target.show()
    application.exec()
