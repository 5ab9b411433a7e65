"""Which actions can be used now, and what Undo and Redo would do."""

from __future__ import annotations

from PySide6.QtCore import QObject

from large_gui.gui.document.document import Document
from large_gui.gui.shell.commands.actions import OF_A_FOLDER, Actions


class Availability(QObject):
    """Enables and disables actions as the state of the document asks for."""

    def __init__(self, document: Document, actions: Actions) -> None:
        super().__init__(document)
        self._document, self._actions = document, actions
        stack, undo, redo = document.editor.stack, actions["undo"], actions["redo"]
        stack.undoTextChanged.connect(lambda text: undo.setText(_named("Undo", text)))
        stack.redoTextChanged.connect(lambda text: redo.setText(_named("Redo", text)))
        stack.canUndoChanged.connect(undo.setEnabled)
        stack.canRedoChanged.connect(redo.setEnabled)
        document.opened.connect(self._refresh)
        document.busy_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        document = self._document
        opened, stack = document.session is not None, document.editor.stack
        for name in OF_A_FOLDER:
            self._actions[name].setEnabled(opened)
        for name in ("pause", "cancel"):
            self._actions[name].setEnabled(bool(document.job.busy))
        self._actions["resume"].setEnabled(document.job.unfinished)
        self._actions["undo"].setEnabled(stack.canUndo())
        self._actions["redo"].setEnabled(stack.canRedo())


def _named(what: str, edit: str) -> str:
    """Return the words for Undo or Redo; a single ampersand would become a key of the menu."""
    return f"{what} {edit[:1].lower()}{edit[1:]}".rstrip().replace("&", "&&")
