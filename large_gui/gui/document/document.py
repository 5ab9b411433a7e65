"""The document of the window: opens and closes folders, and puts the parts of the document together.

Widgets read from here and are told by signals what changed; they never talk to one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from large_gui.core.choices import Chosen
from large_gui.errors import LargeError
from large_gui.gui.document.comparisons import Comparisons
from large_gui.gui.document.editor import Editor
from large_gui.gui.document.folder_job import FolderJob
from large_gui.gui.document.intake import Intake
from large_gui.gui.document.view import ViewState
from large_gui.gui.document.watching.contents import Contents
from large_gui.gui.document.watching.duplicates import Twins
from large_gui.gui.document.watching.moving import Moving
from large_gui.gui.document.watching.watch import FolderWatch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.direction import Direction


class Document(ViewState):
    """The open folder as every widget sees it.

    Attributes
    ----------
    intake
        Takes in what the worker brings.
    editor
        Makes the edits that can be undone.
    comparisons
        What was said of pairs of images.
    job
        Measures the images of the folder in the worker.
    twins
        Finds the images that show the same.
    watch
        Notices that files of the folder come, go and change.
    """

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(home, parent)
        self.intake = Intake(self, lambda: self.editor.stack.count() > 0, self.use_model)
        self.editor = Editor(self, self.intake)
        self.comparisons = Comparisons(self, self.editor)
        self.job = FolderJob(self, self.intake, self.editor)
        self._contents = Contents(self)
        self.job.changed.connect(self._contents.settle)
        self.watch = FolderWatch(self, self._contents, self.job)
        self.twins = Twins(self)
        moving = Moving(self, lambda: self.editor.stack.count() > 0, self.close, self.open)
        self.job.known_folder.connect(moving.take)

    def open(self, dropped: Sequence[Path]) -> None:
        """Open a folder, several files, or a project file; what was open is closed, nothing is lost."""
        from large_gui.tasks.backups.form import is_backup
        from large_gui.tasks.projects import open_project

        if not dropped:
            return
        if len(dropped) == 1 and is_backup(dropped[0]):
            self.backup_dropped.emit(dropped[0])
            return
        try:
            store, opened = open_project([path.absolute() for path in dropped], self.home)
        except LargeError as error:
            self.tell_error(error)
            return
        self.close()  # first: what is open may be the same project
        self.use_store(store)
        try:
            if store.claim():
                store.set_opened(opened)
        except LargeError as error:
            self.tell_error(error)
        self.job.start(opened)
        self.watch.begin(opened)

    def use_model(self, name: str) -> None:
        """Sort the open folder by another model; each keeps a project of its own."""
        from large_gui.tasks.projects import choose_model

        if self.store is None or self.is_read_only():
            return
        try:
            opened = self.store.opened()
            choose_model(opened, self.home, name)
        except LargeError as error:
            self.tell_error(error)
            return
        if self.model is not None and self.model.name != name:
            self.intake.left, self.intake.left_said = self.model.name, bool(self.store.said_of())
        self.open(opened)

    def open_with(self, folder: Path, model: str) -> None:
        """Open a folder, and sort it by a model from now on."""
        from large_gui.tasks.projects import choose_model

        try:
            choose_model([folder], self.home, model)
        except LargeError as error:
            self.tell_error(error)
            return
        self.open([folder])

    def can_add_directions(self) -> bool:
        """Whether directions can be measured and kept now; if not, the person is told why."""
        session = self.session
        if session is None or self.store is None or self.is_read_only():
            return False
        if session.unmeasured and not self.job.running:
            hint = "Resume measures the others; a direction wants all of them."
            self.notice.emit("Not every image is measured yet.", hint, True)
        elif session.unmeasured:
            self.notice.emit("Images are still being measured.", "Wait until that is done.", True)
        elif self.job.running:
            self.notice.emit("The images are being measured.", "Wait until that is done.", True)
        else:
            return True
        return False

    def add_directions(
        self, directions: Sequence[Direction], *, stay: bool = False, kept: Callable[[], None] | None = None
    ) -> bool:
        """Measure every image along directions of the person's own, then keep the directions.

        Parameters
        ----------
        stay
            Whether the folder stays sorted as it is; else it is sorted by the first of them afterwards.
        kept
            Called once the directions are kept.

        Returns
        -------
        Whether they are being measured; if not, the person is told why.
        """
        from dataclasses import replace

        if not directions or not self.can_add_directions():
            return False
        found = [replace(direction, flipped=False) for direction in directions]
        new = Chosen(directions[0].name, directions[0].flipped)

        def keep(table: NDArray[np.float64]) -> None:
            if self.editor.keep_directions(found, table, self.chosen if stay else new) and kept is not None:
                kept()

        self.job.measure(found, keep)
        return True

    def close(self) -> None:
        """Close what is open; jobs stop, and what they did is kept."""
        self.job.drop()
        self.watch.end()
        self._contents.close()
        self.twins.forget()
        self._remember()
        self.editor.stack.clear()
        if self.store is not None:
            self.store.close()
        self.store = self.session = None
        self.own, self.tags, self.columns, self.tag = frozenset(), {}, {}, ""
        self.look_at_nothing()
        self.opened.emit()
        self.busy_changed.emit()

    def _remember(self) -> None:
        """Keep the distances of the folder, with which the next one can be compared."""
        if self.session is not None and self.model is not None:
            from large_gui.tasks.groups import remember

            self.earlier = remember(self.earlier, self.session, self.model.key)

    def quit(self) -> None:
        """Close what is open, and end the workers and all threads."""
        self.close()
        self.trainer.close()
        self.client.close()
        self.background.close()
        self.job.wait()
