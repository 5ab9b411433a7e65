"""Notices that files of the open folder come, go, are renamed or edited, and shows it without being asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit

from large_gui.errors import LargeError
from large_gui.service.client import Callbacks, JobHandle

if TYPE_CHECKING:
    from PySide6.QtCore import QFileSystemWatcher

    from large_gui.gui.document.folder_job import FolderJob
    from large_gui.gui.document.view import ViewState
    from large_gui.gui.document.watching.contents import Contents
    from large_gui.project.images.manifest import Manifest
    from large_gui.tasks.watching.changes import Changes

REST_MS = 400  # after the last sign of a change, until the folder is looked at
_UNSETTLED_MS = 1600  # until files that were being written are looked at again
_TYPING_MS, _TYPED_MS = 300, 5000  # between looks whether a person still types, and until that is over
_EVERY_MS = 60_000  # network drives tell of nothing
_MOST_FOLDERS = 2000  # that are watched; systems have a limit
_AWAY_MS = 3000  # until it is looked whether a folder that went is back


class FolderWatch(QObject):
    """Watches the open folder, has the worker find out what changed, and puts that into the session.

    Attributes
    ----------
    away
        What is not there at the moment, such as a disk that was taken out; empty if all is there.
    """

    def __init__(self, view: ViewState, contents: Contents, job: FolderJob) -> None:
        super().__init__(view)
        self._view, self._contents, self._job = view, contents, job
        self._dropped: list[Path] = []
        self._above: set[str] = set()  # folders that are watched to see a folder in them come and go
        self._files: QFileSystemWatcher | None = None
        self._looking: JobHandle[Changes] | None = None
        self._again = False
        self.away = ""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.look)
        self._every = QTimer(self, interval=_EVERY_MS)
        self._every.timeout.connect(self.look)
        self._held: Changes | None = None
        self._text, self._same = "", 0  # what is being typed, and how often it was the same
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._take_held)
        job.found_again.connect(self._found_again)
        view.opened.connect(self._opened)
        view.current_changed.connect(self._watch_current)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._activated)

    def begin(self, dropped: Sequence[Path]) -> None:
        """Watch what was just opened, from when its images are listed."""
        self._dropped = list(dropped)

    def end(self) -> None:
        """Watch no more."""
        self._dropped, self._held, self.away, self._again = [], None, "", False
        for timer in (self._rest, self._every, self._typing):
            timer.stop()
        if self._looking is not None:
            self._looking.forget()
            self._looking = None
        if self._files is not None and (watched := [*self._files.directories(), *self._files.files()]):
            self._files.removePaths(watched)

    def look(self) -> None:
        """Have the worker look what has changed, unless it is looking already: then once more after that."""
        from large_gui.service.watching import LookAgain

        session = self._view.session
        if session is None or not self._dropped:
            return
        self._rest.stop()
        if self._looking is not None or self._held is not None:
            self._again = True
            return
        callbacks: Callbacks[Any] = Callbacks(done=self._took, ended=self._looked)
        self._looking = self._view.client.ask(LookAgain(self._dropped, list(session.number)), callbacks)

    def _opened(self) -> None:
        if self._dropped and self._view.session is not None:
            session = self._view.session
            below = {path.rpartition("/")[0] for path in session.number}
            inside = {str(session.folder / path) for path in sorted(below)[:_MOST_FOLDERS]}
            self._above = {str(path.parent) for path in self._dropped} - inside
            self._watch([*map(str, filter(Path.is_dir, self._dropped)), *self._above, *inside])
            self._every.start(_EVERY_MS)

    def _watch(self, folders: Sequence[str]) -> None:
        """Watch folders too; where the system can watch no more, looking now and then must do."""
        if self._files is None:
            from PySide6.QtCore import QFileSystemWatcher

            self._files = QFileSystemWatcher(self)
            self._files.directoryChanged.connect(self._stir)
            self._files.fileChanged.connect(lambda _: self._stir())
        new = sorted(set(folders) - set(self._files.directories()))
        if new:
            self._files.addPaths(new)

    def _watch_current(self, number: int) -> None:
        """Watch the file that is looked at too: a folder does not tell when a file in it is written to."""
        session, files = self._view.session, self._files
        if session is None or files is None or not self._dropped:
            return
        if watched := files.files():
            files.removePaths(watched)
        if number >= 0 and (path := session.folder / session.paths[number]).exists():
            files.addPath(str(path))

    def _stir(self, folder: str = "") -> None:
        if folder in self._above and bool(self.away) != all(path.exists() for path in self._dropped):
            return  # what changes beside the open folder is nothing to it
        if self._dropped and not self._rest.isActive():
            self._rest.start(REST_MS)

    def _activated(self, state: Qt.ApplicationState) -> None:
        """Look when the person comes back from another program, where files may have been edited."""
        if state == Qt.ApplicationState.ApplicationActive and self._every.isActive():
            self._stir()

    def _looked(self) -> None:
        self._looking = None
        if self._again and self._held is None:
            self._again = False
            self._stir()

    def _found_again(self, found: Manifest) -> None:
        """Take in a new list of the images of a folder that is gone on with."""
        from large_gui.tasks.watching.changes import Changes

        session = self._view.session
        assert session is not None
        failures = [failure for failure in found.failures if failure.path not in session.number]
        there = {*found.paths, *(failure.path for failure in found.failures)}
        added = [path for path in found.paths if path not in session.number]
        self._apply(Changes(added, sorted(session.number.keys() - there), failures=failures))

    def _took(self, changes: Changes) -> None:
        self._watch(changes.folders)
        if changes.missing:
            self._missing(changes.missing)
            return
        if self.away:
            self._view.notice.emit(f"{self.away} is there again.", "", False)
            self.away = ""
            self._every.start(_EVERY_MS)
            self._read_failed_again()
        if changes.unsettled:
            self._rest.start(_UNSETTLED_MS)
        if changes:
            self._held = changes
            self._take_held()

    def _read_failed_again(self) -> None:
        """Measure again what could not be read, perhaps because its disk was taken out."""
        session = self._view.session
        if session is not None and session.failures:
            session.failures.clear()
            self._job.measure_new()

    def _missing(self, what: str) -> None:
        """Say once that a folder is not there; nothing of it is given up, and it is looked for."""
        if not self.away:
            self.away = what
            self._every.start(_AWAY_MS)
            self._view.notice.emit(
                f"{what} is not there at the moment.",
                "Everything stays as it is, and goes on when it is back.", True,
            )  # fmt: skip

    def _take_held(self) -> None:
        """Show what has changed, but not under the hands of a person who types."""
        if self._held is None:
            return
        text = _being_typed()
        self._same = self._same + 1 if text == self._text else 0
        self._text = text
        if text and self._same * _TYPING_MS < _TYPED_MS:
            self._typing.start()
            return
        changes, self._held, self._text = self._held, None, ""
        self._apply(changes)
        self._looked()

    def _apply(self, changes: Changes) -> None:
        view, session = self._view, self._view.session
        if session is None or not changes:
            return
        changes = self._contents.saves(changes)
        order, current = (view.order(), view.current) if len(session) else ((), -1)
        renewed = session.renew(changes)
        try:
            self._contents.take(changes)
        except LargeError as error:
            view.tell_error(error)
        edited = [str(session.folder / path) for path in changes.edited]
        if edited:
            view.pictures_changed.emit(edited)
        numbers = [*renewed.measure, *renewed.renamed]
        self._contents.show_again(numbers)
        view.order_changed.emit()  # first: then every view knows the new numbers
        view.images_changed.emit(numbers)
        if renewed.gone:
            self._leave(renewed.gone, current, list(order))
        if changes.words:
            view.notice.emit(changes.words, "", False)
        self._job.measure_new()

    def _leave(self, gone: Sequence[int], current: int, order: Sequence[int]) -> None:
        """Select and look at no image that has gone; look at the one that comes after it instead."""
        view, session = self._view, self._view.session
        assert session is not None
        here = [number for number in view.selection if session.here[number]]
        if len(here) != len(view.selection):
            view.select(here)
        if current in gone:
            place = order.index(current) if current in order else 0
            others = [*order[place:], *order[:place][::-1]]
            view.set_current(int(next((number for number in others if session.here[number]), -1)))


def _being_typed() -> str:
    """What a person has begun to write; empty if nothing."""
    focus = QApplication.focusWidget()
    return focus.text() if isinstance(focus, QLineEdit) and focus.isModified() else ""
