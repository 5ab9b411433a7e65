"""The notice bar, which tells a sentence and a hint and blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from large_gui.gui.look.icons import icon
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_GOOD_NEWS_MS = 6000


class NoticeBar(QFrame):
    """A bar that shows the newest notice.

    Good news goes by itself, and a problem stays until it is closed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName("Notice")
        self._icon = Label()
        self._text = named(Label(wordWrap=True), "Notice text")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = named(QToolButton(autoRaise=True), "Close notice")
        close.setText("✕")
        close.clicked.connect(self.hide)
        box = QHBoxLayout(self)
        box.setContentsMargins(10, 6, 6, 6)
        box.addWidget(self._icon)
        box.addWidget(self._text, 1)
        box.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=_GOOD_NEWS_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The words that are shown."""
        return self._text.text()

    def tell(self, sentence: str, hint: str = "", problem: bool = False) -> None:
        """Show a sentence and a hint."""
        self._timer.stop()
        self._text.setText(f"{sentence} {hint}".strip())
        sign = icon("triangle-alert" if problem else "info")
        self._icon.setPixmap(sign.pixmap(QSize(18, 18), self.devicePixelRatioF()))
        self.show()
        if not problem:
            self._timer.start()
