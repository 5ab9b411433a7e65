"""The picker of the direction: its name, its two ends, and whether it is turned round."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain
from large_gui.gui.widgets.sign import Sign

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetrics, QPaintEvent

    from large_gui.core.direction import Direction
    from large_gui.tasks.models import ModelCard

STRIP_HEIGHT = 40
_TALLEST = 46  # pixels; the toolbar adds a margin
_LINES = 2  # of the words beside the strip
_ENTANGLED_MS = 1000
_AT_ONCE = 20  # directions in the open list: nothing shows that there are more


class DirectionPicker(QWidget):
    """A part of the toolbar in which a person chooses the direction to sort by."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setFixedHeight(_TALLEST)  # always: a toolbar that jumps is a nuisance
        self._box = named(_Directions(), "Direction")
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._box.setMinimumContentsLength(11)
        self._box.setMaxVisibleItems(_AT_ONCE)
        self._box.activated.connect(self._chosen)
        self._negative = _words("Negative end", Qt.AlignmentFlag.AlignRight)
        self._positive = _words("Positive end", Qt.AlignmentFlag.AlignLeft)
        self._strip = named(StripView(STRIP_HEIGHT), "What the direction means")
        self._flip = named(QToolButton(), "Flip direction")
        self._flip.setText("Flip")
        self._flip.setCheckable(True)
        self._flip.setToolTip("Turn the direction round: what comes first comes last")
        self._flip.clicked.connect(lambda: document.flip())
        for control in (self._box, self._flip):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        self._icon = Sign("triangle-alert", side=18)
        self._warning = _words("Entangled directions", Qt.AlignmentFlag.AlignLeft)
        label = Label("&Direction")
        label.setBuddy(self._box)
        box = QHBoxLayout(self)
        box.setContentsMargins(4, 0, 4, 0)
        for widget in (
            label, self._box, self._negative, self._strip, self._positive, self._flip, self._icon,
            self._warning,
        ):  # fmt: skip
            box.addWidget(widget)
        self._later = QTimer(self, singleShot=True, interval=_ENTANGLED_MS)
        self._later.timeout.connect(self._warn)
        for signal in (document.opened, document.direction_changed, document.directions_changed):
            signal.connect(self._refresh)
        document.images_changed.connect(self._warn_later)
        self._refresh()

    def _refresh(self) -> None:
        session = self._document.session
        self.setEnabled(session is not None)
        self._box.clear()
        if session is None:
            self._show_ends(None)
            self._flip.setChecked(False)
            self._warn()
            return
        parted = False  # the model's directions from the person's own
        for direction in session.directions:
            if direction.name in self._document.own and not parted:
                parted = True
                if self._box.count():  # a line on top would be the first entry, at which the Home key stops
                    self._box.insertSeparator(self._box.count())
            self._box.addItem(spoken(direction.name), direction.name)
            self._box.setItemData(self._box.count() - 1, plain(about(direction)), Qt.ItemDataRole.ToolTipRole)
        chosen = session.direction
        self._box.setCurrentIndex(-1 if chosen is None else self._box.findData(chosen.name))
        self._box.setToolTip(plain("" if chosen is None else about(chosen)))
        self._flip.setChecked(chosen is not None and chosen.flipped)
        self._show_ends(chosen)
        self._warn()

    def _show_ends(self, direction: Direction | None) -> None:
        pixmap, less, more = QPixmap(), "", ""
        if direction is not None:
            pixmap = strip(self._document.origin(direction), direction)
            less, more = direction.ends
        self._strip.show_strip(pixmap, f"{less} → {more}")
        _say(self._negative, f"{less}\N{NO-BREAK SPACE}→" if less and pixmap.isNull() else less)
        _say(self._positive, more)

    def _chosen(self, row: int) -> None:
        name = self._box.itemData(row)
        if name and name != self._document.chosen.name:
            self._document.choose_direction(name)

    def _warn_later(self, *_: object) -> None:
        if not self._later.isActive():
            self._later.start()

    def _warn(self) -> None:
        self._later.stop()
        session = self._document.session
        found = session.entangled() if session is not None else None
        for widget in (self._icon, self._warning):
            widget.setVisible(found is not None)
        _say(self._warning, "")
        if found is not None:
            other, r = spoken(found.direction).lower(), f"{found.correlation:.2f}".replace("-", "−")
            _say(self._warning, f"goes along with {other} here (r\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{r})")
            self._warning.setToolTip(
                "In this folder the distances along the two directions correlate: what you see may be the "
                "other one. “Remove what it shares with…” on the Directions page takes it out."
            )


class _Directions(QComboBox):
    """A list that opens at the entry in use; Qt opens it at the one that was highlighted last."""

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list."""
        self.view().setCurrentIndex(self.model().index(self.currentIndex(), self.modelColumn()))
        super().showPopup()


class StripView(QWidget):
    """A row of pictures that is sharp on every screen and gets smaller if there is no room.

    Parameters
    ----------
    height
        The height of the pictures, in pixels of the layout.
    """

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height, self._pixmap = height, QPixmap()
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_strip(self, pixmap: QPixmap, ends: str) -> None:
        """Show pictures, or hide if there are none; ``ends`` says what they go from and to."""
        self._pixmap = pixmap
        self.setAccessibleDescription(ends)
        self.setToolTip(plain(ends))
        self.setVisible(not pixmap.isNull())
        self.updateGeometry()
        self.update()

    def set_height(self, height: int) -> None:
        """Make the pictures of another height."""
        self._height = height
        self.setFixedHeight(height)
        self.updateGeometry()

    @property
    def pixmap(self) -> QPixmap:
        """The pictures that are shown."""
        return self._pixmap

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the pictures at this height."""
        if self._pixmap.isNull():
            return QSize(0, self._height)
        return QSize(self._height * self._pixmap.width() // self._pixmap.height(), self._height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return half of that size, at which pictures can still be made out."""
        return QSize(self.sizeHint().width() // 2, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the pictures as large as they fit."""
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = self._pixmap.size().scaled(self.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        mode = Qt.AspectRatioMode.IgnoreAspectRatio
        scaled = self._pixmap.scaled(size, mode, Qt.TransformationMode.SmoothTransformation)
        target = QRectF(0, 0, 0, 0)
        target.setSize(QSizeF(size) / ratio)
        target.moveCenter(QRectF(self.rect()).center())
        painter = QtGui.QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.4)
        painter.drawPixmap(target, scaled, QRectF(scaled.rect()))


def spoken(name: str) -> str:
    """Say the name of a direction in words."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def about(direction: Direction) -> str:
    """Say between which ends a direction goes, and where it comes from."""
    ends = " → ".join(direction.ends)
    return f"{ends}\nFound by: {direction.provenance}" if direction.provenance else ends


def strip(model: ModelCard | None, direction: Direction) -> QPixmap:
    """Return the pictures of a direction, the last one first if it is turned round.

    Parameters
    ----------
    model
        That the direction came with; ``None`` for a person's own, of which there are no pictures.
    """
    if model is None:
        return QPixmap()
    pixmap = _strip(model.strips / f"{direction.name}.webp")
    if pixmap.isNull() or not direction.flipped:
        return pixmap
    # Whole pictures change places: mirroring the pixels would turn a head to the other side as well.
    side, turned = pixmap.height(), QPixmap(pixmap.size())
    painter = QtGui.QPainter(turned)
    for x in range(0, pixmap.width(), side):
        painter.drawPixmap(pixmap.width() - side - x, 0, pixmap, x, 0, side, side)
    painter.end()
    return turned


@cache
def _strip(path: Path) -> QPixmap:
    return QPixmap(str(path)) if path.exists() else QPixmap()


def _words(name: str, side: Qt.AlignmentFlag) -> QLabel:
    """Make a label for a few words, which `_say` sets."""
    label = Label(wordWrap=True)
    label.setAccessibleName(name)
    label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    label.setMaximumHeight(_TALLEST)
    return label


def _say(label: QLabel, text: str) -> None:
    """Set the words of a label, and make it as narrow as they fit into two lines."""
    label.setText(text)
    label.setFixedWidth(4 + (_narrowest(text, label.fontMetrics()) if text else 0))


def _narrowest(text: str, metrics: QFontMetrics) -> int:
    """Return the smallest width at which the words take two lines."""
    flags = Qt.TextFlag.TextWordWrap.value
    width = max(metrics.horizontalAdvance(word) for word in text.split(" "))
    while metrics.boundingRect(0, 0, width, 999, flags, text).height() > _LINES * metrics.lineSpacing():
        width += 4
    return width
