"""A series of images to label one after the other: which comes next, how far it is, what it brought."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from large_gui.core.words import count
from large_gui.gui.calibration.words import ENOUGH, about
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.look.tokens import SPACE, colours

if TYPE_CHECKING:
    from collections.abc import Iterable

    from large_gui.core.calibrating.suggestion import Suggestion
    from large_gui.errors import LargeError
    from large_gui.tasks.session import Session

LENGTH = 12  # images of a series: a line through so many is worth looking at
_ASKED = 60  # images that are asked for without a direction, as some will be skipped


class Series(QObject):
    """Suggests images, and leads through `LENGTH` of them when a person wants that.

    With a direction the suggestions come from the order; without one they are images whose codes differ,
    which the worker finds when a series begins.

    Attributes
    ----------
    running
        Whether a person labels a series now.

    Signals
    -------
    changed
        It began or ended, or other images are suggested.
    advanced
        Another image of the series has a value.
    """

    changed = Signal()
    advanced = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._job = Job(document, self)
        self.running = False
        self._given: set[int] = set()
        self._skipped: set[int] = set()
        self._spread: list[int] = []
        self._before = math.nan
        self._session: Session | None = None
        document.opened.connect(self._another)
        document.direction_changed.connect(self._another)

    @property
    def waiting(self) -> bool:
        """Whether the worker still looks for images that differ."""
        return self._job.running

    @property
    def done(self) -> int:
        """How many images of the series have a value; one that was taken back doesn't count."""
        session = self._document.session
        return sum(i in session.labels for i in self._given) if session is not None else 0

    def suggestion(self) -> Suggestion | None:
        """The image to label next, and what it shows; ``None`` if there is none."""
        session = self._document.session
        if session is None:
            return None
        if session.direction is not None:
            return session.suggestion(self._skipped)
        from large_gui.core.calibrating.suggestion import Suggestion

        same = session.originals  # a copy of an image that has a value would add nothing
        passed = {same.item(i) for i in self._skipped | session.labels.keys()}
        free = (i for i in self._spread if same.item(i) not in passed)
        return next((Suggestion(i, "an image unlike those before") for i in free), None)

    def begin(self) -> bool:
        """Begin a series, and return whether it began; where nothing may be changed, the person is told."""
        document, session = self._document, self._document.session
        if session is None or document.is_read_only():
            return False
        self.running, self._before = True, _error(session)
        self._given, self._skipped = set(), set()
        if session.direction is None:
            self._look_for_images(session)
        self.changed.emit()
        return True

    def take(self, numbers: Iterable[int], *, left: bool) -> None:
        """Count images that were given a value, and end the series when they are enough or none is left."""
        self._given.update(numbers)
        if self.done >= LENGTH or not left:
            self.end()
        else:
            self.advanced.emit()

    def skip(self, number: int) -> bool:
        """Suggest an image no more in this series, and return whether there is another one."""
        self._skipped.add(number)
        if self.suggestion() is None:
            self.end()
            return False
        self.changed.emit()
        return True

    def end(self) -> None:
        """End the series, and say what it brought."""
        session = self._document.session
        if self.running and session is not None and (self.done or self._skipped):
            self._document.notice.emit(self._summary(session), "", False)
        self._stop()

    def _stop(self) -> None:
        self._job.forget()
        self.running = False
        self._given, self._skipped = set(), set()
        self.changed.emit()

    def _another(self) -> None:
        """End without a word when the images or the direction are others: the labels are others, too."""
        if self._document.session is not self._session:
            self._spread = []
        self._session = self._document.session
        if self.running:
            self._stop()

    def _summary(self, session: Session) -> str:
        unit = f" {self._document.value.unit}" if self._document.value.unit else ""
        skipped = f", {count(len(self._skipped), 'was', 'were')} skipped" if self._skipped else ""
        words = f"{count(self.done, 'image')} got a value{skipped}."
        now, before = _error(session), self._before
        if session.direction is None:
            enough = len(session.labels) >= ENOUGH
            return f"{words} A direction can be learned from {'these' if enough else ENOUGH} values."
        if math.isnan(now):
            return words
        if math.isnan(before):
            return f"{words} The typical error is about {about(now)}{unit}."
        went = "fell" if now < before else "rose"
        return f"{words} The typical error {went} from {about(before, like=now)} to {about(now)}{unit}."

    def _look_for_images(self, session: Session) -> None:
        from large_gui.service.requests import SpreadOut

        number = {sha: i for i, sha in enumerate(session.sha256) if sha}
        labelled = [session.sha256[i] for i in session.labels if session.sha256[i]]

        def found(sha256: list[str]) -> None:
            self._spread = [number[sha] for sha in sha256]
            self.changed.emit()

        request = SpreadOut(list(number), labelled, session.model, _ASKED)
        self._job.begin(
            "Looking for images that differ", request, done=found, failed=self._failed, lost=self._stop
        )

    def _failed(self, error: LargeError) -> None:
        self._document.tell_error(error)
        self._stop()


def _error(session: Session) -> float:
    return session.calibration.loo_mae if session.calibration is not None else math.nan


class Dots(QWidget):
    """A row of dots, one for each image of a series; those that have a value are filled."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Progress of the series")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(LENGTH * _STEP)
        self._done = 0

    def show_done(self, done: int) -> None:
        """Fill so many dots."""
        self._done = min(done, LENGTH)
        self.setAccessibleDescription(f"{self._done} of {LENGTH}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size in which dots stand as far apart as they are wide."""
        return QSize(LENGTH * _STEP, 2 * SPACE)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return half of that, in which dots are smaller."""
        return QSize(LENGTH * _STEP // 2, 2 * SPACE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint filled dots, a ring for the one that comes next, and empty ones."""
        theme, painter = colours(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = self.width() / LENGTH
        radius = step * _RADIUS / _STEP
        for i in range(LENGTH):
            filled, following = i < self._done, i == self._done
            painter.setBrush(QColor(theme.accent) if filled else QColor(0, 0, 0, 0))
            painter.setPen(
                QPen(QColor(theme.accent if filled or following else theme.edge), 2 if following else 1)
            )
            painter.drawEllipse(QPointF((i + 0.5) * step, self.height() / 2), radius, radius)


_STEP, _RADIUS = 13, 4.0  # pixels
