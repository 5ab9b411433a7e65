"""Closing the window while something is trained: it is asked about, and what was learned is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from large_gui.gui.widgets.plain import question

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QMessageBox

    from large_gui.gui.document.document import Document

_LOOK_MS = 100  # between two looks whether it has stopped
_STOPS = "It stops after this step and writes where it is, which can take a moment. It can go on later."


class Leaving(QObject):
    """Asks before the window closes, and closes it once the training has stopped.

    Whoever closes the window a second time doesn't wait: the training then goes on from its last checkpoint,
    which is at most a few minutes old.

    Parameters
    ----------
    busy
        Says what is being trained, in words; empty if nothing is.
    """

    def __init__(self, window: QMainWindow, document: Document, busy: Callable[[], str]) -> None:
        super().__init__(window)
        self._window, self._document, self._busy = window, document, busy
        self._asking: QMessageBox | None = None
        self._stopped = QTimer(self, interval=_LOOK_MS)
        self._stopped.timeout.connect(self._look)

    def may_close(self) -> bool:
        """Whether the window may close now; if not, the person is asked."""
        busy = self._busy()
        if not busy or self._asking is not None or self._stopped.isActive():
            return True
        box = question(
            self._window, "Close the window", f"{busy}.", _STOPS, "&Stop it and close",
            "&Keep the window open",
        )  # fmt: skip
        box.accepted.connect(self._stop)
        box.finished.connect(lambda _: setattr(self, "_asking", None))
        self._asking = box
        box.open()
        return False

    def _stop(self) -> None:
        self._document.trainer.cancel_all()
        told = "The training stops and writes where it is. The window closes then."
        self._document.notice.emit(told, "Close it again to wait no longer.", False)
        self._stopped.start()

    def _look(self) -> None:
        if not self._document.trainer.busy:
            self._window.close()
