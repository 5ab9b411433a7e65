"""What the File menu does with backups: a project is written as one file, and restored from one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.gui.document.job import Job
from large_gui.gui.shell.commands.place import Place
from large_gui.gui.widgets.plain import question, told

if TYPE_CHECKING:
    from large_gui.tasks.backups.restoring import Restored
    from large_gui.tasks.backups.writing import BackedUp


class BackupCommands:
    """Writes backups and restores them, in the worker."""

    def __init__(self, at: Place) -> None:
        self._at = at
        self._job = Job(at.document, at.window)
        at.document.backup_dropped.connect(self.restore)

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        return {"back_up": self.ask_where, "restore": self.ask_which}

    def ask_where(self) -> None:
        """Ask for a file, and write the open project as a backup."""
        from large_gui.gui.widgets.path_field import ask_where

        session, document = self._at.document.session, self._at.document
        if session is None or document.store is None:
            return
        proposed = session.folder.parent / f"{session.folder.name}.large"
        path = ask_where(self._at.window, "Back up the project", proposed, ["Projects (*.large)"])
        if path is not None:
            self.back_up(path)

    def back_up(self, out: Path) -> None:
        """Write the open project as a backup."""
        from large_gui.service.backups import BackUp

        document = self._at.document
        assert document.store is not None

        def done(written: BackedUp) -> None:
            words = (
                f"Backed up with {count(written.labels, 'label')} and the contents of "
                f"{count(written.images, 'image')} as {out}."
            )
            document.notice.emit(words, f"It needs the model {written.title}, key {written.key}.", False)

        try:
            opened = document.store.opened()
            if out.exists() and out.samefile(document.store.path):
                document.notice.emit("This is the project itself.", "Choose another name.", True)
                return
        except (LargeError, OSError) as error:
            document.notice.emit(str(error), "", True)
            return
        place = opened[0] if len(opened) == 1 else document.store.path
        self._job.begin("Backing up", BackUp(place, document.store.path, out), done=done)

    def ask_which(self) -> None:
        """Ask for a backup, and restore it."""
        from PySide6.QtWidgets import QFileDialog

        chosen, _ = QFileDialog.getOpenFileName(self._at.window, "Restore a backup", "", "Projects (*.large)")
        if chosen:
            self.restore(Path(chosen))

    def restore(self, file: Path) -> None:
        """Ask for the folder with the images of a backup, and restore it there."""
        from PySide6.QtWidgets import QFileDialog

        from large_gui.project.recent import recent
        from large_gui.tasks.backups.restoring import read_backup

        try:
            backup = read_backup(file)
        except LargeError as error:
            self._at.document.tell_error(error)
            return
        known = recent(self._at.document.home)
        chosen = QFileDialog.getExistingDirectory(
            self._at.window,
            f"Where are the images of {backup.folder}?",
            str(known[0].parent) if known else "",
        )
        if chosen:
            self.restore_for(file, Path(chosen))

    def restore_for(self, file: Path, folder: Path) -> None:
        """Restore a backup for a folder; a project with work of its own is asked about first."""
        from large_gui.tasks.backups.restoring import would_replace

        try:
            replaces = would_replace(file, folder, self._at.document.home)
        except LargeError as error:
            self._at.document.tell_error(error)
            return
        if not replaces:
            self._begin(file, folder, force=False)
            return
        box = question(
            self._at.window, "Restore a backup", f"{folder.name} has labels or other work of its own.",
            "The backup takes its place. What is there now is kept as a file beside it.",
            "&Replace it with the backup", "&Leave it as it is",
        )  # fmt: skip
        box.accepted.connect(partial(self._begin, file, folder, force=True))
        box.open()

    def _begin(self, file: Path, folder: Path, *, force: bool) -> None:
        from large_gui.service.backups import Restore

        document = self._at.document
        was_open = document.session is not None and document.session.folder.resolve() == folder.resolve()
        if was_open:
            document.close()  # its project is replaced

        def failed(error: LargeError) -> None:
            if was_open:
                document.open([folder])
            document.tell_error(error)

        self._job.begin(
            "Restoring", Restore(file, folder, document.home, force), done=self._restored, failed=failed
        )

    def _restored(self, done: Restored) -> None:
        """Say what was found, then open the folder."""
        box = told(self._at.window, "The backup is restored", "\n\n".join(done.sentences))
        box.finished.connect(lambda _: self._at.document.open([done.folder]))
        box.open()
