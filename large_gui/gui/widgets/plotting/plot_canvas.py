"""The canvas of every plot, in the colours of the window, which is loaded with the first plot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from large_gui.core.words import minus
from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.widgets.plain import plain
from large_gui.gui.widgets.plotting.axis_title import Title

pg.setConfigOptions(antialias=True)

LEFT_AXIS = 52  # pixels, the same in all plots that stand below each other
LINE = 2  # pixels
_PICTURE_SCALE = 4  # pixels of a picture for one on an ordinary screen


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose numbers have a true minus."""

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802 - as there
        """Spell the numbers."""
        return [minus(text) for text in super().tickStrings(values, scale, spacing)]


class PlotCanvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot of pyqtgraph that follows the palette, and that the wheel zooms only with Ctrl.

    Attributes
    ----------
    across
        Gives the ends of the horizontal axis that `fit` shows; ``None`` for what is drawn.

    Signals
    -------
    double_clicked
        A person has clicked twice, anywhere in the plot.
    recoloured
        The plot has taken the colours of another theme, or is drawn at another scale; items that have a
        colour or a line take theirs now.
    """

    double_clicked = Signal()
    recoloured = Signal()
    _made = False  # Qt tells of palettes before pyqtgraph has made the axes

    def __init__(self, name: str, parent: QWidget, **parts: Any) -> None:
        axes = {side: Axis(side) for side in ("left", "bottom")}
        super().__init__(parent, **{"axisItems": axes} | parts)
        self.across: Callable[[], tuple[float, float] | None] | None = None
        self._titles: dict[str, Title] = {}
        self.getViewBox().sigResized.connect(self._fit_titles)
        self._dots = self.devicePixelRatioF()  # dots of what is drawn on for one pixel
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setAccessibleName(name)
        self.setMenuEnabled(False)
        self.hideButtons()
        for axis in ("left", "bottom", "right"):  # before they have labels: later it would scale once more
            self.getAxis(axis).enableAutoSIPrefix(False)
        # Without these margins numbers and titles at the ends of axes are cut off.
        self.getPlotItem().layout.setContentsMargins(0, SPACE // 2, SPACE, SPACE)
        copy = QAction("Copy as picture", self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setImage(self.picture()))
        self.addAction(copy)
        self._made = True

    def pen(self, colour: str, width: float = LINE) -> Any:
        """Make a pen that is so many pixels wide at every scale of the screen; pyqtgraph counts in dots."""
        return pg.mkPen(colour, width=width * self._dots)

    def name_axis(self, axis: str, title: Title | str) -> None:
        """Set the title of an axis, which says all of its words in a tooltip where they have no room."""
        title = Title(title) if isinstance(title, str) else title
        if self._titles.get(axis) != title:
            self._titles[axis] = title
            self.setLabel(axis, plain(self._fitting(axis)))

    def _fitting(self, axis: str) -> str:
        """The title of an axis, as it fits now; its tooltip says the rest."""
        title, item, box = self._titles[axis], self.getAxis(axis), self.getViewBox()
        room = box.width() if axis in ("bottom", "top") else box.height()
        said = title.within(room, QFontMetricsF(item.label.font()).horizontalAdvance)
        item.setToolTip(plain("" if said == title.whole else title.whole))
        return said

    def _fit_titles(self, *_: object) -> None:
        """Say the titles again, of a plot that has another size; one that is hidden stays so."""
        for axis in self._titles:
            item, said = self.getAxis(axis), plain(self._fitting(axis))
            if item.labelText != said:  # laying it out takes a while
                item.labelText = said
                item.label.setHtml(item.labelString())
                item.resizeEvent()

    def offer(self, words: str, does: Any) -> None:
        """Offer a command in the context menu and by a double click."""
        action = QAction(words, self)
        action.triggered.connect(lambda: does())
        self.insertAction(self.actions()[0], action)
        self.double_clicked.connect(does)

    def fit(self) -> None:
        """Show everything that is drawn."""
        box = self.getViewBox()
        box.enableAutoRange()
        ends = self.across() if self.across is not None else None
        if ends is not None:
            box.setXRange(*ends, padding=0)

    def picture(self) -> QImage:
        """What the plot shows, in four times as many pixels each way as on an ordinary screen."""
        image = QImage(self.viewport().size() * _PICTURE_SCALE, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        with self.drawn_by(painter, _PICTURE_SCALE):
            self.render(painter, QRectF(image.rect()))
        painter.end()
        return image

    @contextmanager
    def drawn_by(self, painter: QPainter, scale: float) -> Iterator[None]:
        """Draw points as shapes of the right size, and not as pictures that were made for the screen."""
        self._dots = scale
        self._colour()
        items = [item for item in self.scene().items() if hasattr(item, "setExportMode")]
        options = {"painter": painter, "antialias": True, "resolutionScale": scale}
        for item in items:
            item.setExportMode(True, options)
        try:
            yield
        finally:
            for item in items:
                item.setExportMode(False)
            self.take_colours()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom with Ctrl only, and else let the panel scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Emit `double_clicked`."""
        super().mouseDoubleClickEvent(event)
        self.double_clicked.emit()

    def take_colours(self) -> None:
        """Take the colours that go with the palette, and emit `recoloured`."""
        self._dots = self.devicePixelRatioF()
        self._colour()

    def _colour(self) -> None:
        theme = colours(self.palette())
        self.setBackground(QColor(theme.surface))
        for name in ("left", "bottom", "top", "right"):
            axis = self.getAxis(name)
            axis.setPen(self.pen(theme.edge, 1))
            axis.setTextPen(QColor(theme.text))
        self.recoloured.emit()

    def event(self, event: QEvent) -> bool:
        """Draw lines anew on a screen of another scale."""
        if event.type() == QEvent.Type.DevicePixelRatioChange and self._made:
            self.take_colours()
        return bool(super().event(event))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the new colours when the palette changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._made:
            self.take_colours()
