"""The notice bar, which tells a sentence and a hint and blocks nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.sign import Sign

_GOOD_NEWS_MS = 6000


class NoticeBar(QFrame):
    """A bar that shows the newest notice.

    Good news goes by itself, and a problem stays until it is closed.
    """

    def __init__(self, name: str = "Notice", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName(name)
        self._icon = named(Sign("info", side=18), f"{name} icon")
        self._text = named(Label(wordWrap=True), f"{name} text")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.clicked.connect(self._take)
        self._button.hide()
        self._call: Callable[[], None] | None = None
        close = named(QToolButton(autoRaise=True), f"Close {name.lower()}")
        close.setText("✕")
        close.clicked.connect(self.hide)
        box = QHBoxLayout(self)
        box.setContentsMargins(10, 6, 6, 6)
        box.addWidget(self._icon)
        box.addWidget(self._text, 1)
        box.addWidget(self._button)
        box.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=_GOOD_NEWS_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The words that are shown."""
        return self._text.text()

    def offer(self, sentence: str, words: str, call: Callable[[], None]) -> None:
        """Show what was decided for a person, with a button that changes it; it stays until it is closed."""
        self.tell(sentence)
        self._timer.stop()
        self._call = call
        named(self._button, words).setText(words)
        self._button.show()

    def take_back(self, sentence: str) -> None:
        """Show a sentence no more, if it is the one that is shown: it isn't true any more."""
        if self._text.text().startswith(sentence):
            self.hide()

    def _take(self) -> None:
        self.hide()
        if self._call is not None:
            self._call()

    def tell(self, sentence: str, hint: str = "", problem: bool = False) -> None:
        """Show a sentence and a hint."""
        self._timer.stop()
        self._text.setText(f"{sentence} {hint}".strip())
        self._icon.show_icon("triangle-alert" if problem else "info")
        self.show()
        if not problem:
            self._timer.start()
