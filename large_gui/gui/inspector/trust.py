"""How far an image can be trusted, and the button that refines its code, with how long that takes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.core.words import about
from large_gui.gui.document.document import Document
from large_gui.gui.inspector.words import Trust
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import plain

_STEPS = 100  # of the optimisation: `tasks.refine.refine_image`
_STEP = 5.0  # how much longer one step takes than drawing a picture of a code, as measured
_DOT = 10  # pixels


class TrustBox(QWidget):
    """A sentence on how far to trust an image, with a dot of its colour, and below it Refine.

    Attributes
    ----------
    text
        The sentence.
    refine
        The button.
    takes
        How long refining takes, which is said before it is begun.
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._drawn: list[float] = []  # seconds in which pictures were drawn
        self._dot = _Dot()
        self.text = wrapped("Inversion error")
        self.refine = named(QPushButton(icon("sparkles"), "&Refine"), "Refine inversion")
        self.refine.setToolTip(
            plain(
                "Search for a code whose image is nearer to this one.\n"
                "For an image whose reconstruction is poor. Its distance changes; Undo brings it back."
            )
        )
        self.refine.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.refine.clicked.connect(lambda: document.job.refine(document.current))
        self.takes = wrapped("Time to refine")
        self.takes.setObjectName("muted")
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignTop)
        above.addWidget(self.text, 1)
        below.addWidget(self.refine)
        below.addWidget(self.takes, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE // 2)
        box.addLayout(above)
        box.addLayout(below)

    def drew(self, seconds: float) -> None:
        """Note how long it took to draw a picture, from which the time to refine is estimated."""
        self._drawn = [*self._drawn[-9:], seconds]
        self._say_time()

    def show_trust(self, told: Trust, *, refines: bool, possible: bool) -> None:
        """Show how far an image can be trusted, and whether it can be refined, and now."""
        self._dot.show_grade(told.grade)
        self.text.setText(told.words)
        self.text.setVisible(bool(told.words))
        self.text.setToolTip(plain(told.detail))
        self.refine.setVisible(refines)
        self.takes.setVisible(refines)
        self.refine.setEnabled(possible)
        self.setVisible(refines or bool(told.words))
        self._say_time()

    def _say_time(self) -> None:
        if self._document.job.busy.startswith("Refining"):
            self.takes.setText("A nearer code is being sought.")
            return
        known = self._document.job.refining_takes()
        if known is None and len(self._drawn) > 1:  # with the first, the networks were loaded
            known = _STEPS * _STEP * min(self._drawn)
        time = (
            f"{about(known)} on this computer"
            if known is not None
            else "a minute or more without a graphics card"
        )
        self.takes.setText(f"Seeks a nearer code: {time}.")


class _Dot(QWidget):
    """A dot in the colour of a grade."""

    def __init__(self) -> None:
        super().__init__()
        self._grade = ""
        self.setFixedSize(_DOT, _DOT + 4)

    def show_grade(self, grade: str) -> None:
        """Take the colour of a grade; without one there is no dot."""
        self._grade = grade
        self.setVisible(bool(grade))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the dot."""
        if self._grade:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(colours(self.palette()), self._grade)))
            painter.drawEllipse(QRectF(0, 3, _DOT, _DOT))
