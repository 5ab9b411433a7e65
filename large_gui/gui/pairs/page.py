"""The page that asks which of two pictures is further along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from large_gui.core.choices import Answer, Comparison
from large_gui.gui.document.background.reading import PictureReader
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.pairs.picture import PairPicture
from large_gui.gui.pairs.strip import Small
from large_gui.gui.pairs.summary import Summary
from large_gui.gui.pairs.words import question, why_nothing
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent

    from large_gui.core.comparing.asking import Pair

_STEP = 512  # pixels: a window that is made a little larger needs no other pictures
_SIDES = (Answer.FIRST, Answer.SECOND)
_KEYS = "← or → for the one that is  ·  ↓ or = if they are equal  ·  ↑ or S to skip  ·  Ctrl+Z to take back"


class PairsPage(QWidget):
    """Two pictures side by side, and keys that say which one has more of what the direction means.

    Parameters
    ----------
    small
        Where small pictures come from.

    Signals
    -------
    left
        The person goes back to the images.
    """

    left = Signal()

    def __init__(self, document: Document, small: Small, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.pair: Pair | None = None  # numbers of the images at the left and at the right
        self._skipped: list[Pair] = []
        self._known: Sequence[Comparison] = ()
        self._of: object = None  # the folder and the direction that they belong to
        self._reader = PictureReader(document.background, self)
        self._reader.loaded.connect(lambda _: self._show_pictures())
        document.pictures_changed.connect(self._read_again)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._question = Label(wordWrap=True)
        self._question.setObjectName("heading")
        self._about = Label(wordWrap=True)
        self._about.setObjectName("muted")
        self._pictures = (
            PairPicture("Left picture", at_right=True),
            PairPicture("Right picture", at_right=False),
        )
        for picture, answer in zip(self._pictures, _SIDES):
            picture.chosen.connect(lambda answer=answer: self.answer(answer))
        self._summary = Summary(document, small)
        self._why, self._what_to_do = Label(), Label(wordWrap=True)
        self._lay_out()
        self._resized = QTimer(self, singleShot=True, interval=150)
        self._resized.timeout.connect(self._changed)
        document.comparisons.changed.connect(self._changed)
        document.images_changed.connect(lambda _: self._changed())
        document.grades_changed.connect(self._changed)
        document.busy_changed.connect(self._changed)

    def _lay_out(self) -> None:
        pictures = QHBoxLayout()
        pictures.setSpacing(2 * SPACE)
        for picture in self._pictures:
            pictures.addWidget(picture, 1)
        asked = QWidget()
        box = QVBoxLayout(asked)
        box.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        for label in (self._question, self._about):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(label)
        box.addLayout(pictures, 1)
        box.addLayout(self._buttons())
        keys = Label(_KEYS)
        keys.setObjectName("muted")
        keys.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(keys)
        box.addWidget(self._summary)
        empty = QWidget()
        told = QVBoxLayout(empty)
        told.setContentsMargins(4 * SPACE, 0, 4 * SPACE, 0)
        told.setSpacing(SPACE)
        told.addStretch(2)
        self._why.setObjectName("title")
        for label in (self._why, self._what_to_do):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            told.addWidget(label)
        told.addStretch(3)
        self._stack = QStackedWidget()
        self._stack.addWidget(asked)
        self._stack.addWidget(empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _buttons(self) -> QHBoxLayout:
        """The answers for the mouse, with their keys: shortcuts, so that they work wherever the focus is."""
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addStretch()
        answers: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
            ("Left", "arrow-left", "Left", lambda: self.answer(Answer.FIRST)),
            ("Equal", "equal", "Down =", lambda: self.answer(Answer.EQUAL)),
            ("Right", "arrow-right", "Right", lambda: self.answer(Answer.SECOND)),
            ("Skip", "skip-forward", "Up S", self.skip),
        )
        for text, picture, keys, does in answers:
            button = named(QPushButton(icon(picture), text), text)
            button.setMinimumWidth(12 * SPACE)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(does)
            if text == "Right":  # the arrow stands on the side that it points to
                button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            elif text == "Skip":  # not an answer
                row.addSpacing(3 * SPACE)
            row.addWidget(button)
            for key in keys.split():
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.setAutoRepeat(False)  # a key that is held would answer what nobody has seen
                shortcut.activated.connect(does)
        row.addStretch()
        return row

    # Asking

    def answer(self, answer: Answer) -> None:
        """Keep an answer about the two pictures, if both are seen; the next two follow."""
        session = self._document.session
        if session is not None and self.pair is not None and self._seen():
            first, second = (session.paths[i] for i in self.pair)
            self._document.comparisons.add(first, second, answer)

    def skip(self) -> None:
        """Go on to another pair without an answer."""
        if self.pair is not None:
            self._skipped.append(self.pair)
            self._choose()

    def _changed(self) -> None:
        if self.isVisible():
            self._refresh()
        elif self._document.session is None:
            self._forget()

    def _forget(self) -> None:
        self._of, self._skipped, self.pair = None, [], None
        self._reader.clear()

    def _refresh(self) -> None:
        """Follow the answers: to the next pair after a new one, back to the pair whose answer was undone."""
        document, session = self._document, self._document.session
        before, self._known = self._known, document.comparisons.known
        of = (session, document.value_id)
        if of != self._of:
            self._forget()
            self._of = of
        elif session is not None and self._known != before:
            undone = before[-1] if self._known == before[:-1] else None
            self.pair = None
            if undone is not None and {undone.first, undone.second} <= session.number.keys():
                self.pair = session.number[undone.first], session.number[undone.second]
        if session is not None and session.direction is not None:
            asked, about = question(session.direction)
            self._question.setText(asked)
            self._about.setText(about)
            self._summary.refresh()
        if self.pair is None or session is None:
            self._choose()
        else:
            self._show_pair()

    def _choose(self) -> None:
        """Choose the next pair and show it, or say why there is none."""
        compared = self._document.comparisons.compared()
        if compared is not None:
            self.pair = compared.next_pair(self._skipped, self._skipped[-1] if self.pair else None)
        else:
            self.pair = None
        self._show_pair()

    def _show_pair(self) -> None:
        there = self.pair is not None
        self._stack.setCurrentIndex(0 if there else 1)
        if not there:
            why, what = why_nothing(self._document)
            self._why.setText(why)
            self._what_to_do.setText(what)
            return
        self._show_pictures()
        side = -(-max(picture.pixels for picture in self._pictures) // _STEP) * _STEP
        self._reader.want(dict.fromkeys([*self._paths(self.pair), *self._next_paths()], side))

    def _paths(self, numbers: Sequence[int] | None) -> list[str]:
        session = self._document.session
        return [str(session.folder / session.paths[i]) for i in numbers or ()] if session is not None else []

    def _next_paths(self) -> list[str]:
        """The pictures that come next, whatever is answered."""
        session, found = self._document.session, list[str]()
        if session is None or self.pair is None:
            return found
        first, second = (session.paths[i] for i in self.pair)
        for answer in Answer:
            compared = self._document.comparisons.compared(Comparison(first, second, answer))
            found += self._paths(compared.next_pair(self._skipped) if compared is not None else None)
        return found

    def _seen(self) -> bool:
        """Whether both pictures are on the screen."""
        return self.pair is not None and not any(picture.image.isNull() for picture in self._pictures)

    def _show_pictures(self) -> None:
        for picture, path in zip(self._pictures, self._paths(self.pair)):
            found = self._reader.get(path)
            image = found.versions[0] if found is not None and found.versions else QImage()
            why = found.why if found is not None else ""
            if (picture.of, picture.image.cacheKey(), picture.why) != (path, image.cacheKey(), why):
                picture.set_image(path, image, why)

    def _read_again(self, paths: Sequence[str]) -> None:
        """Read pictures again whose files were edited."""
        self._reader.drop(paths)
        self._changed()

    # Events

    def event(self, event: QEvent) -> bool:
        """Take Escape before the window does, to which it means something else."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go back to the images with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Read larger pictures once the size stays."""
        super().resizeEvent(event)
        self._resized.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Take the keys, and look again at what can be asked."""
        super().showEvent(event)
        self._refresh()
        self.setFocus()
