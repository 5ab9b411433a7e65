"""The walk of one image along the direction, coarse while the slider moves and full when it rests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSlider, QWidget

from large_gui.core.words import signed
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.lines import wrapped
from large_gui.gui.widgets.pictures import Picture, to_image
from large_gui.service.requests import WalkImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.errors import LargeError

STOPS = 20  # to either side of the image itself
_LARGEST, _ENDS = 320, 80  # pixels of the picture, and of the words at its sides
REST_MS = 400  # that the slider rests before the walked image is drawn in full


class Walk(QWidget):
    """A slider along the direction, and the image that lies at its place.

    While the slider moves, one coarse image at a time is asked for, always of the newest place. When it
    rests, the full one is asked for. An answer for another image, direction or place is dropped.
    """

    told = Signal(str)  # why there is no image, or nothing when there is one again

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._number = -1  # of the image, -1 while there is none to walk from
        self._visit = 0  # counts images and directions
        self._reach = 0.5  # distance to the last stop
        self._coarse, self._full = Job(document, self), Job(document, self)  # each stamped visit and place
        self._finished: tuple[int, int] | None = None  # visit and place of the full image that is shown
        self._start: QImage | None = None  # the reconstruction
        self.picture = Picture("Walked image", "", _LARGEST)
        below = QSlider.TickPosition.TicksBelow
        self.slider = _Slider(Qt.Orientation.Horizontal, tickPosition=below, tickInterval=STOPS)
        self.slider.setAccessibleName("Walk")
        self.slider.setRange(-STOPS, STOPS)
        self.slider.setPageStep(STOPS // 4)
        self.slider.valueChanged.connect(self._moved)
        self.less, self.more = wrapped("Low end of the walk"), wrapped("High end of the walk")
        side = Qt.AlignmentFlag.AlignVCenter
        self.less.setAlignment(Qt.AlignmentFlag.AlignRight | side)
        self.more.setAlignment(Qt.AlignmentFlag.AlignLeft | side)
        for end in (self.less, self.more):
            end.setObjectName("muted")
            end.setFixedWidth(_ENDS)
        self.caption = wrapped("Walked distance")
        self.back = QPushButton("Back")
        self.back.setToolTip("Back to the image itself")
        self.back.clicked.connect(lambda: self.slider.setValue(0))
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        box = QGridLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setVerticalSpacing(SPACE // 2)
        for place, widget in enumerate((self.less, self.picture, self.more)):
            box.addWidget(widget, 0, place)
        box.addWidget(self.slider, 1, 0, 1, 3)
        box.addWidget(self.caption, 2, 0, 1, 2)
        box.addWidget(self.back, 2, 2)
        box.setColumnStretch(1, 1)
        self.leave()

    def begin(self, number: int) -> None:
        """Begin a walk at an image that was measured along a direction."""
        import numpy as np

        session = self._document.session
        assert session is not None
        self.leave()
        self._number = number
        d = session.distances[np.isfinite(session.distances)]
        self._reach = max(0.5, 2 * float(d.std())) if len(d) else 0.5
        direction = session.sorted_by()
        less, more = direction.low, direction.high
        self.less.setText(f"← {less}" if less and more else "")
        self.more.setText(f"{more} →" if less and more else "")
        self.setEnabled(True)
        self.describe()
        if self._start is not None:
            self.start_from(self._start)
        else:
            self.picture.wait()

    def start_from(self, reconstruction: QImage) -> None:
        """Take the image that stands in the middle of the walk."""
        self._start = reconstruction
        if self._number >= 0 and self.slider.value() == 0 and self._finished is None:
            self.picture.set_image(reconstruction, self.caption.text())

    def leave(self, *, image: bool = False) -> None:
        """Stop drawing, and forget the reconstruction too if ``image`` is true."""
        self._visit += 1
        self._number = -1
        self._rest.stop()
        self._coarse.forget()
        self._full.forget()
        self._finished = None
        self._start = None if image else self._start
        self.slider.setValue(0)
        self.picture.say("…")
        self.setEnabled(False)
        self.describe()

    def describe(self) -> None:
        """Say at which distance the slider stands."""
        session, i, place = self._document.session, self._number, self.slider.value()
        self.back.setEnabled(place != 0)
        if session is None or not 0 <= i < len(session):
            self.caption.setText("")
            return
        distance = float(session.distances[i]) + self._steps()
        text, value = f"Walked to distance {signed(distance)}", self._document.value
        if session.calibration is not None:
            predicted = f"{session.calibration.predict(distance):.1f} {value.unit}".rstrip()
            text = f"Walked to {value.name} {predicted} (distance {signed(distance)})"
        text = text if place else "The image itself, as the model draws it"
        self.caption.setText(text)
        self.slider.setAccessibleDescription(text)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what was not drawn while it was hidden."""
        super().showEvent(event)
        if self._number >= 0 and self.slider.value() and not self._is_drawn():
            self.picture.wait()
            self._rest.start()

    def _here(self) -> tuple[int, int]:
        """Return the visit and the place, which are the stamp of what is asked for now."""
        return self._visit, int(self.slider.value())

    def _steps(self) -> float:
        return self._reach * self._here()[1] / STOPS

    def _moved(self, place: int) -> None:
        self.describe()
        if self._number < 0:
            return
        self._finished = None
        if place == 0 and self._start is not None:
            self.start_from(self._start)
        else:
            self.picture.wait()
            if not self._coarse.running:
                self._draw(full=False)
        self._rest.start()

    def _rested(self) -> None:
        if self._number >= 0 and not self._is_drawn():
            self._draw(full=True)

    def _is_drawn(self) -> bool:
        """Return whether the full image of this place is shown or on its way."""
        here = self._here()
        return here == self._finished or (self._full.running and self._full.stamp == here)

    def _draw(self, *, full: bool) -> None:
        session, here = self._document.session, self._here()
        if session is None or not self.isVisible():
            self.picture.rest()
            return
        self.picture.wait(stale=self.picture.stale or not full)
        request = WalkImage(
            session.sha256[self._number], session.model, session.sorted_by(), self._steps(), full
        )
        (self._full if full else self._coarse).begin(
            "Walking", request, stamp=here, done=partial(self._drawn, here, full),
            failed=partial(self._failed, here), stopped=partial(self._stopped, here), lost=self._lost,
        )  # fmt: skip

    def _drawn(self, asked: tuple[int, int], full: bool, pixels: NDArray[np.uint8]) -> None:
        """Show an answer if the slider is still there, or if it is nearer than what is shown."""
        here = self._here()
        if asked == here:
            if full or self._finished != here:
                self._finished = here if full else None
                self.picture.set_image(to_image(pixels), self.caption.text())
                if not full:  # which comes next
                    self.picture.wait(stale=False)
            self.told.emit("")
        elif self._moved_on(asked):
            self.picture.set_image(to_image(pixels), self.caption.text())
            self._draw(full=False)

    def _failed(self, asked: tuple[int, int], error: LargeError) -> None:
        if asked == self._here():
            self.told.emit(f"{error.sentence} {error.hint}")
            self.picture.rest()
        elif self._moved_on(asked):
            self._draw(full=False)

    def _stopped(self, asked: tuple[int, int]) -> None:
        """Ask again if another request took the place of this one."""
        if asked == self._here():
            self._rest.start()
        elif self._moved_on(asked):
            self._draw(full=False)

    def _lost(self) -> None:
        """Return to the image itself, where nothing is drawn, as the process may have died of drawing."""
        self.begin(self._number)

    def _moved_on(self, asked: tuple[int, int]) -> bool:
        """Return whether the slider is elsewhere on the same walk, where nothing is drawn yet."""
        visit, place = self._here()
        return asked[0] == visit and place != 0 and not self._coarse.running and not self._is_drawn()


class _Slider(QSlider):
    """A slider that leaves the wheel to the panel round it, which scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the panel."""
        event.ignore()
