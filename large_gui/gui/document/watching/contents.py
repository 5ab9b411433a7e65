"""Has what a person said of images follow their content, and keeps the contents in the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from large_gui.core.choices import Flag
from large_gui.core.words import count
from large_gui.errors import LargeError

if TYPE_CHECKING:
    from large_gui.gui.document.view import ViewState
    from large_gui.project.images.contents import Content
    from large_gui.tasks.watching.changes import Changes
    from large_gui.tasks.watching.following import Followed, Following

_AT_ONCE = 5000  # contents that are written in one transaction
_DIGITS = 64  # of a SHA-256


class Contents(QObject):
    """Sees each content that is measured, and moves what was said of it to where it is now."""

    def __init__(self, view: ViewState) -> None:
        super().__init__(view)
        self._view = view
        self._following: Following | None = None
        self._unwritten: dict[str, Content | None] = {}
        view.opened.connect(self._opened)
        view.images_changed.connect(self._seen)
        view.said_of.connect(self._said)

    def saves(self, changes: Changes) -> Changes:
        """Take for an edit what a program does that saves an image by putting a new file in its place."""
        saved = self._following.saves(changes.renamed) if self._following is not None else {}
        if not saved:
            return changes
        return replace(
            changes,
            renamed={old: new for old, new in changes.renamed.items() if old not in saved},
            gone=[*changes.gone, *saved],
            edited=[*changes.edited, *saved.values()],
        )

    def take(self, changes: Changes) -> None:
        """Follow files that were seen to be renamed, once the session knows them under their new paths."""
        following, session, store = self._following, self._view.session, self._view.store
        if following is None or session is None or store is None:
            return
        if changes.renamed:
            self._write(following.move(changes.renamed))
        following.list_anew(session.number, store.said_of())

    def settle(self) -> None:
        """Decide which images were renamed and which were edited, once all of them are measured."""
        following, session, store = self._following, self._view.session, self._view.store
        if following is None or session is None or store is None or session.unmeasured:
            return
        try:
            following.list_anew(session.number, store.said_of())
            followed = following.settle()
        except LargeError as error:
            self._view.tell_error(error)
            return
        self._take(followed)
        self._flush()
        if followed.edited:
            verb = "was" if len(followed.edited) == 1 else "were"
            self._view.notice.emit(
                f"{count(len(followed.edited), 'image')} {verb} edited after you had judged "
                f"{'it' if len(followed.edited) == 1 else 'them'}; what you said still counts.",
                "The filter “changed since it was judged” shows which.", True,
            )  # fmt: skip

    def close(self) -> None:
        """Write what is not written yet."""
        self._flush()
        self._following = None

    def _opened(self) -> None:
        from large_gui.tasks.watching.following import Following

        session, store = self._view.session, self._view.store
        self._following, self._unwritten = None, {}
        if session is None or store is None or store.read_only:
            return
        try:
            self._following = Following(store.contents(), store.said_of(), session.number)
        except LargeError as error:
            self._view.tell_error(error)
            return
        self._mark([session.number[path] for path in self._following.changed if path in session.number])

    def _seen(self, numbers: Sequence[int]) -> None:
        """Take in the contents of images that were measured just now."""
        session = self._view.session
        if self._following is None or session is None:
            return
        seen = {session.paths[i]: session.sha256[i] for i in map(int, numbers) if session.here[i]}
        self._take(
            self._following.see({p: bytes.fromhex(sha) for p, sha in seen.items() if len(sha) == _DIGITS})
        )
        self._mark(numbers)

    def _said(self, paths: Sequence[str]) -> None:
        if self._following is not None and self._view.session is not None:
            self._unwritten |= self._following.say(paths)
            number = self._view.session.number
            self._mark([number[path] for path in paths if path in number])

    def _mark(self, numbers: Sequence[int]) -> None:
        """Flag images that have another content than the one that was judged."""
        session, following = self._view.session, self._following
        if session is None or following is None:
            return
        for i in numbers:
            flags = session.flags[i]
            if following.is_changed(session.paths[i]) != (Flag.CHANGED in flags):
                others = tuple(flag for flag in flags if flag != Flag.CHANGED)
                session.flags[i] = others if others != flags else (*flags, Flag.CHANGED)

    def _take(self, followed: Followed) -> None:
        """Move what was said of renamed images, show it there, and flag those that were edited."""
        view, session = self._view, self._view.session
        assert session is not None
        if followed.renamed or followed.contents:
            self._write(followed)
        if followed.renamed:
            session.alias(followed.renamed)
            self.show_again([session.number[p] for p in followed.renamed.values() if p in session.number])
        if followed.edited:
            numbers = [session.number[path] for path in followed.edited]
            self._mark(numbers)
            view.images_changed.emit(numbers)

    def show_again(self, numbers: Sequence[int]) -> None:
        """Read again what the project keeps by path, and tell every view."""
        view = self._view
        assert view.store is not None
        try:
            view.tags, view.columns = view.store.tags(), view.store.groupings()
        except LargeError as error:
            view.tell_error(error)
        view.load_direction(view.chosen)
        view.renamed.emit()
        view.labels_changed.emit(numbers)
        view.tags_changed.emit(view.tag)
        view.groups_changed.emit()

    def _write(self, followed: Followed) -> None:
        store = self._view.store
        assert store is not None
        try:
            if followed.renamed:
                store.follow(followed.renamed)
        except LargeError as error:
            self._view.tell_error(error)
        self._unwritten |= followed.contents
        if len(self._unwritten) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        """Write contents to the project, so many at a time that nobody has to wait."""
        store = self._view.store
        waiting, self._unwritten = list(self._unwritten.items()), {}
        if store is None or store.read_only:
            return
        try:
            for start in range(0, len(waiting), _AT_ONCE):
                store.set_contents(dict(waiting[start : start + _AT_ONCE]))
        except LargeError as error:  # they are seen again when the folder is opened again
            self._view.tell_error(error)
