"""What the system's taskbar shows: the title with the progress, and a message when a long job has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QSystemTrayIcon

    from large_gui.core.reporter import Progress
    from large_gui.gui.document.document import Document

LONG = 10.0  # seconds after which a person may have turned to another program
_MESSAGE_MS = 10_000


class Presence(QObject):
    """Keeps the title of the window, and calls a person back who is elsewhere.

    Parameters
    ----------
    window
        The window whose title is kept.
    document
        The folder whose jobs are followed.

    Attributes
    ----------
    long
        How many seconds a job must have run before its end is told to a person who is elsewhere.
    """

    def __init__(self, window: QMainWindow, document: Document) -> None:
        super().__init__(window)
        self._window, self._document = window, document
        self.long = LONG
        self._percent: int | None = None
        self._doing = ""
        self._icon: QSystemTrayIcon | None = None
        document.opened.connect(self._opened)
        document.job_progressed.connect(self._progressed)
        document.job_ended.connect(self._ended)
        window.installEventFilter(self)
        self._show_title()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the message away once the person is back, or the window closes."""
        if event.type() in (QEvent.Type.WindowActivate, QEvent.Type.Close) and self._icon is not None:
            self._icon.hide()
        return False

    def _opened(self) -> None:
        self._percent = None
        self._show_title()

    def _progressed(self, progress: Progress) -> None:
        percent = 100 * progress.done // progress.total if progress.total else None
        self._doing = progress.stage
        if percent != self._percent:
            self._percent = percent
            self._show_title()

    def _ended(self, seconds: float) -> None:
        self._percent = None
        self._show_title()
        if seconds > self.long and not self._window.isActiveWindow():
            self._call_back()

    def _show_title(self) -> None:
        document = self._document
        session, store = document.session, document.store
        parts = [f"{self._percent} %"] if self._percent is not None else []
        parts += [session.folder.name] if session is not None else []
        parts += ["read only"] if store is not None and store.read_only else []
        self._window.setWindowTitle(" – ".join([*parts, "large-gui"]))

    def _call_back(self) -> None:
        """Mark the window in the taskbar, and show a message where the system has a place for it."""
        from PySide6.QtWidgets import QSystemTrayIcon

        from large_gui.gui.shell.status_strip import summary

        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._icon.setToolTip("large-gui")
            self._icon.messageClicked.connect(self._come_forward)
            self._icon.activated.connect(lambda _: self._come_forward())
        self._icon.show()
        words = f"{self._doing or 'The work'} has ended."
        if self._document.session is not None:
            words += f" {summary(self._document).partition('   ')[0]}."
        self._icon.showMessage(
            self._window.windowTitle(), words, QSystemTrayIcon.MessageIcon.Information, _MESSAGE_MS
        )

    def _come_forward(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
