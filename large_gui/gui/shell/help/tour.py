"""The five hints for a person who opens a folder for the first time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QMainWindow

    from large_gui.gui.shell.help.callout import Callout, Hint

_SEEN = "hints_seen"


class Tour(QObject):
    """Shows the hints one after the other, and remembers that they were shown.

    Parameters
    ----------
    window
        The window over which they lie.
    hints
        Returns the hints in order.
    settings
        Where it is kept that they were seen.
    """

    def __init__(self, window: QMainWindow, hints: Callable[[], Sequence[Hint]], settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._make_hints, self._settings = window, hints, settings
        self._hints: Sequence[Hint] = ()
        self._number = 0
        self._callout: Callout | None = None
        window.installEventFilter(self)

    @property
    def running(self) -> bool:
        """Whether a hint is shown."""
        return self._callout is not None

    def start_once(self) -> None:
        """Show the hints, unless a person has seen them before."""
        if self._settings.value(_SEEN, "") != "yes":
            self.start()

    def start(self) -> None:
        """Show the hints from the first."""
        from large_gui.gui.shell.help.callout import Callout

        self._settings.setValue(_SEEN, "yes")
        self.stop()
        self._hints = self._make_hints()
        self._callout = Callout(self._window)
        self._callout.next.clicked.connect(self._next)
        self._callout.back.clicked.connect(lambda: self._go_to(self._number - 1))
        self._callout.close_button.clicked.connect(self.stop)
        self._go_to(0)

    def go_on(self) -> bool:
        """Show the next hint, as Enter does; returns whether one was shown."""
        shown = self.running
        if shown:
            self._next()
        return shown

    def stop(self) -> bool:
        """Take the hint away; returns whether one was shown."""
        callout, self._callout = self._callout, None
        if callout is None:
            return False
        if callout.isAncestorOf(self._window.focusWidget() or self._window):
            callout.focusPreviousChild()
        callout.hide()
        callout.deleteLater()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep the hint beside what it speaks of when the window changes its size."""
        if self._callout is not None and event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._put)
        return False

    def _next(self) -> None:
        if self._number + 1 < len(self._hints):
            self._go_to(self._number + 1)
        else:
            self.stop()

    def _go_to(self, number: int) -> None:
        from large_gui.gui.look.motion import fade_in

        if self._callout is None:
            return
        self._number = number
        self._callout.say(self._hints[number], number, len(self._hints))
        self._put()
        fade_in(self._callout)

    def _put(self) -> None:
        if self._callout is not None:
            self._callout.point_at(self._hints[self._number].place(), self._window.rect())
