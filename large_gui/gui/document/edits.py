"""One edit that can be undone: the state before, the state after, and how to write either."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QUndoCommand, QUndoStack

from large_gui.errors import LargeError

S = TypeVar("S")


class Edit(QUndoCommand, Generic[S]):
    """An edit on the stack of what can be undone, with a name for the Edit menu.

    Parameters
    ----------
    write
        Writes a state to the project file and shows it.
    failed
        Told when the disk refuses a state while undoing or redoing.
    """

    def __init__(
        self, text: str, write: Callable[[S], None], before: S, after: S, failed: Callable[[LargeError], None]
    ) -> None:
        super().__init__(text)
        self._write, self._before, self._after, self._failed = write, before, after, failed
        self._written = False

    def redo(self) -> None:
        """Write the state after the edit."""
        if self._written:  # `do` has just written it
            self._written = False
        else:
            self._try(self._after)

    def undo(self) -> None:
        """Write the state before the edit."""
        self._try(self._before)

    def do(self, stack: QUndoStack | None) -> bool:
        """Write the new state, put the edit on the stack if there is one, and return whether that worked."""
        try:
            self._write(self._after)
        except LargeError as error:  # Qt would swallow it if it came out of a virtual method
            self._failed(error)
            return False
        if stack is not None:
            self._written = True
            stack.push(self)
        return True

    def _try(self, state: S) -> None:
        try:
            self._write(state)
        except LargeError as error:
            self._failed(error)
