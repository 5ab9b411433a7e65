"""The sample sheets of a training: the newest, large, and a slider through the earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QVBoxLayout, QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent, QWheelEvent

    from large_gui.tasks.training.runs import Run

_LARGEST = QSize(2048, 1024)  # pixels that are read of a sheet
_SHAPE = 2.0  # width of a sheet for its height: eight columns, four rows
_NARROWEST = 200


class Sheets(QWidget):
    """Shows one sheet of a run.

    Signals
    -------
    chosen
        Another sheet is shown; carries its thousands of images.
    """

    chosen = Signal(int)

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._files: Mapping[int, Path] = {}
        self._of: Path | None = None  # the folder of the run
        self._wanted: Path | None = None
        self.picture = _Sheet()
        self.slider = named(_Slider(Qt.Orientation.Horizontal), "Sample sheet")
        self.words = named(Label(), "Which sheet is shown")
        self.newest = named(QPushButton("&Newest"), "Show the newest sheet")
        self.newest.clicked.connect(lambda: self.slider.setValue(self.slider.maximum()))
        self.slider.valueChanged.connect(lambda _: self._show())
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for widget, share in ((self.words, 0), (self.slider, 1), (self.newest, 0)):
            row.addWidget(widget, share)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addWidget(self.picture, 1000)
        box.addLayout(row)
        box.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the slider just below the picture."""
        super().resizeEvent(event)
        self.picture.setMaximumHeight(max(round(self.width() / _SHAPE), self.picture.minimumHeight()))

    @property
    def thousands(self) -> int | None:
        """The thousands of images of the sheet that is shown; ``None`` if there is none."""
        known = list(self._files)
        return known[self.slider.value()] if known else None

    def show_run(self, run: Run) -> None:
        """Show the newest sheet of another run, or stay at the chosen one of the same run."""
        same, before = run.folder == self._of, self.thousands
        follows = not same or before is None or self.slider.value() == self.slider.maximum()
        self._of, self._files = run.folder, dict(run.sheets)
        known = list(self._files)
        place = len(known) - 1 if follows or before not in known else known.index(before)
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(len(known) - 1, 0))
        self.slider.setValue(max(place, 0))
        self.slider.blockSignals(False)
        self.slider.setEnabled(len(known) > 1)
        self._show()

    def _show(self) -> None:
        thousands = self.thousands
        self.newest.setEnabled(self.slider.value() < self.slider.maximum())
        if thousands is None:
            self._wanted = None
            self.words.setText("")
            self.picture.say("The samples come here.")
            return
        newest = "" if self.newest.isEnabled() else ", the newest"
        self.words.setText(f"After {thousands:,},000 images{newest}" if thousands else "At the beginning")
        self.slider.setAccessibleDescription(self.words.text())
        file = self._files[thousands]
        if file != self._wanted:
            self._wanted = file
            self._document.background.run(lambda: (file, _read(file)), self._take)
        self.chosen.emit(thousands)

    def _take(self, found: tuple[Path, QImage]) -> None:
        file, image = found
        if file != self._wanted:
            return
        if image.isNull():
            self._wanted = None  # it may be looked at again
            self.picture.say("This sheet can't be read.")
        else:
            self.picture.set_image(image, f"Samples. {self.words.text()}")


class _Slider(QSlider):
    """A slider that leaves the wheel to the page."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Leave it."""
        event.ignore()


class _Sheet(QWidget):
    """A picture as large as there is room for, or words in its place."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "Sample sheet of the training")
        self.image, self._scaled = QImage(), QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.setMinimumSize(_NARROWEST, round(_NARROWEST / _SHAPE))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for little; the layout gives it what is left."""
        return QSize(2 * _NARROWEST, round(2 * _NARROWEST / _SHAPE))

    def set_image(self, image: QImage, words: str) -> None:
        """Show a picture, with words for assistive tools."""
        self.image, self._scaled = image, QImage()
        self.setAccessibleDescription(words)
        self.update()

    def say(self, words: str) -> None:
        """Show words in place of a picture."""
        self.set_image(QImage(), words)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Scale it again when it is next painted."""
        super().resizeEvent(event)
        self._scaled = QImage()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the picture, scaled once for this size, at the top; or the words."""
        painter = QPainter(self)
        if self.image.isNull():
            high = min(self.height(), round(self.width() / _SHAPE))
            place = QRectF(0, 0, self.width(), high)
            painter.fillRect(place, self.palette().color(QPalette.ColorRole.AlternateBase))
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(place, centred, self.accessibleDescription())
            return
        if self._scaled.isNull():
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            pixels = self.size() * self.devicePixelRatioF()
            self._scaled = self.image.scaled(pixels, keep, smooth)
        target = QRectF(QPointF(), QSizeF(self._scaled.size()) / self.devicePixelRatioF())
        target.moveLeft((self.width() - target.width()) / 2)
        painter.drawImage(target, self._scaled)


def _read(file: Path) -> QImage:
    """Read a sheet, at no more pixels than are shown; an empty picture if that isn't possible."""
    reader = QImageReader(str(file))
    size = reader.size()
    if size.width() > _LARGEST.width() or size.height() > _LARGEST.height():
        reader.setScaledSize(size.scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
